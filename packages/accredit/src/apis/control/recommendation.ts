import { OWNER_EMAIL } from '../../http/authenticate.ts';
import { method, type Query } from '../../http/method.ts';
import { invalidArgument } from '../../kernel/api-error.ts';
import { oneOf, optional } from '../../kernel/decode.ts';
import { toMember } from '../../kernel/principals.ts';
import { toRfc3339 } from '../../kernel/timestamps.ts';
import { isNamed, isPrincipalName, PRINCIPAL_NAME_FORM } from '../../observability/principal-names.ts';
import { usesOfLog } from '../../observability/uses-of-log.ts';
import { recommend } from '../../protocol/iam/recommendations/recommend.ts';
import type { CountedUse } from '../../protocol/iam/recommendations/uses.ts';
import { neededScopes } from '../../protocol/iam/remedies/needed-scopes.ts';
import { type CloudControl, OWNER_ONLY, requireOwner } from './cloud-control.ts';
import { organizationsOf, withHierarchy } from './known-hierarchy.ts';
import { birthsOf, replayUses, withDenials, withPresentProjects } from './replayed-uses.ts';

const readFlag = optional(oneOf('true', 'false'));
const readLevel = optional(oneOf('resource', 'project'));
const readKind = optional(oneOf('predefined', 'custom'));

/**
 * Proposes the roles that cover what was used: of the recording where there is one and no span is asked for, else of the
 * audit log.
 */
export const getRecommendation = (control: CloudControl) =>
  method({
    id: 'control.recommendation.get',
    http: 'GET /v1/recommendation',
    open: OWNER_ONLY,
    async handle({ caller, query, services: { resources } }) {
      requireOwner(caller);
      const level = readLevel(query.get('level'), 'level') ?? 'resource';
      const kind = readKind(query.get('roles'), 'roles') ?? 'predefined';
      const principal = readPrincipal(query);
      const { source, uses: all, leftOut } = await gatherUses(control, query);
      const ofPrincipal = all.filter((use) => isOf(use, principal));
      const counted = ofPrincipal.filter((use) => use.outcome !== 'refused' || takesRefused(query));
      const uses = await withPresentProjects(counted, resources);
      const proposals = recommend(uses, level, {
        births: await birthsOf(uses, resources),
        organizations: await organizationsOf(uses, resources),
      });
      const verifies = readFlag(query.get('verify'), 'verify') === 'true';
      return {
        json: {
          source,
          ...describeSpan(ofPrincipal),
          leftOut,
          refused: sum(ofPrincipal.filter(({ outcome }) => outcome === 'refused').map(({ count }) => count)),
          proposals: await withHierarchy(await withDenials(proposals, uses, resources), resources),
          scopes: scopesOf(uses),
          ...(verifies ? { verification: await replayUses(uses, { proposals, kind }, resources) } : {}),
        },
      };
    },
  });

/** Forgets what was recorded. */
export const resetRecording = ({ uses }: CloudControl) =>
  method({
    id: 'control.recording.delete',
    http: 'DELETE /v1/recording',
    open: OWNER_ONLY,
    async handle({ caller }) {
      requireOwner(caller);
      await uses.reset();
      return { json: {} };
    },
  });

async function gatherUses({ audit, uses }: CloudControl, query: Query) {
  const span = { sinceMs: readTime(query, 'since'), untilMs: readTime(query, 'until') };
  const { recording } = uses;
  if (recording !== undefined && span.sinceMs === undefined && span.untilMs === undefined) {
    return { source: 'recording', ...recording };
  }
  await audit.flush();
  const { directory } = audit;
  const used = directory === undefined ? { uses: [], leftOut: 0 } : await usesOfLog(directory, span);
  return { source: 'auditLog', ...used };
}

function readTime(query: Query, name: string): number | undefined {
  const text = query.get(name);
  if (text === undefined) return undefined;
  const timeMs = Date.parse(text);
  if (Number.isNaN(timeMs)) throw invalidArgument(`'${name}' must be a time such as '2026-11-23T05:00:00Z'.`);
  return timeMs;
}

/** @throws {ApiError} `INVALID_ARGUMENT` for what is no principal */
function readPrincipal(query: Query): string | undefined {
  const text = query.get('principal');
  if (text === undefined || isPrincipalName(text)) return text;
  throw invalidArgument(`'principal' must be ${PRINCIPAL_NAME_FORM}.`);
}

function takesRefused(query: Query): boolean {
  return readFlag(query.get('includeRefused'), 'includeRefused') === 'true';
}

/** The owner of the cloud is left out unless named: who types commands is no program. */
function isOf({ principal }: CountedUse, wanted: string | undefined): boolean {
  const member = toMember(principal);
  return wanted === undefined ? !isNamed(member, `user:${OWNER_EMAIL}`) : isNamed(member, wanted);
}

/** Says over which time and how many calls; no time where there was none. */
function describeSpan(uses: readonly CountedUse[]): object {
  const calls = sum(uses.map((use) => use.calls));
  const times = uses.flatMap(({ firstMs, lastMs }) => [firstMs, lastMs]).filter(Number.isFinite);
  if (times.length === 0) return { calls };
  const from = times.reduce((a, b) => Math.min(a, b));
  const to = times.reduce((a, b) => Math.max(a, b));
  return { calls, from: toRfc3339(from), to: toRfc3339(to) };
}

/** Credentials without scopes to check say nothing of scopes. */
function scopesOf(uses: readonly CountedUse[]): readonly object[] {
  const scoped = uses.filter(({ heldScopes }) => heldScopes !== undefined);
  return [...Map.groupBy(scoped, ({ principal }) => toMember(principal))]
    .map(([principal, used]) => ({
      principal,
      scopes: neededScopes(used.flatMap(({ acceptedScopes }) => (acceptedScopes ? [acceptedScopes] : []))),
    }))
    .sort((a, b) => (a.principal < b.principal ? -1 : 1));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
