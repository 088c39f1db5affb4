import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Option } from 'commander';
import { BadTarget, parseServer } from '../../conformance/address.ts';
import { type Check, PROFILES, type Profile } from '../../conformance/check.ts';
import { NO_CONTROL } from '../../conformance/control.ts';
import type { Target } from '../../conformance/probe.ts';
import { countOutcomes, renderJUnit, toJsonReport } from '../../conformance/reports.ts';
import { type CheckResult, reach, runChecks, Unreachable } from '../../conformance/run-checks.ts';
import { BadSelection, selectChecks } from '../../conformance/select-checks.ts';
import { CHECKS } from '../../conformance/suite.ts';
import { Progress, renderChecks, renderResults } from '../conformance-output.ts';
import { addPlaceOptions, type PlaceOptions, withCloud } from '../connect.ts';
import type { CliContext, CommandModule } from '../context.ts';
import { programControl } from '../control-program.ts';
import { CliError, FAILURE, USAGE, usageError } from '../errors.ts';
import { zoneOf } from '../instance-calls.ts';
import { fetchPublishedKeys, instanceControl, listenFor } from '../instance-control.ts';
import { examples, type Format, formatOption, painter, paragraphs, printJson } from '../output.ts';
import { projectOf } from '../projects.ts';

interface ConformanceOptions extends PlaceOptions {
  readonly profile: Profile;
  readonly only?: string;
  readonly list?: true;
  readonly writes?: true;
  readonly control?: string;
  readonly instance?: string;
  readonly project?: string;
  readonly zone?: string;
  readonly jwks?: string;
  readonly json?: string;
  readonly junit?: string;
  readonly format: Format;
}

const DESCRIPTION = paragraphs(
  'Check whether a metadata server answers as Google Compute Engine does.',
  'The server may be any: one of ours, another emulator, or the real one, asked from inside a VM. Each check is one rule ' +
    'with its source. One that is documented, read in the code of a client or seen in a published transcript fails where ' +
    'it is broken; one that is only known of an emulator, or inferred, warns.',
  'Nothing is changed unless you allow it: checks that need a change or a fault are skipped without a control, and guest ' +
    'attributes are written only with --writes or a control.',
  // A list: its lines are broken here, since a terminal would break them without their indent.
  `A control program (--control) is run with one of these. It exits with 0
where it did so, with 3 where it cannot:
  set-attribute KEY VALUE        remove-attribute KEY
  set-maintenance-event VALUE    advance-clock SECONDS
  add-fault JSON                 clear-faults
  without-service-account        prints HOST:PORT of a VM that has none
  release HOST:PORT              takes that VM away again`,
);

/** `accredit conformance` */
export const conformance: CommandModule = (parent, context) => {
  addPlaceOptions(parent.command('conformance').argument('[url]', 'http://HOST[:PORT]'))
    .description(DESCRIPTION)
    .summary('check a metadata server against the real one')
    .addOption(new Option('--profile <name>', 'what it stands for').choices(PROFILES).default('gce'))
    .option('--only <numbers>', 'these checks: 7,12-20')
    .option('--list', 'show the checks, and run none')
    .option('--writes', 'allow guest attributes to be written and deleted')
    .option('--control <program>', 'a program that changes what the server shows')
    .option('--instance <name>', 'an instance of the running cloud: ask it, and control it')
    .option('--project <id>', 'of the instance; default: that of the cloud (ACCREDIT_PROJECT)')
    .option('--zone <zone>', 'needed where instances of several zones have this name')
    .option('--jwks <file>', 'JSON Web Key Set that identity tokens verify with')
    .option('--json <file>', 'write a report as JSON')
    .option('--junit <file>', 'write a report as JUnit XML')
    .addOption(formatOption(context))
    .addHelpText(
      'after',
      `${examples(
        'accredit conformance --instance vm-1',
        'accredit conformance http://127.0.0.1:8080 --only 1-20,118',
        'accredit conformance http://metadata.google.internal \\\n      --control ./control.sh --junit report.xml',
      )}
Exit status: 0 nothing failed, 1 something did, 2 wrong command line.
`,
    )
    .action((url: string | undefined, options: ConformanceOptions) => check(context, url, options));
};

