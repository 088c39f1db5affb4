import { CONTROL_HOST } from '../../apis/control/host.ts';
import { anything, boolean, int32, list, object, oneOf, optional, string } from '../../kernel/decode.ts';
import { GATES } from '../../protocol/iam/decide.ts';
import type { OwnerClient } from '../owner-client.ts';

const conditionFields = {
  title: optional(string),
  description: optional(string),
  expression: string,
};

const readCondition = object(conditionFields, 'ignore');

const readConditionFinding = object(
  {
    ...conditionFields,
    outcome: oneOf('true', 'false', 'error'),
    error: optional(string),
    isCut: optional(boolean),
  },
  'ignore',
);

const readBinding = object(
  {
    role: string,
    memberMatch: list(string),
    formerMatch: optional(string),
    memberCount: int32,
    rolePermission: oneOf('included', 'notIncluded', 'unknownRole', 'disabledRole', 'deletedRole'),
    wouldHold: optional(boolean),
    condition: optional(readConditionFinding),
    grants: boolean,
  },
  'ignore',
);

const readDenyRule = object(
  {
    place: optional(int32),
    permission: oneOf('denied', 'excepted', 'notDenied'),
    deniedMatch: list(string),
    exceptionMatch: list(string),
    condition: optional(readConditionFinding),
    denies: boolean,
  },
  'ignore',
);

const readBoundaryRule = object(
  {
    resource: string,
    permissionAvailable: boolean,
    condition: optional(readConditionFinding),
    lets: boolean,
  },
  'ignore',
);

const readScopes = object(
  {
    outcome: oneOf('sufficient', 'insufficient', 'notApplicable'),
    held: list(string),
    accepted: list(string),
  },
  'ignore',
);

/** What the scope gate looked at. */
export type ExplainedScopes = ReturnType<typeof readScopes>;

const readDecision = object(
  {
    verdict: oneOf('allowed', 'refused'),
    carriedOut: boolean,
    refusedBy: optional(oneOf(...GATES)),
    principal: string,
    principalState: oneOf('active', 'disabled', 'deleted'),
    permission: string,
    resource: string,
    timeMs: milliseconds,
    scopes: readScopes,
    denyPolicies: list(
      object(
        { attachedTo: string, id: string, rules: list(readDenyRule), leftOut: optional(int32) },
        'ignore',
      ),
    ),
    policies: list(
      object({ resource: string, bindings: list(readBinding), leftOut: optional(int32) }, 'ignore'),
    ),
    boundary: optional(list(readBoundaryRule)),
    leftOut: optional(int32),
  },
  'ignore',
);

/** A decision with every step that led to it. */
export type ExplainedDecision = ReturnType<typeof readDecision>;

const readGrant = object(
  {
    role: string,
    member: string,
    resource: string,
    condition: optional(readCondition),
    besideConditions: optional(boolean),
  },
  'ignore',
);

const readNearRole = object(
  { kind: oneOf('customRole', 'disabledRole', 'deletedRole'), role: string, resource: string },
  'ignore',
);

const NEAR = {
  condition: object(
    {
      kind: oneOf('condition'),
      grant: object({ role: string, member: string, resource: string, condition: readCondition }, 'ignore'),
    },
    'ignore',
  ),
  customRole: readNearRole,
  disabledRole: readNearRole,
  deletedRole: readNearRole,
  formerAccount: object(
    { kind: oneOf('formerAccount'), role: string, resource: string, member: string },
    'ignore',
  ),
} as const;

const readKind = object(
  { kind: oneOf('condition', 'customRole', 'disabledRole', 'deletedRole', 'formerAccount') },
  'ignore',
);

function readNear(value: unknown, path: string): ReturnType<(typeof NEAR)[keyof typeof NEAR]> {
  return NEAR[readKind(value, path).kind](value, path);
}

const readRemedies = object(
  {
    account: optional(
      object({ email: string, state: oneOf('disabled', 'deleted'), uniqueId: optional(string) }, 'ignore'),
    ),
    scopes: list(string),
    /** Where the token of an instance was refused for its scopes: the instance as it is by now. */
    instance: optional(object({ name: string, serviceAccount: string, scopes: list(string) }, 'ignore')),
    denials: list(
      object(
        { attachedTo: string, policyId: string, rule: int32, exceptionPrincipal: optional(string) },
        'ignore',
      ),
    ),
    grants: list(readGrant),
    near: list(readNear),
    boundary: optional(
      object({ availableResource: optional(string), availablePermission: optional(string) }, 'ignore'),
    ),
  },
  'ignore',
);

