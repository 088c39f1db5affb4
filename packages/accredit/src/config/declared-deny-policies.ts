import type { DenyRule } from '../protocol/iam/deny-policy.ts';
import { denyRulesMessage, readDenyRules } from '../protocol/iam/deny-policy-json.ts';
import { accountOfDenyPrincipal } from '../protocol/iam/deny-principals.ts';
import type { FileDenyPolicies } from './deny-policy-schema.ts';
import type { Path } from './problems.ts';

/** A deny policy that a file declares. */
export interface DeclaredDenyPolicy {
  readonly path: Path;
  readonly policyId: string;
  readonly displayName: string;
  readonly rules: readonly DenyRule[];
}

/** Returns the declared policies in the form that is kept; the schema has checked what the API would. */
export function toDenyPolicies(declared: FileDenyPolicies, path: Path): readonly DeclaredDenyPolicy[] {
  return (declared ?? []).map(({ id, displayName = '', rules }, index) => ({
    path: [...path, index],
    policyId: id,
    displayName,
    rules: readDenyRules(denyRulesMessage(rules, 'rules')),
  }));
}

/** Returns the service accounts that declared policies name. */
export function accountsOfDenyPolicies(
  policies: readonly DeclaredDenyPolicy[],
): readonly { readonly email: string; readonly path: Path }[] {
  return policies.flatMap(({ rules, path }) =>
    rules.flatMap(({ deniedPrincipals, exceptionPrincipals }, index) =>
      [...deniedPrincipals, ...exceptionPrincipals].flatMap((principal) => {
        const email = accountOfDenyPrincipal(principal);
        return email === undefined ? [] : [{ email, path: [...path, 'rules', index, 'denyRule'] }];
      }),
    ),
  );
}
