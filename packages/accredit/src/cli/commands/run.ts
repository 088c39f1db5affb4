import { randomBytes } from 'node:crypto';
import { dirname } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { findPlaces } from '../../config/find.ts';
import { runtimeBaseOf } from '../../http/runtime-directory.ts';
import { silentLog } from '../../kernel/ports.ts';
import { PROFILE_NAMES, type ProfileName } from '../../protocol/metadata/settings.ts';
import { EnvironmentError } from '../../workload/environment/errors.ts';
import type { Limit } from '../../workload/environment/way.ts';
import {
  type ChosenIsolation,
  chooseIsolation,
  ISOLATIONS,
  type Isolation,
} from '../../workload/isolation.ts';
import { parseAllowedTarget } from '../../workload/namespace/allowed-targets.ts';
import { NamespaceError } from '../../workload/namespace/errors.ts';
import type { AllowedTarget, ProgramExit } from '../../workload/namespace/plan.ts';
import { runWorkload, type WorkloadPlan } from '../../workload/run-workload.ts';
import { type JoinedCloud, joinCloud } from '../cloud/join-cloud.ts';
import { makeRunDirectory } from '../cloud/run-directory.ts';
import {
  type HeldPlace,
  holdPlace,
  type WorkloadPlace,
  type WorkloadRequest,
} from '../cloud/workload-lease.ts';
import { configure } from '../configured.ts';
import { addPlaceOptions, type PlaceOptions } from '../connect.ts';
import type { CliContext, CommandModule } from '../context.ts';
import { lifetimeSeconds } from '../duration-options.ts';
import { CliError, FAILURE, RUN_FAILED, usageError } from '../errors.ts';
import { refuseMisspelledRole } from '../iam/roles.ts';
import { expandScopes } from '../instances/scopes.ts';
import { commaList, examples, keyValue, paragraphs } from '../output.ts';
import { CallFailed } from '../owner-client.ts';

/** The longest life of a token, in seconds. */
const TOKEN_LIFETIME_LIMIT_SECONDS = 43_200;

interface RunOptions extends PlaceOptions {
  readonly instance?: string;
  readonly serviceAccount?: string;
  readonly scopes?: readonly string[] | undefined;
  readonly role?: readonly string[];
  readonly metadata?: Readonly<Record<string, string>>;
  readonly project?: string;
  readonly zone?: string;
  readonly tokenLifetime?: number;
  readonly metadataProfile?: ProfileName;
  readonly isolation?: Isolation;
  readonly allow?: readonly AllowedTarget[];
  readonly logLevel?: string;
  readonly memory?: true;
  readonly quiet?: true;
  readonly verbose?: true;
}

const DESCRIPTION = paragraphs(
  'Run a program as if it stood on a Compute Engine VM with a service account.',
  'The program is not changed: it asks the metadata server who it is, gets a token, and calls the Google APIs at the ' +
    'URLs written in its source. It gets this terminal, its own exit status is ours, and your own credentials never ' +
    'reach it.',
  'Without --instance it stands on a VM of its own that goes with it, with the service account workload, the scope ' +
    "cloud-platform and no roles. When it is refused, 'accredit why' says why.",
  // A list: its lines are broken here, since a terminal would break them without their indent.
  `Ways to reach the program (--isolation), the best that works is taken:
  netns  a network namespace (Linux, no root): whatever the program does, it
         finds the cloud and nothing else
  proxy  proxy and certificate variables: programs that read them find the
         cloud
  env    endpoint variables: for gcloud and curl`,
);

/** `accredit run` */
export const run: CommandModule = (parent, context) => {
  parent.enablePositionalOptions();
  const command = parent.command('run').argument('<command...>', 'the program and its arguments, after --');
  addPlaceOptions(command).description(DESCRIPTION).passThroughOptions();
  addWayOptions(addVmOptions(command))
    .option('--log-level <level>', 'of the cloud, if it is started for this (ACCREDIT_LOG_LEVEL)')
    .option('--memory', 'a cloud of its own that is gone afterwards')
    .option('--quiet', 'say nothing, not even what a way cannot do')
    .option('--verbose', 'say on standard error how the program is reached')
    .addHelpText(
      'after',
      `${examples(
        'accredit run -- python list_buckets.py my-project',
        'accredit run --role roles/storage.objectViewer -- gcloud storage ls',
        'accredit run --instance vm-1 --allow localhost:5432 -- ./server',
      )}
Exit status: the program's; 125 the run itself failed, 126 the program cannot
be executed, 127 it was not found; 2 wrong command line.
`,
    )
    .action((command: readonly string[], options: RunOptions) => runProgram(context, command, options));
};

