import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Option } from 'commander';
import { BadTarget, parseServer } from '../../conformance/address.ts';
import { type Check, PROFILES, type Profile } from '../../conformance/check.ts';
import { NO_CONTROL } from '../../conformance/control.ts';
import type { Target } from '../../conformance/probe.ts';
import { BadSelection, selectChecks } from '../../conformance/select-checks.ts';
import { CHECKS } from '../../conformance/suite.ts';
import { renderChecks } from '../conformance/conformance-output.ts';
import {
  type ChosenOptions,
  refuseContradictions,
  refuseOtherProfile,
} from '../conformance/conformance-refusals.ts';
import { type ReportOptions, runConformance } from '../conformance/conformance-run.ts';
import { programControl } from '../conformance/control-program.ts';
import { addPlaceOptions, type PlaceOptions, withCloud } from '../connect.ts';
import type { CliContext, CommandModule } from '../context.ts';
import { CliError, USAGE } from '../errors.ts';
import { fetchFaults, meetsInstance, readFault } from '../instances/fault-calls.ts';
import { fetchPublishedKeys, instanceControl, listenFor } from '../instances/instance-control.ts';
import { type InstancePlace, locateInstance } from '../instances/instance-options.ts';
import { examples, formatOption, paragraphs, printJson } from '../output.ts';
import type { OwnerClient } from '../owner-client.ts';

interface ConformanceOptions extends PlaceOptions, ReportOptions, ChosenOptions {
  readonly only?: string;
  readonly writes?: true;
  readonly jwks?: string;
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
where it did so, with 3 where it cannot; anything else fails the check:
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
    .addOption(
      new Option('--profile <name>', 'what it stands for; default: that of the instance, else gce').choices(
        PROFILES,
      ),
    )
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
With --instance and a URL, the URL is asked, and the instance behind it is
controlled. Ctrl-C puts back what was changed; a second one ends at once.

Exit status: 0 nothing failed, 1 something did, 2 wrong command line,
130 stopped before the end.
`,
    )
    .action((url: string | undefined, options: ConformanceOptions) => check(context, url, options));
};

async function check(
  context: CliContext,
  url: string | undefined,
  options: ConformanceOptions,
): Promise<void> {
  refuseContradictions(url, options);
  if (options.list === true) {
    listChecks(context, selectListed(options), options);
    return;
  }
  // A wrong selection is said before anything is asked; which checks are meant may be the instance's to say.
  select(options, options.profile);
  if (options.instance !== undefined) await checkInstance(context, url, options, options.instance);
  else await checkServer(context, url ?? '', options);
}

/** Checks the server of an instance, or the one before it that the URL names. */
async function checkInstance(
  context: CliContext,
  url: string | undefined,
  options: ConformanceOptions,
  name: string,
): Promise<void> {
  await withCloud(context, options, async ({ owner, status }) => {
    const place = await locateInstance(context, { owner, status }, name, options);
    const { host, profile } = await listenFor(owner, place);
    refuseOtherProfile(options.profile, name, profile);
    await tellOfFaults(context, owner, place);
    await runConformance(context, select(options, profile), options, {
      ...toTarget(url ?? host, options, profile),
      control: instanceControl(owner, place),
      mayWrite: true,
      publishedKeys: () => fetchPublishedKeys(owner),
      ...readKeys(context, options),
    });
  });
}

async function checkServer(context: CliContext, url: string, options: ConformanceOptions): Promise<void> {
  const { control: program, profile } = options;
  const { cwd, env } = context;
  const control = program === undefined ? NO_CONTROL : programControl({ program, cwd, env });
  await runConformance(context, select(options, profile), options, {
    ...toTarget(url, options, profile),
    control,
    ...readKeys(context, options),
  });
}

/** A fault that was there before makes checks fail that nothing else is wrong with. */
async function tellOfFaults(
  { err }: CliContext,
  owner: OwnerClient,
  { projectId, zone, name }: InstancePlace,
): Promise<void> {
  const instance = `projects/${projectId}/zones/${zone}/instances/${name}`;
  const faults = (await fetchFaults(owner)).map((fault) => readFault(fault, ''));
  const count = faults.filter((fault) => meetsInstance(fault, instance)).length;
  if (count === 0) return;
  const are = count === 1 ? '1 fault is' : `${count} faults are`;
  err.write(`accredit: ${are} in force, so checks may fail: see 'accredit faults list'.\n`);
}

function select({ only }: ConformanceOptions, profile: Profile = 'gce'): readonly Check[] {
  try {
    return selectChecks(CHECKS, profile, only);
  } catch (error) {
    if (error instanceof BadSelection) throw new CliError(`--only: ${error.message}`, USAGE, error);
    throw error;
  }
}

/** What is listed is everything, unless less is asked for. */
function selectListed(options: ConformanceOptions): readonly Check[] {
  const { only, profile } = options;
  return only === undefined && profile === undefined ? CHECKS : select(options, profile);
}

function listChecks({ out }: CliContext, checks: readonly Check[], { format }: ConformanceOptions): void {
  if (format === 'table') out.write(renderChecks(checks));
  // The functions of a check are no part of its JSON.
  else printJson(out, checks);
}

function toTarget(url: string, options: ConformanceOptions, profile: Profile = 'gce'): Target {
  try {
    return {
      ...parseServer(url),
      profile,
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
