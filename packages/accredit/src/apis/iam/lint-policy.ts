import { type Call, method } from '../../http/method.ts';
import { invalidArgument } from '../../kernel/api-error.ts';
import { type Decoded, object, optional, string } from '../../kernel/decode.ts';
import type { ResourceName } from '../../kernel/resource-names.ts';
import { conditionMessage } from '../../protocol/iam/conditions/condition-json.ts';
import { lintCondition } from '../../protocol/iam/conditions/lint.ts';
import {
  type NamedPlace,
  parseFullResourceName,
  permissionPrefix,
} from '../../protocol/iam/places/policy-places.ts';
import { IAM } from '../../protocol/iam/scopes.ts';
import { projectResource, serviceAccountResource } from './named-resources.ts';

const lintPolicyRequest = object({
  fullResourceName: optional(string),
  condition: optional(conditionMessage),
});

type LintCall = Call<unknown, Decoded<typeof lintPolicyRequest>>;

/** What a caller must be allowed on the resource whose policy it is about (IAM notes 3.3). */
const VERBS = ['get', 'getIamPolicy', 'setIamPolicy'] as const;

export const lintPolicy = method({
  id: 'iam.iamPolicies.lintPolicy',
  http: 'POST /v1/iamPolicies:lintPolicy',
  scopes: IAM,
  open: 'the kind of resource that the body names says which: `get`, `getIamPolicy` and `setIamPolicy` there; without a name it reads nothing',
  body: { kind: 'json', decode: lintPolicyRequest },
  async handle(call) {
    await authorizeOnResource(call);
    const { condition } = call.body;
    // Guess: the words; that there must be something to lint is known.
    if (condition === undefined)
      throw invalidArgument('There is nothing to lint: condition is required.', { reason: 'badRequest' });
    const results = lintCondition(condition.expression ?? '', call.services.clock.now());
    return { json: results.length === 0 ? {} : { lintResults: results } };
  },
});

/** Checks all three permissions, where a resource is named: Google's own example names none. */
async function authorizeOnResource(call: LintCall): Promise<void> {
  const { fullResourceName = '' } = call.body;
  if (fullResourceName === '') return;
  // gcloud's example has a version in the name: `//cloudresourcemanager.googleapis.com/v1/projects/p`.
  const named = parseFullResourceName(fullResourceName.replace(/^(\/\/[^/]+\/)v\d+\//, '$1'));
  const resource = await toResource(named, call);
  for (const verb of VERBS) await call.authorize(`${permissionPrefix(named.place)}${verb}`, resource);
}

/** Projects and service accounts may be named by their numbers. */
async function toResource({ place, resource }: NamedPlace, { services }: LintCall): Promise<ResourceName> {
  if (place === 'project') return projectResource(resource, services);
  return place === 'serviceAccount' ? serviceAccountResource(resource, services) : resource;
}