/** Adds the options that say which VM it is, and what it has. */
function addVmOptions(command: Command): Command {
  return command
    .option('--instance <name>', 'an instance that exists, with its account and scopes')
    .option('--service-account <account>', 'e-mail address, or the part of it before the @')
    .option(
      '--scopes <scopes>',
      "comma-separated: URLs or gcloud's short names (default: cloud-platform)",
      commaList,
    )
    .option(
      '--role <role>',
      'on the project, for this run; repeatable',
      (role: string, roles?: readonly string[]) => [...(roles ?? []), role],
    )
    .option('--metadata <key=value>', 'metadata of the VM; repeatable', keyValue)
    .option('--project <id>', 'default: the project of the cloud (ACCREDIT_PROJECT)')
    .option('--zone <zone>', 'default: us-central1-a (ACCREDIT_ZONE)')
    .option(
      '--token-lifetime <duration>',
      'how long its access tokens live: seconds, or 15m, 1h30m; default: 1h, at most 12h',
      lifetimeSeconds(TOKEN_LIFETIME_LIMIT_SECONDS),
    )
    .addOption(
      new Option('--metadata-profile <profile>', 'whose metadata server the VM has (default: gce)').choices(
        PROFILE_NAMES,
      ),
    );
}

/** Adds the options that say how the program is reached, and what it may reach beside the cloud. */
function addWayOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--isolation <way>', 'how the program is reached (default: the best that works)').choices(
        ISOLATIONS,
      ),
    )
    .option(
      '--allow <host:port>',
      'something else that it may reach; repeatable',
      (text: string, allow?: readonly AllowedTarget[]) => [...(allow ?? []), readTarget(text)],
    );
}

function readTarget(text: string): AllowedTarget {
  try {
    return parseAllowedTarget(text);
  } catch (error) {
    if (error instanceof NamespaceError) throw new InvalidArgumentError(error.message);
    throw error;
  }
}

/** What an instance that exists has already, by its flag. */
const KEPT_BY_INSTANCE = {
  serviceAccount: '--service-account',
  scopes: '--scopes',
  metadata: '--metadata',
  tokenLifetime: '--token-lifetime',
  metadataProfile: '--metadata-profile',
} as const;

/** @throws {CliError} of status 2, which names the flag */
function refuseWhatInstanceHas(options: RunOptions): void {
  if (options.instance === undefined) return;
  for (const [name, flag] of Object.entries(KEPT_BY_INSTANCE)) {
    // Every key of the table is one of the options.
    if (options[name as keyof typeof KEPT_BY_INSTANCE] !== undefined)
      throw usageError(`An instance that exists keeps its own: leave --instance or ${flag} out.`);
  }
}

async function runProgram(
  context: CliContext,
  command: readonly string[],
  options: RunOptions,
): Promise<void> {
  refuseWhatInstanceHas(options);
  const exit = await asRunError(async () => {
    // Said here, before anything is started.
    const scopes = options.scopes === undefined ? undefined : expandScopes(options.scopes);
    for (const role of options.role ?? []) await refuseMisspelledRole(role);
    const chosen = await chooseIsolation(options.isolation);
    const joined = await joinCloud(context, options);
    try {
      return await runOnPlace(context, command, { ...options, scopes }, chosen, joined);
    } finally {
      await joined.close();
    }
  });
  context.endAs(exit);
}

