import type { Member } from '../kernel/principals.ts';
import type { ResourceName } from '../kernel/resource-names.ts';
import type { Condition } from '../protocol/iam/conditions/condition.ts';
import { clip } from './problems.ts';

/** A resource that was changed, and what of it: names of fields, `granted ROLE to MEMBER`. */
export interface UpdatedResource {
  readonly resource: ResourceName;
  readonly changes: readonly string[];
}

/** What an earlier version of the file declared and the present one does not: a resource, or a grant on it. */
export interface UndeclaredThing {
  readonly resource: ResourceName;
  /** Absent where it is the resource itself. */
  readonly grant?: { readonly role: string; readonly member: Member; readonly condition?: Condition };
}

/** Something that is not declared any more and is still there. */
export interface KeptThing extends UndeclaredThing {
  /** `it would go with --prune`, or what keeps it. */
  readonly reason: string;
}

/** What applying a configuration did. Applied once more, everything would be `unchanged` or `kept`. */
export interface ConfigurationReport {
  readonly created: readonly ResourceName[];
  readonly updated: readonly UpdatedResource[];
  readonly unchanged: readonly ResourceName[];
  readonly deleted: readonly UndeclaredThing[];
  readonly kept: readonly KeptThing[];
}

/** Returns a line for everything but what is unchanged: `created projects/my-project`. */
export function describeReport({ created, updated, deleted, kept }: ConfigurationReport): readonly string[] {
  return [
    ...created.map((resource) => `created ${resource}`),
    ...updated.map(({ resource, changes }) => `updated ${resource}: ${changes.join(', ')}`),
    ...deleted.map((thing) => `deleted ${describeThing(thing)}`),
    ...kept.map((thing) => `kept ${describeThing(thing)}, which is not declared any more: ${thing.reason}`),
  ];
}

function describeThing({ resource, grant }: UndeclaredThing): string {
  if (grant === undefined) return resource;
  return `${grant.role} for ${grant.member}${describeCondition(grant.condition)} on ${resource}`;
}

/** Returns ` on the condition 'TITLE'`, or with the expression where it has no title; empty for none. */
export function describeCondition(condition: Condition | undefined): string {
  if (condition === undefined) return '';
  const { title = '', expression } = condition;
  return ` on the condition '${clip(title === '' ? expression : title)}'`;
}
