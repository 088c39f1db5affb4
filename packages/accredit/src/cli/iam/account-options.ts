import type { Command } from 'commander';
import { serviceAccountName } from '../../kernel/resource-names.ts';
import { addPlaceOptions, type PlaceOptions, type Session, withWritableCloud } from '../connect.ts';
import type { CliContext } from '../context.ts';
import { type Format, formatOption, printDone } from '../output.ts';
import { path } from '../owner-client.ts';
import { accountEmail, projectOf } from '../projects.ts';
import { IAM_HOST } from './account-calls.ts';
import { callOn } from './missing-resources.ts';

/** The options of a command about one service account. */
export interface AccountOptions extends PlaceOptions {
  readonly project?: string;
  readonly format: Format;
}

/** The options of a command about the keys of a service account. */
export interface KeyOptions extends AccountOptions {
  readonly serviceAccount: string;
}

/** Adds `ACCOUNT`, the option that says in which project it is, and `--format`. */
export function addAccountOptions(command: Command, context: CliContext): Command {
  return addFurtherOptions(command.argument('<account>', ACCOUNT), context);
}

/** Adds the options that say whose keys are meant, and `--format`. */
export function addKeyOptions(command: Command, context: CliContext): Command {
  return addFurtherOptions(command.requiredOption('--service-account <account>', ACCOUNT), context);
}

const ACCOUNT = 'e-mail address, or the part of it before the @';

function addFurtherOptions(command: Command, context: CliContext): Command {
  return addPlaceOptions(command)
    .option('--project <id>', 'project of an account that is named without one (ACCREDIT_PROJECT)')
    .addOption(formatOption(context));
}

/** What is asked of one service account. */
interface AccountRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** What stands behind the account in the path: `/keys`, `:disable`. */
  readonly suffix?: string;
  /** Sent as JSON. */
  readonly body?: unknown;
}

/**
 * Calls a method of an account: one that is named without its project is looked for in the one that is meant, so that
 * who is not there is said to be not there.
 *
 * @throws {CallFailed} which names an account that is not there
 */
export function callAccount(
  context: CliContext,
  session: Session,
  account: string,
  options: Pick<AccountOptions, 'project'>,
  { method, suffix = '', body }: AccountRequest,
): Promise<unknown> {
  const projectId = account.includes('@') ? '-' : projectOf(context, session, options.project);
  const email = accountEmail(context, session, account, options.project);
  return callOn(session.owner, serviceAccountName(projectId, email), {
    method,
    host: IAM_HOST,
    path: path`/v1/projects/${projectId}/serviceAccounts/${email}` + suffix,
    ...(body === undefined ? {} : { body }),
  });
}

/** Does something to an account that answers nothing, and says so. */
export function changeAccount(
  context: CliContext,
  account: string,
  options: AccountOptions,
  { method, verb = '', state }: { method: 'POST' | 'DELETE'; verb?: string; state: string },
): Promise<void> {
  return withWritableCloud(context, options, async (session) => {
    await callAccount(context, session, account, options, { method, suffix: verb });
    const email = accountEmail(context, session, account, options.project);
    printDone(context.out, options.format, `Service account '${email}' is ${state}.`, { email, state });
  });
}

/** Does something to a key that answers nothing, and says so. */
export function changeKey(
  context: CliContext,
  keyId: string,
  options: KeyOptions,
  { method, verb = '', state }: { method: 'POST' | 'DELETE'; verb?: string; state: string },
): Promise<void> {
  return withWritableCloud(context, options, async (session) => {
    const suffix = path`/keys/${keyId}` + verb;
    await callAccount(context, session, options.serviceAccount, options, { method, suffix });
    printDone(context.out, options.format, `Key '${keyId}' is ${state}.`, { keyId, state });
  });
}