async function check(
  context: CliContext,
  url: string | undefined,
  options: ConformanceOptions,
): Promise<void> {
  const checks = select(options);
  if (options.list === true) {
    listChecks(context, checks, options);
    return;
  }
  refuseContradictions(url, options);
  if (options.instance !== undefined) {
    await withCloud(context, options, async ({ owner, status }) => {
      const projectId = projectOf(context, { owner, status }, options.project);
      const name = options.instance ?? '';
      const zone = await zoneOf({ owner, status }, projectId, name, options.zone);
      const place = { projectId, zone, name };
      await checkTarget(context, checks, options, {
        ...toTarget(url ?? (await listenFor(owner, place)), options),
        control: instanceControl(owner, place),
        mayWrite: true,
        publishedKeys: () => fetchPublishedKeys(owner),
      });
    });
    return;
  }
  const control =
    options.control === undefined
      ? NO_CONTROL
      : programControl({ program: options.control, cwd: context.cwd, env: context.env });
  await checkTarget(context, checks, options, {
    ...toTarget(url ?? '', options),
    control,
    ...readKeys(context, options),
  });
}

function select({ profile, only, list }: ConformanceOptions): readonly Check[] {
  if (list === true && only === undefined) return CHECKS;
  try {
    return selectChecks(CHECKS, profile, only);
  } catch (error) {
    if (error instanceof BadSelection) throw new CliError(`--only: ${error.message}`, USAGE, error);
    throw error;
  }
}

function listChecks({ out }: CliContext, checks: readonly Check[], { format }: ConformanceOptions): void {
  if (format === 'table') out.write(renderChecks(checks));
  // The functions of a check are no part of its JSON.
  else printJson(out, checks);
}

function refuseContradictions(url: string | undefined, { instance, control }: ConformanceOptions): void {
  if (instance !== undefined && control !== undefined) {
    throw usageError(
      'An instance of the cloud is controlled by its name: leave --instance or --control out.',
    );
  }
  if (url === undefined && instance === undefined) {
    throw usageError('Say which server: its URL, http://HOST or http://HOST:PORT, or --instance NAME.');
  }
}

function toTarget(url: string, options: ConformanceOptions): Target {
  try {
    return {
      ...parseServer(url),
      profile: options.profile,
      control: NO_CONTROL,
      mayWrite: options.writes === true || options.control !== undefined,
      now: () => performance.now(),
      sleep: (delayMs) => delay(delayMs),
    };
  } catch (error) {
    if (error instanceof BadTarget) throw new CliError(error.message, USAGE, error);
    throw error;
  }
}

function readKeys({ cwd }: CliContext, { jwks }: ConformanceOptions): Pick<Target, 'publishedKeys'> {
  if (jwks === undefined) return {};
  try {
    const keys: unknown = JSON.parse(readFileSync(resolve(cwd, jwks), 'utf8'));
    return { publishedKeys: async () => keys };
  } catch (error) {
    throw new CliError(`'${jwks}' cannot be read as a JSON Web Key Set.`, USAGE, error);
  }
}

async function checkTarget(
  context: CliContext,
  checks: readonly Check[],
  options: ConformanceOptions,
  target: Target,
): Promise<void> {
  await reach(target).catch((error: unknown) => {
    throw error instanceof Unreachable ? new CliError(error.message, FAILURE, error) : error;
  });
  const progress = new Progress(context.err, checks.length);
  const results = await runChecks(checks, target, { onResult: () => progress.step() }).finally(() =>
    progress.end(),
  );
  report(context, options, target, results);
  const { fail } = countOutcomes(results);
  if (fail > 0) throw new CliError(`${fail} of ${results.length} checks failed.`);
}

function report(
  { out, env, cwd }: CliContext,
  { format, json, junit }: ConformanceOptions,
  target: Target,
  results: readonly CheckResult[],
): void {
  const whole = toJsonReport(target, results);
  if (json !== undefined) writeReport(resolve(cwd, json), `${JSON.stringify(whole, undefined, 2)}\n`);
  if (junit !== undefined) writeReport(resolve(cwd, junit), renderJUnit(target, results));
  if (format === 'json') printJson(out, whole);
  else out.write(renderResults(results, painter(out, env)));
}

function writeReport(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw new CliError(`The report '${file}' cannot be written.`, FAILURE, error);
  }
}
