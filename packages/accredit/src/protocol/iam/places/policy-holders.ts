import type { ResourceName } from '../../../kernel/resource-names.ts';
import type { PolicyPlace } from './policy-places.ts';

/** A resource that has a policy. */
export interface PolicyHolder {
  readonly place: PolicyPlace;
  readonly resource: ResourceName;
}

/** How the names begin of what is in something with a policy, the nearest first. */
const HOLDERS: readonly (readonly [PolicyPlace, RegExp])[] = [
  ['bucket', /^projects\/_\/buckets\/[^/]+/],
  ['serviceAccount', /^projects\/[^/]+\/serviceAccounts\/[^/]+/],
  ['instance', /^projects\/[^/]+\/zones\/[^/]+\/instances\/[^/]+/],
  ['disk', /^projects\/[^/]+\/(?:zones|regions)\/[^/]+\/disks\/[^/]+/],
  ['image', /^projects\/[^/]+\/global\/images\/[^/]+/],
  ['snapshot', /^projects\/[^/]+\/global\/snapshots\/[^/]+/],
  ['instanceTemplate', /^projects\/[^/]+\/(?:global|regions\/[^/]+)\/instanceTemplates\/[^/]+/],
  ['folder', /^folders\/[^/]+/],
  ['organization', /^organizations\/[^/]+/],
  ['project', /^projects\/[^/]+/],
];

/**
 * Returns the nearest resource with a policy that one is in, or is: the bucket of an object, the account of a key, the
 * project of an operation. A managed folder is passed over, since few buckets have any.
 */
export function policyHolderOf(resource: ResourceName): PolicyHolder {
  for (const [place, form] of HOLDERS) {
    const found = form.exec(resource)?.[0];
    if (found !== undefined) return { place, resource: found };
  }
  return { place: 'project', resource };
}

/** Returns the id of the project in a resource's name; `undefined` for buckets, folders and organizations. */
export function projectIdIn(resource: ResourceName): string | undefined {
  return /^projects\/(?!_(?:\/|$))([^/]+)/.exec(resource)?.[1];
}
