import { CONTROL_HOST } from '../apis/control/host.ts';
import { anything, boolean, int32, list, object, oneOf, optional, string } from '../kernel/decode.ts';
import type { OwnerClient } from './owner-client.ts';

const readBinding = object(
  {
    role: string,
    memberMatch: list(string),
    memberCount: int32,
    rolePermission: oneOf('included', 'notIncluded', 'unknownRole'),
    grants: boolean,
  },
  'ignore',
);

const readDecision = object(
  {
    carriedOut: boolean,
    refusedBy: optional(oneOf('scopes', 'iam')),
    principal: string,
    permission: string,
    resource: string,
    scopes: object(
      {
        outcome: oneOf('sufficient', 'insufficient', 'notApplicable'),
        held: list(string),
        accepted: list(string),
      },
      'ignore',
    ),
    policies: list(object({ resource: string, bindings: list(readBinding) }, 'ignore')),
  },
  'ignore',
);

/** Reads one refusal as the cloud keeps it. */
export const readRefusal = object(
  {
    requestId: string,
    timeMs: milliseconds,
    method: string,
    status: int32,
    message: string,
    instance: optional(string),
    decision: readDecision,
    remedies: object(
      {
        grants: list(object({ role: string, member: string, resource: string }, 'ignore')),
        scopes: list(string),
      },
      'ignore',
    ),
  },
  'ignore',
);

/** A refused call, the decision on it, and what would have opened the gates. */
export type Refusal = ReturnType<typeof readRefusal>;

export type RefusedDecision = Refusal['decision'];

/** Unix milliseconds: more than 32 bits, and an exact number all the same. */
function milliseconds(value: unknown): number {
  return Number(value);
}

const readAnswer = object({ refusals: list(anything) }, 'ignore');

/** Returns the latest refusals as the cloud gives them, newest first. */
export async function fetchRefusals(owner: OwnerClient, limit: number): Promise<readonly unknown[]> {
  const request = { method: 'GET' as const, host: CONTROL_HOST, path: '/v1/refusals', query: { limit } };
  return readAnswer(await owner.call(request), '').refusals;
}
