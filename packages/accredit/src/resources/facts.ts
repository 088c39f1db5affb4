import type { Principal } from '../kernel/principals.ts';
import { projectName, type ResourceName } from '../kernel/resource-names.ts';
import type { Facts } from '../protocol/iam/decide.ts';
import type { CompiledPolicy } from '../protocol/iam/policies/policy.ts';
import { type BucketFactSources, bucketPolicies } from './bucket-facts.ts';
import type { DenyPolicies } from './deny-policies.ts';
import type { Hierarchy } from './hierarchy.ts';
import type { Identities } from './identities.ts';
import type { ResourceTag } from './tags.ts';

/** Where the facts of decisions come from. */
export interface FactSources extends BucketFactSources {
  readonly denyPolicies: DenyPolicies;
  readonly hierarchy: Hierarchy;
  readonly identities: Identities;
  readonly tagsOf: (resource: ResourceName) => Promise<readonly ResourceTag[]>;
}

/** Gathers what a decision needs; nearly all of it is kept until the watch says otherwise. */
export class FactGatherer {
  readonly #sources: FactSources;

  constructor(sources: FactSources) {
    this.#sources = sources;
  }

  /** Returns what is known of a resource and a principal: the policies from the resource to the root, and who it is. */
  async factsFor(resource: ResourceName, principal: Principal): Promise<Facts> {
    const { identities, tagsOf } = this.#sources;
    const [levels, known, tags] = await Promise.all([
      this.#levelsOf(resource),
      identities.of(principal),
      tagsOf(resource),
    ]);
    return {
      policies: levels.policies,
      denyPolicies: await this.#denyPoliciesOn(levels.nodes),
      identities: known.identities,
      principalState: known.state,
      tags,
    };
  }

  async #levelsOf(
    resource: ResourceName,
  ): Promise<{ readonly policies: readonly CompiledPolicy[]; readonly nodes: readonly ResourceName[] }> {
    const { policies, hierarchy } = this.#sources;
    if (resource.startsWith(`${projectName('_')}/buckets/`)) {
      const bucket = await bucketPolicies(resource, this.#sources);
      if (bucket === undefined) return { policies: [], nodes: [] };
      const nodes = await hierarchy.ancestorsOf(projectName(bucket.projectId));
      const above = await Promise.all(nodes.map((node) => policies.compiled(node)));
      return { policies: [...bucket.policies, ...above.map(bucket.adapt), ...bucket.lists], nodes };
    }
    const nodes = await hierarchy.ancestorsOf(nodeOf(resource));
    const names = [...ownPolicies(resource), ...nodes];
    return { policies: await Promise.all(names.map((name) => policies.compiled(name))), nodes };
  }

  async #denyPoliciesOn(nodes: readonly ResourceName[]): Promise<Facts['denyPolicies']> {
    const attached = await Promise.all(nodes.map((node) => this.#sources.denyPolicies.compiledOn(node)));
    return attached.length === 1 ? (attached[0] ?? []) : attached.flat();
  }
}

/** Returns the project, folder or organization that a resource is in, or is. */
export function nodeOf(resource: ResourceName): ResourceName {
  const [kind = '', id = ''] = resource.split('/', 2);
  return `${kind}/${id}`;
}

/** `projects/P/serviceAccounts/E`, whatever follows: keys have no policy. */
const SERVICE_ACCOUNT = /^projects\/[^/]+\/serviceAccounts\/[^/]+/;

/** `projects/P/zones/Z/instances/I`, `projects/P/global/images/I`: each of Compute's resources may have a policy. */
const COMPUTE_RESOURCE = /^projects\/[^/]+\/(?:(?:zones|regions)\/[^/]+|global)\/[A-Za-z]+\/[^/]+/;

/** Returns the resources below its project whose policies count for a resource, nearest first. */
function ownPolicies(resource: ResourceName): readonly ResourceName[] {
  const [own] = SERVICE_ACCOUNT.exec(resource) ?? COMPUTE_RESOURCE.exec(resource) ?? [];
  return own === undefined ? [] : [own];
}