async function runOnPlace(
  context: CliContext,
  command: readonly string[],
  options: RunOptions,
  chosen: ChosenIsolation,
  joined: JoinedCloud,
): Promise<ProgramExit> {
  const request = await toRequest(context, options, chosen.isolation);
  const directory = makeRunDirectory(context.env.XDG_RUNTIME_DIR, context.pid);
  let held: HeldPlace | undefined;
  try {
    held = await joined
      .retried((owner) => holdPlace(owner, request))
      .catch((error: unknown) => {
        throw nameConfiguration(error, context, options);
      });
    const plan = toPlan(context, command, options, held, directory.path);
    const { place } = held;
    return await runWorkload(chosen.isolation, plan, (limits) =>
      tell(context, options, chosen, place, limits),
    );
  } finally {
    directory.remove();
    await held?.release();
  }
}

/** Where a project is missing, the file that should declare it is named. */
function nameConfiguration(error: unknown, context: CliContext, options: RunOptions): unknown {
  if (!(error instanceof CallFailed) || !error.message.endsWith('Declare it in accredit.yaml.')) return error;
  const { configurationFile } = findPlaces(context, options);
  const hint =
    configurationFile === undefined
      ? 'No such file was found; name one with --config.'
      : `The file in force is '${configurationFile}'; a cloud that runs reads it when it starts again.`;
  return new CallFailed(error.httpStatus, `${error.message} ${hint}`);
}

async function toRequest(
  context: CliContext,
  options: RunOptions,
  isolation: Isolation,
): Promise<WorkloadRequest> {
  const { settings } = await configure(context, options, { defaultZone: options.zone });
  const { instance, serviceAccount, scopes, role, metadata, project, zone, tokenLifetime, metadataProfile } =
    options;
  return {
    project: project ?? context.env.ACCREDIT_PROJECT,
    zone: instance === undefined ? settings.defaultZone : zone,
    instance,
    serviceAccount,
    scopes,
    roles: role,
    metadata,
    tokenLifetimeSeconds: tokenLifetime,
    metadataProfile,
    // A namespace has the socket; a port could be asked by anybody on this machine.
    loopback: isolation !== 'netns',
  };
}

function toPlan(
  context: CliContext,
  command: readonly string[],
  { allow = [] }: RunOptions,
  { place }: HeldPlace,
  directory: string,
): WorkloadPlan {
  const { instance, metadataSocket, metadataAddress, metadataTls, tlsSocket, apiUrl, caFile } = place;
  return {
    command,
    cwd: context.cwd,
    user: { platform: context.platform, environment: context.env, homeDirectory: context.userHomeDirectory },
    directory,
    service: instance.metadataProfile === 'cloud-run' ? instance.name : undefined,
    metadataSocket,
    metadataAddress,
    metadataTls,
    tlsSocket,
    apiUrl,
    caFile,
    allow,
    hiddenPaths: [runtimeBaseOf(context.env.XDG_RUNTIME_DIR), dirname(caFile)],
    random: { bytes: (length) => randomBytes(length) },
    log: silentLog,
  };
}

/** The program's own output is untouched; a way that is not the best one says on standard error what it cannot do. */
function tell(
  { err }: CliContext,
  { quiet, verbose, isolation: asked }: RunOptions,
  { isolation, insteadOfNetns }: ChosenIsolation,
  place: WorkloadPlace,
  limits: readonly Limit[],
): void {
  if (quiet === true) return;
  if (verbose === true) {
    const { name, zone, serviceAccount } = place.instance;
    err.write(
      `accredit: ${name} in ${zone}, as ${serviceAccount ?? 'no service account'}, by '${isolation}'\n`,
    );
  }
  if (limits.length === 0) return;
  const why = insteadOfNetns === undefined || asked !== undefined ? '' : ` (${insteadOfNetns})`;
  err.write(
    `accredit: the program is reached by '--isolation ${isolation}'${why}. This way does not catch:\n`,
  );
  for (const limit of limits) err.write(`accredit:   - ${limit.what}: ${limit.why}\n`);
}

/**
 * An error of the run itself is for the person who typed the command, with the exit status that wrappers use: what the
 * program did cannot be mistaken for it. A wrong command line is one here too.
 */
async function asRunError<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof NamespaceError) throw new CliError(error.message, error.exitCode, error);
    if (error instanceof EnvironmentError) throw new CliError(error.message, RUN_FAILED, error);
    const { toCliError } = await import('../known-errors.ts');
    const known = toCliError(error);
    throw known.status === FAILURE ? new CliError(known.message, RUN_FAILED, error) : known;
  }
}
