/** The shape of the decision tables: what is asked in which state of the cloud, and the verdict with its reason. */
import type { Member, Principal } from '../../../kernel/principals.ts';
import type { ResourceName } from '../../../kernel/resource-names.ts';
import type { AccessBoundaryRule } from '../boundaries/boundary.ts';
import type { ApiAttributes, ResourceTag } from '../conditions/condition.ts';
import type { Gate, IamMode, PrincipalState } from '../decide.ts';
import type { DenyRule } from '../deny/deny-policy.ts';

/** One binding: the role, whom it is given to, and perhaps the expression of its condition. */
export type Grant = readonly [role: string, members: Member | readonly Member[], expression?: string];

/** The allow policies of some resources; all others have none. */
export type Grants = Readonly<Record<ResourceName, readonly Grant[]>>;

/** One rule of a deny policy; what is left out is empty. `if` is the expression of its condition. */
export type Denial = Partial<Omit<DenyRule, 'denialCondition'>> & { readonly if?: string };

/** What happens after the policies were written, in this order; `build` is the account of `BUILD`. */
export type Event =
  | 'build is disabled'
  | 'build is enabled'
  | 'build is deleted'
  | 'build is undeleted'
  | 'build is made anew'
  | 'shop moves to the organization'
  | 'goods loses its policy';

/** What is asked, and the state it is asked in. A table says what its rows have in common. */
export interface Case {
  readonly caller?: Principal;
  readonly permission?: string;
  readonly resource?: ResourceName;
  readonly on?: Grants;
  /** The rules of one deny policy on each of these. */
  readonly deny?: Readonly<Record<ResourceName, readonly Denial[]>>;
  /** Who is in which group, by the group's address. */
  readonly groups?: Readonly<Record<string, readonly Member[]>>;
  /** Custom roles that there are, by full name. */
  readonly roles?: Readonly<Record<string, readonly string[]>>;
  /** Scopes of the credential; absent for one that has none to check. */
  readonly held?: readonly string[];
  /** Scopes that the method accepts; absent or `undefined` where it asks for none. */
  readonly accepted?: readonly string[] | undefined;
  readonly boundary?: readonly AccessBoundaryRule[];
  readonly tags?: readonly ResourceTag[];
  readonly attributes?: ApiAttributes;
  /** RFC 3339; default 2026-11-23T05:00:00Z, a Monday. */
  readonly at?: string;
  readonly mode?: IamMode;
  readonly state?: PrincipalState;
  /** Rows with events are decided on a store alone. */
  readonly events?: readonly Event[];
}

/**
 * The verdict with its reason: the binding that grants, the gate that refuses, and where no binding grants, how near the
 * nearest one came.
 */
export type Reason =
  | 'granted'
  | `granted by ${ResourceName}`
  | 'no binding'
  | 'not a member'
  | 'no such role'
  | 'not in the role'
  | 'condition false'
  | 'condition error'
  | `denied on ${ResourceName}`
  | Exclude<Gate, 'iam'>;

export type Row = readonly [name: string, given: Case, reason: Reason];

/** Rows on one theme. */
export interface Table {
  /** The theme and the section of the notes that the rows were written from. */
  readonly about: string;
  /** What its rows say unless they say otherwise. */
  readonly given: Case;
  /** Whether its rows are also decided from stored state; `only` for what is nowhere but in a store. */
  readonly stored?: 'too' | 'only';
  readonly rows: readonly Row[];
}
