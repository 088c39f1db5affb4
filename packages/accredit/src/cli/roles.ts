import { nearestName } from '../kernel/nearest-name.ts';
import { CliError } from './errors.ts';

/** How a role of everybody's catalogue begins. */
const PREDEFINED = 'roles/';

/**
 * Refuses a role that is most likely misspelled, and says which one is meant. Any other is left for the cloud to judge.
 *
 * @throws {CliError}
 */
export async function refuseMisspelledRole(role: string): Promise<void> {
  // The catalogue is long, and most commands name no role.
  const { findRole, listRoles } = await import('../protocol/iam/roles/catalogue.ts');
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
