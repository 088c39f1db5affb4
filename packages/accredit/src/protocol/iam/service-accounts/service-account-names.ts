import { isAccountAddress as isEmail, toAsciiLowerCase } from '../../../kernel/member-forms.ts';

export { isEmail };

/** What `projects/{project}/serviceAccounts/{account}` names. */
export interface NamedServiceAccount {
  /** A project id or number; `-` where the account alone says it. */
  readonly project: string;
  /** An e-mail address in lower case, or a unique id. */
  readonly account: string;
}

/** In place of a project: whichever project the account belongs to (IAM notes 1.8). */
export const ANY_PROJECT = '-';

/** Project ids have at most 63 characters, with a domain in front (`example.com:p`) at most 30 more or so. */
const PROJECT_FORM = /^(-|[a-z0-9][a-z0-9.:-]{0,127})$/;

/** Unique ids have 21 digits; older ones may be shorter. */
const UNIQUE_ID_FORM = /^\d{1,30}$/;

/** Returns the project part of `projects/{project}`; `undefined` where none could have that name. */
export function parseProjectName(name: string): string | undefined {
  const [, project = ''] = /^projects\/([^/]*)$/.exec(name) ?? [];
  return PROJECT_FORM.test(project) ? project : undefined;
}

/**
 * Takes the name of a service account apart.
 *
 * @returns `undefined` for a name that none could have, so that it need not be looked for
 */
export function parseServiceAccountName(name: string): NamedServiceAccount | undefined {
  const [, parent = '', text = ''] = /^(projects\/[^/]*)\/serviceAccounts\/([^/]*)$/.exec(name) ?? [];
  const project = parseProjectName(parent);
  const account = toAsciiLowerCase(text);
  if (project === undefined || !(isEmail(account) || UNIQUE_ID_FORM.test(account))) return undefined;
  return { project, account };
}

/** Says whether only a service account can have an address: also one that Google makes. */
export function isAccountOnly(email: string): boolean {
  return email.endsWith('.gserviceaccount.com');
}

/** Returns the id of the project that a user-managed account's address names; `undefined` for any other address. */
export function projectIdInEmail(email: string): string | undefined {
  return /@([^.]+)\.iam\.gserviceaccount\.com$/.exec(email)?.[1];
}
