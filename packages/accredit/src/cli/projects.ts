import { userManagedEmail } from '../resources/service-accounts.ts';
import type { Session } from './connect.ts';
import type { CliContext } from './context.ts';

/** Returns the project that a command means: the flag, else the variable, else the cloud's own. */
export function projectOf({ env }: CliContext, { status }: Session, flag: string | undefined): string {
  const variable = env.ACCREDIT_PROJECT === '' ? undefined : env.ACCREDIT_PROJECT;
  return flag ?? variable ?? status.defaultProject;
}

/** Returns the e-mail address of a service account that may be named without its project. */
export function accountEmail(
  context: CliContext,
  session: Session,
  account: string,
  projectFlag: string | undefined,
): string {
  return account.includes('@')
    ? account
    : userManagedEmail(account, projectOf(context, session, projectFlag));
}
