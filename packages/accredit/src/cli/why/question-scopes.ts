import type { AnyMethod } from '../../http/method.ts';
import { nearestName } from '../../kernel/nearest-name.ts';
import { usageError } from '../errors.ts';
import { expandScopes } from '../instances/scopes.ts';
import type { DecisionQuestion } from './refusals.ts';

/** What of a question the scopes depend on. */
export interface ScopeQuestion {
  readonly permission?: string;
  readonly scopes?: readonly string[];
  /** Discovery id of a method: `storage.objects.get`. */
  readonly method?: string;
}

/**
 * Returns the scopes that are held and those that are accepted: by the method, or by any method that asks for the
 * permission.
 *
 * @returns `undefined` where scopes are not asked about
 * @throws {CliError} where no method is known that says what it accepts
 */
export async function askedScopes({
  permission,
  scopes,
  method,
}: ScopeQuestion): Promise<DecisionQuestion['scopes']> {
  if (scopes === undefined) return undefined;
  // All APIs with all that they import; most questions name no scopes.
  const { googleApis } = await import('../../apis.ts');
  const methods = googleApis.flatMap((api) => api.methods);
  const meant =
    method === undefined
      ? methods.filter(({ permissions }) => permissions.some(({ check }) => check === permission))
      : [findMethod(method, methods)];
  const acceptedScopes = [...new Set(meant.flatMap((one) => one.scopes ?? []))];
  if (acceptedScopes.length === 0) {
    throw usageError(
      method === undefined
        ? `No method here asks for '${permission}', so --method must say whose scopes count.`
        : `Method '${method}' takes no access token.`,
    );
  }
  return { heldScopes: expandScopes(scopes), acceptedScopes };
}

function findMethod(id: string, methods: readonly AnyMethod[]): AnyMethod {
  const found = methods.find((method) => method.id === id);
  if (found !== undefined) return found;
  const near = nearestName(
    id,
    methods.map((method) => method.id),
  );
  throw usageError(
    `Method '${id}' is not served here${near === undefined ? '.' : `; did you mean '${near}'?`}`,
  );
}
