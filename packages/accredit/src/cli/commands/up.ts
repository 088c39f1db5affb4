import { type Command, Option } from 'commander';
import { findPlaces } from '../../config/find.ts';
import { type CloudStatus, showStatus } from '../cloud/cloud-status.ts';
import { LOG_FILE, startDetached } from '../cloud/detached-cloud.ts';
import {
  apiHostOf,
  LOOPBACK,
  notifier,
  serveInForeground,
  settingFlags,
  type UpOptions,
  warnOfStrangers,
} from '../cloud/foreground-cloud.ts';
import { configure } from '../configured.ts';
import { addPlaceOptions, noCloud, waitForSession } from '../connect.ts';
import type { CliContext, CommandModule } from '../context.ts';
import { usageError } from '../errors.ts';
import { examples, formatOption, paragraphs, wholeNumber } from '../output.ts';

/** How long a start in the background may take where nobody says; a warm one takes a fraction of a second. */
const DEFAULT_WAIT_SECONDS = 30;

/** The longest `--wait`. */
const WAIT_LIMIT_SECONDS = 3600;

const DESCRIPTION = paragraphs(
  'Start a cloud and serve it until it is stopped.',
  'In the foreground it stops at Ctrl-C. With --detach it goes to the background once it is ready, and logs to ' +
    `${LOG_FILE} in the data directory. With --wait alone it starts nothing, and waits for a cloud that is starting.`,
);

/** `accredit up` */
export const up: CommandModule = (parent, context) => {
  addUpOptions(parent.command('up').description(DESCRIPTION))
    .addOption(formatOption(context))
    .addHelpText(
      'after',
      examples('accredit up', 'accredit up --detach --iam audit', 'accredit up --wait 30 && accredit status'),
    )
    .action((options: UpOptions) => runUp(context, options));
};

function addUpOptions(command: Command): Command {
  return addPlaceOptions(command)
    .option('--memory', 'keep nothing: the cloud is gone when it stops')
    .option('--detach', 'go to the background once it is ready')
    .option('--wait <seconds>', 'how long to wait until it is ready', wholeNumber(0, WAIT_LIMIT_SECONDS))
    .option('--iam <mode>', 'enforce, or audit: record refusals, let authenticated calls pass (ACCREDIT_IAM)')
    .option('--port <port>', 'TCP port of the APIs; default the last one, else any (ACCREDIT_PORT)')
    .option('--host <address>', `address of the APIs; default ${LOOPBACK} (ACCREDIT_HOST)`)
    .option('--project <id>', 'project of everything that names none (ACCREDIT_PROJECT)')
    .option('--operation-delay <time>', "how long operations take: '500ms', '2s' (ACCREDIT_OPERATION_DELAY)")
    .option(
      '--propagation-delay <time>',
      "how long until a changed policy is in force, as in production: '2m' (ACCREDIT_PROPAGATION_DELAY)",
    )
    .option('--record', 'record which permissions are used, for accredit recommend (ACCREDIT_RECORD)')
    .option('--issuer <url>', "that OpenID tokens name; default Google's (ACCREDIT_ISSUER)")
    .option('--prune', 'delete what the configuration file declared before and declares no more')
    .option('--log-level <level>', 'debug, info, warn, error or silent (ACCREDIT_LOG_LEVEL)')
    .addOption(new Option('--stop-when-idle', 'stop when the last workload has ended').hideHelp())
    .addOption(new Option('--background', 'what --detach starts: it speaks in its log alone').hideHelp());
}

async function runUp(context: CliContext, options: UpOptions): Promise<void> {
  if (options.memory === true && options.detach === true) {
    throw usageError('A cloud in memory runs in the foreground: leave out --memory or --detach.');
  }
  const waitMs = (options.wait ?? DEFAULT_WAIT_SECONDS) * 1000;
  const view = { format: options.format, isNamed: options.data !== undefined };
  if (options.detach === true) {
    // A wrong command line or file is said here, before anything is started.
    await configure(context, options, settingFlags(options));
    warnOfStrangers(apiHostOf(context, options), notifier(context));
    showStatus(context, await startDetached(context, options, foregroundArgs(options), waitMs), view);
  } else if (options.wait !== undefined) {
    showStatus(context, await waitForCloud(context, options, waitMs), view);
  } else {
    await serveInForeground(context, options);
  }
}

/** The options that a start in the background hands on. */
function foregroundArgs(options: UpOptions): readonly string[] {
  const { iam, port, host, project, operationDelay, propagationDelay, logLevel, issuer } = options;
  const valued = {
    iam,
    port,
    host,
    project,
    'operation-delay': operationDelay,
    'propagation-delay': propagationDelay,
    'log-level': logLevel,
    issuer,
  };
  return [
    ...Object.entries(valued).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}=${value}`])),
    ...(options.record === true ? ['--record'] : []),
    ...(options.prune === true ? ['--prune'] : []),
    ...(options.stopWhenIdle === true ? ['--stop-when-idle'] : []),
  ];
}

async function waitForCloud(context: CliContext, options: UpOptions, waitMs: number): Promise<CloudStatus> {
  const places = findPlaces(context, options);
  const session = await waitForSession(context, places.dataDirectory, waitMs);
  if (session === undefined) throw noCloud(places);
  return session.status;
}
