import { TAGGABLE } from './compute-groups.ts';
import type { RoleTable } from './role-definition.ts';

/** The resource types that tags are bound to, of every service. */
const TAGGABLE_TYPES = `
  alloydb.{backups,clusters},
  apigateway.{apis,gateways},
  apihub.{apis,deployments},
  artifactregistry.repositories,
  backupdr.{backupVaults,managementServers},
  beyondcorp.{appConnections,appConnectors,appGateways},
  bigquery.{datasets,tables},
  bigtable.{authorizedViews,instances},
  certificatemanager.{certissuanceconfigs,certmapentries,certmaps,certs,dnsauthorizations,trustconfigs},
  clouddeploy.{deliveryPipelines,targets},
  cloudkms.keyRings,
  cloudsql.instances,
  composer.environments,
  compute.{${TAGGABLE}},
  container.clusters,
  datafusion.instances,
  datastore.databases,
  datastream.{connectionProfiles,privateConnections,streams},
  dns.policies,
  domains.registrations,
  eventarc.{channelConnections,channels,triggers},
  file.{backups,instances,snapshots},
  financialservices.v1instances,
  gkemulticloud.attachedClusters,
  gkeonprem.{bareMetalAdminClusters,bareMetalClusters,vmwareAdminClusters,vmwareClusters},
  iam.{roles,serviceAccounts},
  krmapihosting.krmApiHosts,
  livestream.{channels,inputs,pools},
  logging.buckets,
  looker.instances,
  managedidentities.domains,
  memcache.instances,
  metastore.{federations,services},
  monitoring.{alertPolicies,dashboards},
  networkconnectivity.{hubs,spokes},
  networkmanagement.connectivitytests,
  networksecurity.{authorizationPolicies,clientTlsPolicies,serverTlsPolicies},
  networkservices.{endpointConfigSelectors,gateways,httpFilters,meshes},
  parametermanager.parameters,
  privateca.{caPools,certificateTemplates},
  pubsub.{snapshots,subscriptions,topics},
  recaptchaenterprise.keys,
  redis.instances,
  resourcemanager.hierarchyNodes,
  run.{jobs,services},
  secretmanager.secrets,
  spanner.instances,
  storage.buckets,
  transcoder.{jobTemplates,jobs},
  vmmigration.{groups,sources},
  vmwareengine.{networkPeerings,networkPolicies,privateClouds,privateConnections,vmwareEngineNetworks},
  workflows.workflows,
  workstations.workstationClusters`;

/** The roles of Resource Manager that bind tags to resources; those that manage tags are in `resource-manager.ts`. */
export const tagRoles: RoleTable = {
  __proto__: null,
  'roles/resourcemanager.tagViewer': {
    title: 'Tag Viewer',
    description: 'Access to list Tags and their associations with resources',
    stage: 'GA',
    permissions: `
      {${TAGGABLE_TYPES}}.{listEffectiveTags,listTagBindings}
      resourcemanager.tagHolds.list
      resourcemanager.{tagKeys,tagValues}.{get,list}`,
  },
  'roles/resourcemanager.tagUser': {
    title: 'Tag User',
    description: 'Access to list Tags and manage their associations with resources',
    stage: 'GA',
    permissions: `
      {${TAGGABLE_TYPES}}.{createTagBinding,deleteTagBinding,listEffectiveTags,listTagBindings}
      resourcemanager.projects.get
      resourcemanager.{tagKeys,tagValues}.{get,list}
      resourcemanager.tagValueBindings.{create,delete}`,
  },
};
