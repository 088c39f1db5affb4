import { type Command, Option } from 'commander';
import { CONTROL_HOST } from '../../apis/control/host.ts';
import { renderDuration } from '../../config/durations.ts';
import { SECOND_MS } from '../../kernel/timestamps.ts';
import {
  FAULT_LATENCY_LIMIT_MS,
  FAULT_TIMES_LIMIT,
  FAULT_TOKEN_LIFETIME_LIMIT_SECONDS,
} from '../../protocol/metadata/faults.ts';
import { addPlaceOptions, type PlaceOptions, type Session, withWritableCloud } from '../connect.ts';
import type { CliContext, CommandModule } from '../context.ts';
import { DURATION_HELP, durationMs, lifetimeSeconds, renderBounds } from '../duration-options.ts';
import { usageError } from '../errors.ts';
import {
  describeEffect,
  describePlace,
  describeRequests,
  describeTimes,
  readFault,
} from '../instances/fault-calls.ts';
import { addWhereOptions, locateInstance, type WhereOptions } from '../instances/instance-options.ts';
import { examples, type Format, formatOption, paragraphs, printDone, wholeNumber } from '../output.ts';
import { projectOf } from '../projects.ts';

interface AddOptions extends PlaceOptions, WhereOptions {
  readonly instance?: string;
  readonly path?: string;
  readonly status?: number;
  readonly latency?: number;
  readonly reset?: true;
  readonly expiredToken?: true;
  readonly tokenLifetime?: number;
  readonly times?: number;
  readonly format: Format;
}

const DESCRIPTION = paragraphs(
  'Inject a fault into metadata servers, to test how a program takes it.',
  'One of --status, --reset, --expired-token and --token-lifetime happens; --latency goes with any of them, or alone. ' +
    'Without --instance it happens at every instance of the project. Of several faults that a request meets, those ' +
    'that only delay all happen, and of the others the one that was added first.',
  'A path is exact, or ends in *; instance/…, project/…, oslogin/… and universe/… need no /computeMetadata/v1/ before ' +
    'them. Faults of tokens happen to requests for a token alone.',
  DURATION_HELP,
  'Faults are kept when the cloud ends. They go with their instance.',
);

/** `accredit faults add` */
export const faultsAdd: CommandModule = (parent, context) => {
  const command = addPlaceOptions(parent.command('add')).option(
    '--instance <name>',
    'at this instance; default: at every instance of the project',
  );
  addWhereOptions(command)
    .description(DESCRIPTION)
    .summary('inject a fault')
    .option('--path <pattern>', 'default: every path');
  addEffectOptions(command)
    .option(
      '--times <count>',
      'for so many requests; default: until removed',
      wholeNumber(1, FAULT_TIMES_LIMIT),
    )
    .addOption(formatOption(context))
    .addHelpText(
      'after',
      examples(
        'accredit faults add --status 503 --times 2',
        "accredit faults add --instance vm-1 --path 'instance/service-accounts/*' \\\n      --latency 2s --reset",
        'accredit faults add --token-lifetime 30s',
      ),
    )
    .action((options: AddOptions) =>
      withWritableCloud(context, options, (session) => addFault(context, session, options)),
    );
};

/** Adds the options that say what happens; of most of them only one can. */
function addEffectOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--status <code>', 'answer this status, 400 to 599')
        .argParser(wholeNumber(400, 599))
        .conflicts(['reset', 'expiredToken', 'tokenLifetime']),
    )
    .option(
      '--latency <duration>',
      `answer so much later, 1ms to ${renderDuration(FAULT_LATENCY_LIMIT_MS / SECOND_MS)}`,
      durationMs(FAULT_LATENCY_LIMIT_MS),
    )
    .addOption(
      new Option('--reset', 'reset the connection instead of answering').conflicts([
        'expiredToken',
        'tokenLifetime',
      ]),
    )
    .addOption(
      new Option('--expired-token', 'a token that has expired, said to be fresh').conflicts('tokenLifetime'),
    )
    .option(
      '--token-lifetime <duration>',
      `a token that dies after so long, ${renderBounds(1, FAULT_TOKEN_LIFETIME_LIMIT_SECONDS)}, said to live as usual`,
      lifetimeSeconds(FAULT_TOKEN_LIFETIME_LIMIT_SECONDS),
    );
}

async function addFault(context: CliContext, session: Session, options: AddOptions): Promise<void> {
  const body = {
    ...(await placeOf(context, session, options)),
    path: options.path,
    status: options.status,
    latencyMs: options.latency,
    reset: options.reset,
    token: options.expiredToken === true ? 'expired' : undefined,
    tokenLifetimeSeconds: options.tokenLifetime,
    times: options.times,
  };
  const effects = [body.status, body.latencyMs, body.reset, body.token, body.tokenLifetimeSeconds];
  if (effects.every((effect) => effect === undefined)) {
    throw usageError(
      'Say what is to happen: --status, --latency, --reset, --expired-token or --token-lifetime.',
    );
  }
  const request = { method: 'POST', host: CONTROL_HOST, path: '/v1/faults' } as const;
  const answer = await session.owner.call({ ...request, body });
  const fault = readFault(answer, '');
  const parts = [
    describeEffect(fault),
    describeRequests(fault),
    `at ${describePlace(fault)}`,
    describeTimes(fault),
  ];
  printDone(context.out, options.format, `Fault '${fault.id}': ${parts.join(', ')}.`, answer);
}

/** Where the fault is to happen, in the names of the API. */
async function placeOf(
  context: CliContext,
  session: Session,
  options: AddOptions,
): Promise<{ readonly instance?: string; readonly project?: string }> {
  if (options.instance !== undefined) {
    const { projectId, zone, name } = await locateInstance(context, session, options.instance, options);
    return { instance: `projects/${projectId}/zones/${zone}/instances/${name}` };
  }
  if (options.zone !== undefined) throw usageError('A zone is that of an instance: say --instance too.');
  return { project: projectOf(context, session, options.project) };
}
