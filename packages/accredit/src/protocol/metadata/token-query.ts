import { CLOUD_PLATFORM } from '../iam/scopes.ts';
import type { InstanceMetadata, ServiceAccountMetadata } from './instance-metadata.ts';
import { parseBoolean, type Query } from './queries.ts';
import { type Refused, refuse } from './refusal.ts';
import type { MetadataSettings } from './settings.ts';
import { isSwitchedOn } from './switches.ts';

/** The attribute that makes `enforce_scopes` the default of an instance (metadata notes 9.3.8). */
const ENFORCE_SCOPES_ATTRIBUTE = 'enable-access-token-enforce-scopes';

/** What a token request asks for. */
export interface TokenRequest {
  readonly kind: 'token';
  /** The scopes that the token is to have, in the order of the account's own. */
  readonly scopes: readonly string[];
}

/**
 * Says whether tokens of an instance are restricted to the scopes that a request names, unless it says more.
 *
 * The attribute of the instance goes before that of the project, as clients merge them (metadata notes 8.3).
 */
export function enforcesScopes(
  instance: Pick<InstanceMetadata, 'attributes' | 'projectAttributes'>,
): boolean {
  return isSwitchedOn(ENFORCE_SCOPES_ATTRIBUTE, instance.attributes, instance.projectAttributes);
}

/**
 * Reads the query of a token request (metadata notes 9.3.7, 9.3.8, 13.1.6, 13.2.3).
 *
 * On a Compute Engine VM `scopes` alone is ignored: the token carries the VM's scopes. With `enforce_scopes=true`, and on
 * the other profiles, it carries only those named, which must all be the VM's. Guess: naming none keeps the VM's scopes; a
 * scope that the VM lacks is refused, also where a wider one of the VM implies it; and so is an `enforce_scopes` that is
 * no boolean. Guess: beyond a VM, the scopes that may be named are not bounded by those of the account's `scopes` key
 * where that has cloud-platform.
 *
 * @param enforcesByDefault - what `enforcesScopes` said of the instance
 */
export function parseTokenQuery(
  query: Query,
  account: Pick<ServiceAccountMetadata, 'scopes'>,
  enforcesByDefault: boolean,
  settings: MetadataSettings,
): TokenRequest | Refused {
  const enforced = query.has('enforce_scopes')
    ? parseBoolean(query.get('enforce_scopes'))
    : enforcesByDefault;
  if (query.has('enforce_scopes') && enforced !== true) return refuse('scopes-not-enforceable');
  const isHeard = enforced === true || settings.honoursScopes;
  const named = isHeard ? namedScopes(query.get('scopes') ?? '') : [];
  if (named.length === 0) return { kind: 'token', scopes: account.scopes };
  // Without a VM there are no access scopes of it to stay within: cloud-platform stands for all of them.
  const isBounded = enforced === true || !account.scopes.includes(CLOUD_PLATFORM);
  if (!isBounded) return { kind: 'token', scopes: named };
  if (!named.every((scope) => account.scopes.includes(scope)))
    return refuse(settings.scopesNotGranted === 403 ? 'scopes-forbidden' : 'scopes-not-granted');
  return { kind: 'token', scopes: account.scopes.filter((scope) => named.includes(scope)) };
}

function namedScopes(commaSeparated: string): readonly string[] {
  return commaSeparated
    .split(',')
    .map((scope) => scope.trim())
    .filter((scope) => scope !== '');
}
