import type { Query } from '../../http/method.ts';
import { type ApiError, invalidArgument } from '../../kernel/api-error.ts';
import type { Conditions } from '../../protocol/storage/preconditions.ts';

/** Items of a page that the caller does not size, and the most that a page has (storage notes 2.3). */
const PAGE_LIMIT = 1000;

/** The largest int64, which conditions and generations are. */
const INT64_LIMIT = 2n ** 63n - 1n;

/** Reads `true` and `false`; apitools spells them `True` and `False`. Default false. */
export function readFlag(query: Query, name: string): boolean {
  const text = query.get(name)?.toLowerCase();
  if (text === undefined || text === '' || text === 'false') return false;
  if (text === 'true') return true;
  throw invalidParameter(name, query.get(name) ?? '');
}

/**
 * Reads an unsigned number of 64 bits, as a decimal string without leading zeros.
 *
 * @throws {ApiError} `INVALID_ARGUMENT` `Invalid argument.` for anything else (storage notes 3.0)
 */
export function readNumber(query: Query, name: string): string | undefined {
  const text = query.get(name);
  if (text === undefined) return undefined;
  const number = /^\d{1,19}$/.test(text) ? BigInt(text) : INT64_LIMIT + 1n;
  if (number > INT64_LIMIT) throw invalidNumber(name);
  return number.toString();
}

/** Reads the conditions on a metageneration. */
export function readMetagenerationConditions(query: Query): Conditions {
  return readConditions(query, ['ifMetagenerationMatch', 'ifMetagenerationNotMatch']);
}

/** Reads the conditions on a generation and a metageneration. */
export function readObjectConditions(query: Query): Conditions {
  return readConditions(query, [
    'ifGenerationMatch',
    'ifGenerationNotMatch',
    'ifMetagenerationMatch',
    'ifMetagenerationNotMatch',
  ]);
}

function readConditions(query: Query, names: readonly (keyof Conditions)[]): Conditions {
  const found = names.map((name) => [name, readNumber(query, name)] as const);
  return Object.fromEntries(found.filter(([, value]) => value !== undefined));
}

/** Reads `maxResults`: more than a page holds is a page, and 0 is the default (storage notes 14, 9). */
export function readPageLimit(query: Query): number {
  const limit = Number(readNumber(query, 'maxResults') ?? 0);
  return limit === 0 ? PAGE_LIMIT : Math.min(limit, PAGE_LIMIT);
}

/**
 * Checks `projection`.
 *
 * Deviation: `full` shows no more than `noAcl`, as for a caller who may not read access control lists: they are not
 * kept, but follow from the defaults. Pinned by 'projection=full shows no access control lists'.
 */
export function checkProjection(query: Query): void {
  const projection = query.get('projection');
  if (projection === undefined || projection === 'full' || projection === 'noAcl') return;
  throw invalidParameter('projection', projection);
}

/**
 * Checks a canned access control list: the default one is what there is, others are not kept.
 *
 * @param canned - the lists that Google knows for this kind of resource
 */
export function checkPredefinedAcl(query: Query, name: string, canned: readonly string[]): void {
  const text = query.get(name);
  if (text === undefined || text === '') return;
  if (!canned.includes(text)) {
    throw invalidArgument(`Invalid predefined ACL "${text.slice(0, 100)}"`, { reason: 'invalid' });
  }
  // Deviation; pinned by 'what is not kept is refused, not lost'.
  if (text !== 'projectPrivate') throw notSupported(`${name}=${text}`);
}

/** Refuses parameters that ask for what this server does not do. An empty one asks for nothing. */
export function refuseParameters(query: Query, ...names: readonly string[]): void {
  for (const name of names) {
    const text = query.get(name);
    if (text !== undefined && text !== '' && text.toLowerCase() !== 'false') throw notSupported(name);
  }
}

/**
 * Refuses the members of a body that ask for what this server does not keep: they would be lost without a word.
 *
 * What says nothing is let through: `null`, `false`, what is empty, and objects of nothing else.
 */
export function refuseMembers(body: Readonly<Record<string, unknown>>, ...names: readonly string[]): void {
  for (const name of names) if (!saysNothing(body[name])) throw notSupported(name);
}

/** Says whether a JSON value asks for nothing. */
export function saysNothing(value: unknown): boolean {
  if (value === undefined || value === null || value === false || value === '') return true;
  return typeof value === 'object' && Object.values(value).every(saysNothing);
}

/** The refusal of a setting that comes with a later issue. */
export function notSupported(name: string): ApiError {
  return invalidArgument(`'${name}' is not supported by this server yet. Leave it out.`, {
    reason: 'invalid',
  });
}

/** Guess: the wording (storage notes 3.0). */
function invalidParameter(name: string, text: string): ApiError {
  return invalidArgument(`Invalid value for parameter '${name}': '${text.slice(0, 100)}'.`, {
    reason: 'invalidParameter',
    location: { type: 'parameter', name },
  });
}

function invalidNumber(name: string): ApiError {
  return invalidArgument('Invalid argument.', {
    reason: 'invalid',
    location: { type: 'parameter', name },
  });
}
