import type { RoleTable } from './role-definition.ts';

/** The predefined roles of Service Usage, and those of API keys, which are named after it. */
export const serviceUsageRoles: RoleTable = {
  __proto__: null,
  'roles/serviceusage.serviceUsageViewer': {
    title: 'Service Usage Viewer',
    description: 'Ability to inspect service states and operations for a consumer project.',
    stage: 'GA',
    permissions: `
      monitoring.timeSeries.list
      serviceusage.consumerpolicy.{analyze,get}
      serviceusage.{contentsecuritypolicy,effectivemcppolicy,effectivepolicy,mcppolicy,operations,quotas}.get
      serviceusage.groups.{list,listExpandedMembers,listMembers}
      serviceusage.services.{get,list}
      serviceusage.values.test`,
  },
  'roles/serviceusage.serviceUsageConsumer': {
    title: 'Service Usage Consumer',
    description:
      'Ability to inspect service states and operations, and consume quota and billing for a consumer project.',
    stage: 'GA',
    includes: ['roles/serviceusage.serviceUsageViewer'],
    permissions: 'serviceusage.services.use',
  },
  'roles/serviceusage.serviceUsageAdmin': {
    title: 'Service Usage Admin',
    description:
      'Ability to enable, disable, and inspect service states, inspect operations, and consume quota and billing for a consumer project.',
    stage: 'GA',
    includes: ['roles/serviceusage.serviceUsageConsumer'],
    permissions: `
      cloudquotas.quotas.{get,update}
      serviceusage.{consumerpolicy,contentsecuritypolicy,mcppolicy,quotas}.update
      serviceusage.services.{disable,enable}`,
  },
  'roles/serviceusage.apiKeysViewer': {
    title: 'API Keys Viewer',
    description: 'Ability to get and list API keys for a project.',
    stage: 'GA',
    permissions: 'apikeys.keys.{get,getKeyString,list,lookup}',
  },
  'roles/serviceusage.apiKeysAdmin': {
    title: 'API Keys Admin',
    description: 'Ability to create, delete, update, get and list API keys for a project.',
    stage: 'GA',
    permissions: `
      apikeys.keys.{create,delete,get,getKeyString,list,lookup,undelete,update}
      orgpolicy.policy.get
      serviceusage.apiKeys.{regenerate,revert}
      serviceusage.operations.get`,
  },
};
