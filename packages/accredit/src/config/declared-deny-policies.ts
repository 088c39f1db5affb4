import { folderName, organizationName, projectName, type ResourceName } from '../kernel/resource-names.ts';
import type { DenyRule } from '../protocol/iam/deny/deny-policy.ts';
import { denyRulesMessage, readDenyRules } from '../protocol/iam/deny/deny-policy-json.ts';
import { accountOfDenyPrincipal } from '../protocol/iam/deny/deny-principals.ts';
import type { FileDenyPolicies } from './deny-policy-schema.ts';
import type { FileFolder } from './hierarchy-schema.ts';
import type { Path } from './problems.ts';
import type { ConfigurationFile } from './schema.ts';

/** A deny policy that a file declares. */
export interface DeclaredDenyPolicy {
  readonly path: Path;
  /** `organizations/N`, `folders/N`, `projects/ID`. */
  readonly attachedTo: ResourceName;
  readonly policyId: string;
  readonly displayName: string;
  readonly rules: readonly DenyRule[];
}

/** Something that deny policies are attached to, as a file has it. */
type Place = readonly [name: ResourceName, path: Path, declared: FileDenyPolicies];

/** Returns all declared policies in the form that is kept; the schema has checked what the API would. */
export function toDenyPolicies(file: ConfigurationFile): readonly DeclaredDenyPolicy[] {
  return [...places(file)].flatMap(([attachedTo, path, declared]) =>
    (declared ?? []).map(({ id, displayName = '', rules }, index) => ({
      path: [...path, 'denyPolicies', index],
      attachedTo,
      policyId: id,
      displayName,
      rules: readDenyRules(denyRulesMessage(rules, 'rules')),
    })),
  );
}

function* places({ organizations, projects }: ConfigurationFile): Generator<Place> {
  for (const [index, { organizationId, denyPolicies, folders }] of (organizations ?? []).entries()) {
    const path = ['organizations', index];
    yield [organizationName(organizationId), path, denyPolicies];
    yield* foldersIn(folders, path);
  }
  for (const [index, { projectId, denyPolicies }] of (projects ?? []).entries()) {
    yield [projectName(projectId), ['projects', index], denyPolicies];
  }
}

function* foldersIn(folders: FileFolder['folders'], above: Path): Generator<Place> {
  for (const [index, { folderId, denyPolicies, folders: inner }] of (folders ?? []).entries()) {
    const path = [...above, 'folders', index];
    yield [folderName(folderId), path, denyPolicies];
    yield* foldersIn(inner, path);
  }
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
