import { notFound } from '../kernel/api-error.ts';
import type { ResourceName } from '../kernel/resource-names.ts';
import type { Policy } from '../protocol/iam/policies/policy.ts';
import type { Stored } from './collection.ts';
import { findNode } from './found-node.ts';
import type { Resources } from './resources.ts';

/**
 * Changes the policy of a project, folder or organization as a `setIamPolicy` does, whoever may.
 *
 * @param expectedRevision - what the writer has read; default: it has read nothing
 */
export async function writePolicy(
  resources: Resources,
  name: ResourceName,
  toPolicy: (before: Policy) => Policy,
  expectedRevision?: number,
): Promise<Stored<Policy>> {
  const on = await findNode(name, resources, () => notFound(`${name} is not there.`));
  return resources.policies.change(on, async (before) => ({ policy: toPolicy(before), expectedRevision }));
}
