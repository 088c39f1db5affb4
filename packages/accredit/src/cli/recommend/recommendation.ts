import { CONTROL_HOST } from '../../apis/control/host.ts';
import { boolean, type Decoded, int32, list, object, oneOf, optional, string } from '../../kernel/decode.ts';
import { GATES } from '../../protocol/iam/decide.ts';
import {
  NO_CUSTOM_ROLE,
  type NoCustomRole,
} from '../../protocol/iam/recommendations/custom-role-proposals.ts';
import type { OwnerClient } from '../owner-client.ts';

const strings = list(string);

const readProposal = object(
  {
    principal: string,
    resource: string,
    place: string,
    projectId: optional(string),
    permissions: list(object({ permission: string, count: int32 }, 'ignore')),
    roles: list(object({ role: string, covers: strings, adds: strings, addsAtGoogle: int32 }, 'ignore')),
    inherited: strings,
    uncovered: strings,
    isSmallest: boolean,
    denied: list(
      object({ permission: string, resource: string, attachedTo: string, policyId: string }, 'ignore'),
    ),
    customRole: optional(
      object({ role: string, title: string, permissions: strings, unfit: strings }, 'ignore'),
    ),
    noCustomRole: optional(oneOf(...NO_CUSTOM_ROLE)),
    /** The folders and the organization that the resource is in, or is; nearest first. */
    hierarchy: list(object({ resource: string, displayName: string }, 'ignore')),
  },
  'ignore',
);

const readRefused = object(
  {
    principal: string,
    method: string,
    permission: string,
    resource: string,
    count: int32,
    refusedBy: oneOf(...GATES),
  },
  'ignore',
);

const readRecommendation = object(
  {
    source: oneOf('recording', 'auditLog'),
    calls: int32,
    from: optional(string),
    to: optional(string),
    /** Uses that were not counted, as there were too many different ones. */
    leftOut: int32,
    /** Uses that were refused. */
    refused: int32,
    proposals: list(readProposal),
    scopes: list(object({ principal: string, scopes: strings }, 'ignore')),
    verification: optional(object({ replayed: int32, refused: list(readRefused) }, 'ignore')),
  },
  'ignore',
);

/** What a cloud recommends. */
export type Recommendation = Decoded<typeof readRecommendation>;

/** What one principal needs on one resource. */
export type RecommendedProposal = Recommendation['proposals'][number];

/** Says which deny policies take what of a proposal, whatever the roles give: `'no-deletes' of projects/p: …`. */
export function denialLines({ denied }: Pick<RecommendedProposal, 'denied'>): readonly string[] {
  const byPolicy = Map.groupBy(denied, ({ policyId, attachedTo }) => `'${policyId}' of ${attachedTo}`);
  return [...byPolicy].map(([policy, denials]) => {
    const permissions = new Set(denials.map(({ permission }) => permission));
    return `${policy}: ${[...permissions].join(', ')}`;
  });
}

const WHY_NO_CUSTOM_ROLE: Readonly<Record<NoCustomRole, (resource: string) => string>> = {
  everybody: () => 'everybody has roles on buckets alone',
  noProject: (resource) => `the project of ${resource} is not known`,
  noOrganization: (resource) => `${resource} is in no organization`,
  unfit: () => 'no custom role takes any of it',
};

/** Says why no custom role is proposed; `undefined` where one is. */
export function reasonForNone({
  noCustomRole,
  resource,
}: Pick<RecommendedProposal, 'noCustomRole' | 'resource'>): string | undefined {
  return noCustomRole && `no custom role is proposed, since ${WHY_NO_CUSTOM_ROLE[noCustomRole](resource)}`;
}

/** What is asked for. */
export interface RecommendationQuery {
  readonly principal: string | undefined;
  /** RFC 3339. */
  readonly since: string | undefined;
  readonly until: string | undefined;
  readonly level: 'resource' | 'project';
  readonly roles: 'predefined' | 'custom';
  readonly includeRefused: boolean;
  readonly verify: boolean;
}

/** Asks a cloud what it recommends. @returns the answer as it came, and read */
export async function fetchRecommendation(owner: OwnerClient, query: RecommendationQuery) {
  const answer = await owner.call({
    method: 'GET',
    host: CONTROL_HOST,
    path: '/v1/recommendation',
    query: { ...query, includeRefused: String(query.includeRefused), verify: String(query.verify) },
  });
  return { answer, recommendation: readRecommendation(answer, '') };
}

/** Forgets what was recorded. */
export async function resetRecording(owner: OwnerClient): Promise<void> {
  await owner.call({ method: 'DELETE', host: CONTROL_HOST, path: '/v1/recording' });
}

/** `3 permissions`, `1 permission`. */
export function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
