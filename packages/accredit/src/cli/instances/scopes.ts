import { expandScope, scopeAliases } from '../../protocol/iam/scopes.ts';
import { usageError } from '../errors.ts';

/**
 * Writes short names of scopes out.
 *
 * @throws {CliError} for what is neither a short name nor a URL
 */
export function expandScopes(names: readonly string[]): readonly string[] {
  return names.flatMap((name) => {
    const scopes = expandScope(name);
    if (scopes !== undefined) return scopes;
    throw usageError(`Scope '${name}' is neither a URL nor one of ${scopeAliases().join(', ')}.`);
  });
}

/** Returns the short name that gcloud has for one scope, else the scope. */
export function shortenScope(scope: string): string {
  const isItsName = (alias: string) => {
    const scopes = expandScope(alias) ?? [];
    return scopes.length === 1 && scopes[0] === scope;
  };
  return scopeAliases().find(isItsName) ?? scope;
}