/** What would open the gates that are closed. */
export type FoundRemedies = ReturnType<typeof readRemedies>;

const readLaterPolicies = list(
  object({ resource: string, kind: oneOf('allow', 'deny'), waitMs: milliseconds }, 'ignore'),
);

/** Policies that are stored and not in force yet. */
export type LaterPolicies = ReturnType<typeof readLaterPolicies>;

const callFields = {
  requestId: string,
  timeMs: milliseconds,
  method: string,
  status: int32,
  message: string,
  instance: optional(string),
};

/** Reads one refusal of a permission as the cloud keeps it. */
export const readRefusal = object(
  {
    ...callFields,
    decision: readDecision,
    remedies: readRemedies,
    laterPolicies: optional(readLaterPolicies),
  },
  'ignore',
);

/** A refused call, the decision on it, and what would have opened the gates. */
export type Refusal = ReturnType<typeof readRefusal>;

/** Reads one refusal of the scope gate alone. */
export const readScopeRefusal = object(
  {
    ...callFields,
    decision: object(
      { carriedOut: boolean, principal: string, scopes: readScopes, leftOut: optional(int32) },
      'ignore',
    ),
    remedies: readRemedies,
  },
  'ignore',
);

/** A call that asked for no permission, and was refused for its scopes. */
export type ScopeRefusal = ReturnType<typeof readScopeRefusal>;

const readPermission = object({ decision: object({ permission: optional(string) }, 'ignore') }, 'ignore');

/** Says whether a refusal is one of the scope gate alone. */
export function isScopeRefusal(refusal: unknown): boolean {
  return readPermission(refusal, '').decision.permission === undefined;
}

/** Reads the answer to a question. */
export const readExplanation = object(
  {
    resourceExists: boolean,
    /** Whether a call can ask for the permission on a resource of this kind. */
    isPermissionOfResource: optional(boolean),
    /** The service that the call would need, where its project has it disabled. */
    disabledService: optional(object({ service: string, projectId: string }, 'ignore')),
    decision: readDecision,
    remedies: readRemedies,
    laterPolicies: optional(readLaterPolicies),
  },
  'ignore',
);

/** The answer to a question that no call asked. */
export type Explanation = ReturnType<typeof readExplanation>;

/** Unix milliseconds: more than 32 bits, and an exact number all the same. */
function milliseconds(value: unknown): number {
  return Number(value);
}

const readOtherRefusal = object(
  {
    ...callFields,
    disabledService: optional(object({ service: string, projectNumber: string }, 'ignore')),
  },
  'ignore',
);

/** A call that was refused for something else than a gate. */
export type OtherRefusal = ReturnType<typeof readOtherRefusal>;

const readAnswer = object(
  { refusals: list(anything), laterOtherRefusal: optional(readOtherRefusal) },
  'ignore',
);

/** The latest refusals as the cloud gives them, newest first, and a later call that no gate refused. */
export type KeptRefusals = ReturnType<typeof readAnswer>;

/** Asks the cloud for the refusals that it keeps. */
export async function fetchRefusals(owner: OwnerClient, limit: number): Promise<KeptRefusals> {
  const request = { method: 'GET' as const, host: CONTROL_HOST, path: '/v1/refusals', query: { limit } };
  return readAnswer(await owner.call(request), '');
}

/** What is asked: may this principal use this permission on this resource? */
export interface DecisionQuestion {
  readonly principal: string;
  readonly permission: string;
  readonly resource: string;
  /** Unix milliseconds, or milliseconds from the cloud's time. */
  readonly at?: { readonly atMs: number } | { readonly afterMs: number };
  /** Absent: no gate of scopes. */
  readonly scopes?: { readonly heldScopes: readonly string[]; readonly acceptedScopes: readonly string[] };
}

/** Has a question decided; returns the answer as the cloud gives it. */
export function askDecision(
  owner: Pick<OwnerClient, 'call'>,
  { at, scopes, ...question }: DecisionQuestion,
): Promise<unknown> {
  const body = { ...question, ...at, ...scopes };
  return owner.call({ method: 'POST', host: CONTROL_HOST, path: '/v1/decisions:explain', body });
}
