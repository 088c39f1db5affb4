import { method } from '../../http/method.ts';
import { projectName } from '../../kernel/resource-names.ts';
import {
  getIamPolicyRequest,
  readRequestedVersion,
  renderPolicy,
  setIamPolicyRequest,
  WRITTEN_VERSION,
} from '../../protocol/iam/policy-json.ts';
import { findGrantableRoles } from '../../resources/grantable-roles.ts';
import { setPolicy } from '../../resources/policy-requests.ts';
import { OWNER_ONLY, requireOwner } from './cloud-control.ts';
import { requireInstanceName } from './instance-target.ts';

/** Shows the policy of an instance, as Google's APIs show others: `accredit iam policy --instance`. */
export const getInstancePolicy = () =>
  method({
    id: 'control.instances.getIamPolicy',
    http: 'POST /v1/{instance=projects/*/zones/*/instances/*}:getIamPolicy',
    open: OWNER_ONLY,
    body: { kind: 'json', decode: getIamPolicyRequest },
    async handle({ caller, path, body, services }) {
      requireOwner(caller);
      const version = readRequestedVersion(body.options?.requestedPolicyVersion);
      const { name } = await requireInstanceName(path.instance, services);
      const stored = await services.resources.policies.get(name);
      return { json: renderPolicy(stored.value, stored.revision, version) };
    },
  });

/** Writes the policy of an instance: `accredit iam grant --instance`. */
export const setInstancePolicy = () =>
  method({
    id: 'control.instances.setIamPolicy',
    http: 'POST /v1/{instance=projects/*/zones/*/instances/*}:setIamPolicy',
    open: OWNER_ONLY,
    body: { kind: 'json', decode: setIamPolicyRequest },
    async handle({ caller, path, body, services }) {
      requireOwner(caller);
      const { name, projectId } = await requireInstanceName(path.instance, services);
      const place = { place: 'instance', within: projectName(projectId) } as const;
      const grantable = await findGrantableRoles(body.policy, place, services.resources);
      // The owner may do everything, so there is nobody else to ask.
      const approve = () => Promise.resolve();
      const rules = { grantable, publicMembers: false };
      const written = await setPolicy(name, body, rules, services.resources, approve);
      return { json: renderPolicy(written.value, written.revision, WRITTEN_VERSION) };
    },
  });
