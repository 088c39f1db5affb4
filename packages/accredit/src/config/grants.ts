import { parseMember } from '../kernel/members.ts';
import type { Condition } from '../protocol/iam/conditions/condition.ts';
import { listRoles } from '../protocol/iam/roles/catalogue.ts';
import { isPredefinedRoleGrantable } from '../protocol/iam/roles/grantable-roles.ts';
import { parseCustomRoleName } from '../protocol/iam/roles/role-names.ts';
import { describeKnownRoles } from './known-roles.ts';
import type { Rule } from './rules.ts';

/** What the configuration can give roles on. */
export type GrantPlace = 'organization' | 'folder' | 'project' | 'serviceAccount' | 'bucket' | 'instance';

const PLACE_WORDS: Readonly<Record<GrantPlace, string>> = {
  organization: 'an organization',
  folder: 'a folder',
  project: 'a project',
  serviceAccount: 'a service account',
  bucket: 'a bucket',
  instance: 'an instance',
};

/** Which roles may be given on a kind of resource. Whether a custom role is there, and may be given, is for `apply`. */
export function roleRule(place: GrantPlace): Rule {
  return {
    expected: `a role that can be granted on ${PLACE_WORDS[place]}, such as '${EXAMPLES[place]}'`,
    fits: (role) => parseCustomRoleName(role) !== undefined || isPredefinedRoleGrantable(role, place),
    choices: () =>
      listRoles()
        .map(({ name }) => name)
        .filter((name) => isPredefinedRoleGrantable(name, place)),
    hint: describeKnownRoles,
  };
}

const EXAMPLES: Readonly<Record<GrantPlace, string>> = {
  organization: 'roles/resourcemanager.organizationViewer',
  folder: 'roles/resourcemanager.folderViewer',
  project: 'roles/viewer',
  serviceAccount: 'roles/iam.serviceAccountUser',
  bucket: 'roles/storage.objectViewer',
  instance: 'roles/compute.instanceAdmin.v1',
};

/** Which members a policy may name, by the kind of resource that it is attached to. */
export function memberRule(place: GrantPlace): Rule {
  const more = place === 'bucket' ? ", 'projectViewer:PROJECT_ID' or 'allUsers'" : '';
  return {
    expected: `a member, such as 'user:ada@example.com', 'serviceAccount:EMAIL', 'group:EMAIL', 'domain:DOMAIN'${more}`,
    fits: (member) => isMember(member, place),
  };
}

/** What a member is says `parseMember`, as for policies that come through the API. */
function isMember(text: string, place: GrantPlace): boolean {
  const parsed = parseMember(text);
  if (!parsed.ok || parsed.kind === 'deleted') return false;
  // Everyone, and the holders of a basic role: buckets alone (IAM notes 1.1 and 1.6). Deleted members are IAM's own.
  return place === 'bucket' || !/^(all|project)/.test(parsed.kind);
}

/** Returns a condition of the file in the form that policies keep: what it leaves out is left out. */
export function toCondition({
  title,
  description,
  expression,
}: {
  readonly title?: string | undefined;
  readonly description?: string | undefined;
  readonly expression: string;
}): Condition {
  return {
    ...(title === undefined ? {} : { title }),
    ...(description === undefined ? {} : { description }),
    expression,
  };
}
