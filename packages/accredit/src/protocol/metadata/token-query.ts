import type { InstanceMetadata, MetadataItem, ServiceAccountMetadata } from './instance-metadata.ts';
import { parseBoolean, parseView, type Query } from './queries.ts';
import { type Refused, refuse } from './refusal.ts';

/** The attribute that makes `enforce_scopes` the default of an instance (metadata notes 9.3.8). */
const ENFORCE_SCOPES_ATTRIBUTE = 'enable-access-token-enforce-scopes';

/** What a token request asks for. */
export interface TokenRequest {
  readonly kind: 'token';
  /** The scopes that the token is to have, in the order of the account's own. */
  readonly scopes: readonly string[];
  readonly alt: 'json' | 'text';
}

/**
 * Says whether tokens of an instance are restricted to the scopes that a request names, unless it says more.
 *
 * The attribute of the instance goes before that of the project, as clients merge them (metadata notes 8.3).
 */
export function enforcesScopes(
  instance: Pick<InstanceMetadata, 'attributes' | 'projectAttributes'>,
): boolean {
  const word = attributeOf(instance.attributes) ?? attributeOf(instance.projectAttributes);
  return parseBoolean(word) === true;
}

function attributeOf(items: readonly MetadataItem[]): string | undefined {
  return items.findLast(({ key }) => key === ENFORCE_SCOPES_ATTRIBUTE)?.value;
}

/**
 * Reads the query of a token request on a Compute Engine VM (metadata notes 9.3.7, 9.3.8).
 *
 * `scopes` alone is ignored there: the token carries the VM's scopes. With `enforce_scopes=true` it carries only
 * those named, which must all be the VM's. Guess: naming none keeps the VM's scopes; a scope that the VM lacks is
 * refused with 400, also where a wider one of the VM implies it; and so is an `enforce_scopes` that is no boolean.
 *
 * @param enforcesByDefault - what `enforcesScopes` said of the instance
 */
export function parseTokenQuery(
  query: Query,
  account: Pick<ServiceAccountMetadata, 'scopes'>,
  enforcesByDefault: boolean,
): TokenRequest | Refused {
  const view = parseView(query);
  if (view.kind === 'refused') return view;
  const enforced = query.has('enforce_scopes')
    ? parseBoolean(query.get('enforce_scopes'))
    : enforcesByDefault;
  if (query.has('enforce_scopes') && enforced !== true) return refuse('scopes-not-enforceable');
  const named = enforced === true ? namedScopes(query.get('scopes') ?? '') : [];
  if (!named.every((scope) => account.scopes.includes(scope))) return refuse('scopes-not-granted');
  const scopes =
    named.length === 0 ? account.scopes : account.scopes.filter((scope) => named.includes(scope));
  return { kind: 'token', scopes, alt: view.alt ?? 'json' };
}

function namedScopes(commaSeparated: string): readonly string[] {
  return commaSeparated
    .split(',')
    .map((scope) => scope.trim())
    .filter((scope) => scope !== '');
}
