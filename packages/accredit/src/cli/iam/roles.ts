import { nearestName } from '../../kernel/nearest-name.ts';
import { CliError } from '../errors.ts';
import { CallFailed } from '../owner-client.ts';

/** How a role of everybody's catalogue begins. */
const PREDEFINED = 'roles/';

/** The names of roles: predefined ones, and custom ones of a project or an organization. */
const ROLE_NAME = /^(?:roles|(?:projects|organizations)\/[^/]+\/roles)\/[^/]+$/;

/** @throws {CliError} for what no role is named */
export function requireRoleName(text: string): void {
  if (ROLE_NAME.test(text)) return;
  throw new CliError(
    `'${text}' names no role: it is written 'roles/ID', 'projects/PROJECT/roles/ID' or 'organizations/NUMBER/roles/ID'.`,
  );
}

/**
 * Refuses a role that is most likely misspelled, and says which one is meant. Any other is left for the cloud to judge.
 *
 * @throws {CliError}
 */
export async function refuseMisspelledRole(role: string): Promise<void> {
  // The catalogue is long, and most commands name no role.
  const { findRole, listRoles } = await import('../../protocol/iam/roles/catalogue.ts');
  if (/^(projects|organizations)\//.test(role) || findRole(role) !== undefined) return;
  const whole = role.startsWith(PREDEFINED) ? role : PREDEFINED + role;
  const near =
    findRole(whole)?.name ??
    nearestName(
      whole,
      listRoles().map(({ name }) => name),
    );
  if (near !== undefined) throw new CliError(`Role '${role}' does not exist; did you mean '${near}'?`);
}

/**
 * Adds to the refusal of a role that this cloud does not know which ones it does.
 *
 * @returns the error itself where that is not what is wrong
 */
export async function hintAtKnownRoles(error: unknown, role: string): Promise<unknown> {
  if (!(error instanceof CallFailed)) return error;
  const { describeKnownRoles } = await import('../../config/known-roles.ts');
  const known = describeKnownRoles(role);
  if (known === undefined) return error;
  const sentence = known.charAt(0).toUpperCase() + known.slice(1);
  return new CliError(`${error.message.replace(/\.?$/, '.')} ${sentence}.`, error.status, error);
}
