import type { Profile } from '../../conformance/check.ts';
import { usageError } from '../errors.ts';

/** The options that say what is checked. */
export interface ChosenOptions {
  readonly list?: true;
  readonly profile?: Profile;
  readonly instance?: string;
  readonly project?: string;
  readonly zone?: string;
  readonly control?: string;
}

/** What says how a run is to be. */
const RUN_ONLY: readonly string[] = [
  'URL',
  'writes',
  'control',
  'instance',
  'project',
  'zone',
  'data',
  'config',
  'jwks',
  'json',
  'junit',
];

/** What says which instance is meant. */
const INSTANCE_ONLY: readonly string[] = ['project', 'zone', 'data', 'config'];

/** Refuses options that would do nothing, or that say two things. @throws {CliError} `USAGE` */
export function refuseContradictions(url: string | undefined, options: ChosenOptions): void {
  const { list, instance, control } = options;
  if (list === true) {
    refuseGiven(url === undefined ? options : { ...options, URL: url }, RUN_ONLY, '--list asks no server');
    return;
  }
  if (instance !== undefined && control !== undefined) {
    throw usageError(
      'An instance of the cloud is controlled by its name: leave --instance or --control out.',
    );
  }
  if (instance !== undefined) return;
  if (url === undefined) {
    throw usageError('Say which server: its URL, http://HOST or http://HOST:PORT, or --instance NAME.');
  }
  refuseGiven(options, INSTANCE_ONLY, 'Without --instance no cloud is asked');
}

function refuseGiven(given: object, names: readonly string[], because: string): void {
  const name = names.find((candidate) => Object.hasOwn(given, candidate));
  if (name === undefined) return;
  throw usageError(`${because}: leave ${name === 'URL' ? 'the URL' : `--${name}`} out.`);
}

/** @throws {CliError} `USAGE` where an instance is asked for what it is not */
export function refuseOtherProfile(asked: Profile | undefined, name: string, own: Profile): void {
  if (asked === undefined || asked === own) return;
  throw usageError(
    `Instance '${name}' has the metadata server of '${own}', not '${asked}': leave --profile out, or declare ` +
      `another one for it in accredit.yaml.`,
  );
}
