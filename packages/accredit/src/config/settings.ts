import { ZONES } from '../protocol/compute/zones.ts';
import type { IamMode } from '../protocol/iam/decide.ts';
import { OPENID_ISSUER } from '../protocol/oauth2/endpoints.ts';
import { DURATION_FORM, parseDurationMs } from './durations.ts';
import { clip } from './problems.ts';
import { ISSUER, PROJECT_ID, ZONE } from './rules.ts';

/** The least important lines that are logged; `silent` logs none. */
type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

/** How a cloud runs, as opposed to what is in it. */
export interface Settings {
  readonly iamMode: IamMode;
  /** `undefined`: the port of the last time, else a free one. */
  readonly apiPort: number | undefined;
  readonly operationDelayMs: number;
  /** How long after a change of a policy the change is in force. */
  readonly propagationDelayMs: number;
  /** Whether it is recorded which permissions are used. */
  readonly record: boolean;
  readonly logLevel: LogLevel;
  /** What OpenID tokens name as their issuer. */
  readonly issuer: string;
  /** The project of everything that names none. */
  readonly defaultProjectId: string;
  /** The zone of everything that names none. */
  readonly defaultZone: string;
}

export type SettingName = keyof Settings;

/** Where a value came from. */
type SettingOrigin = 'flag' | 'variable' | 'file' | 'default';

/** One setting: how it is called in each place, and how its text is read. */
export interface Setting<T> {
  readonly flag: `--${string}`;
  readonly variable: `ACCREDIT_${string}`;
  /** The key at the top of `accredit.yaml`. */
  readonly fileKey: string;
  /** What a good value is, for messages: `expected {…}`. */
  readonly expected: string;
  /** All values, where a misspelling can be told from them. */
  readonly choices?: readonly string[];
  /** Returns the value of a text; `undefined` where it is none. */
  readonly parse: (text: string) => T | undefined;
  readonly fallback: T;
}

/** The project of a cloud that nobody configured. */
export const DEFAULT_PROJECT_ID = 'local-project';

/** The longest delay of an operation or a policy: a mistyped unit must not look like a cloud that hangs. */
const DELAY_LIMIT_MS = 3_600_000;

function oneOf<const T extends string>(...choices: readonly T[]) {
  return {
    expected: choices.map((choice) => `'${choice}'`).join(' or '),
    choices,
    parse: (text: string) => choices.find((choice) => choice === text),
  };
}

/** Every setting. Precedence: flag, variable, file, default. */
export const SETTINGS: { readonly [Name in SettingName]: Setting<Settings[Name]> } = {
  iamMode: {
    flag: '--iam',
    variable: 'ACCREDIT_IAM',
    fileKey: 'iam',
    ...oneOf('enforce', 'audit'),
    fallback: 'enforce',
  },
  apiPort: {
    flag: '--port',
    variable: 'ACCREDIT_PORT',
    fileKey: 'port',
    expected: 'a TCP port, 1 to 65535',
    parse: parsePort,
    fallback: undefined,
  },
  operationDelayMs: {
    flag: '--operation-delay',
    variable: 'ACCREDIT_OPERATION_DELAY',
    fileKey: 'operationDelay',
    expected: `${DURATION_FORM}, at most '1h'`,
    parse: parseDelayMs,
    fallback: 0,
  },
  propagationDelayMs: {
    flag: '--propagation-delay',
    variable: 'ACCREDIT_PROPAGATION_DELAY',
    fileKey: 'propagationDelay',
    expected: `${DURATION_FORM}, at most '1h'`,
    parse: parseDelayMs,
    fallback: 0,
  },
  record: {
    flag: '--record',
    variable: 'ACCREDIT_RECORD',
    fileKey: 'record',
    ...oneOf('true', 'false'),
    parse: parseBoolean,
    fallback: false,
  },
  logLevel: {
    flag: '--log-level',
    variable: 'ACCREDIT_LOG_LEVEL',
    fileKey: 'logLevel',
    ...oneOf('debug', 'info', 'warn', 'error', 'silent'),
    fallback: 'info',
  },
  issuer: {
    flag: '--issuer',
    variable: 'ACCREDIT_ISSUER',
    fileKey: 'issuer',
    expected: ISSUER.expected,
    parse: (text) => (ISSUER.fits(text) ? text : undefined),
    fallback: OPENID_ISSUER,
  },
  defaultProjectId: {
    flag: '--project',
    variable: 'ACCREDIT_PROJECT',
    fileKey: 'defaultProject',
    expected: PROJECT_ID.expected,
    parse: (text) => (PROJECT_ID.fits(text) ? text : undefined),
    fallback: DEFAULT_PROJECT_ID,
  },
  defaultZone: {
    flag: '--zone',
    variable: 'ACCREDIT_ZONE',
    fileKey: 'defaultZone',
    expected: ZONE.expected,
    choices: ZONES.map(({ name }) => name),
    parse: (text) => (ZONE.fits(text) ? text : undefined),
    fallback: 'us-central1-a',
  },
};

/** The names of all settings, in the order of the table. */
export const SETTING_NAMES = Object.keys(SETTINGS) as readonly SettingName[];

function parsePort(text: string): number | undefined {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  return port >= 1 && port <= 65_535 ? port : undefined;
}

function parseBoolean(text: string): boolean | undefined {
  return text === 'true' || text === 'false' ? text === 'true' : undefined;
}

function parseDelayMs(text: string): number | undefined {
  const delayMs = parseDurationMs(text);
  return delayMs !== undefined && delayMs <= DELAY_LIMIT_MS ? delayMs : undefined;
}

/** What the settings are taken from. */
export interface SettingSources {
  /** As texts, the way a command line has them; absent where a flag was not given. */
  readonly flags: { readonly [Name in SettingName]?: string | undefined };
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What the configuration file says, read already. */
  readonly file?: Partial<Settings> | undefined;
}

/** The settings in force, and where each came from. */
export interface ResolvedSettings {
  readonly settings: Settings;
  readonly origins: { readonly [Name in SettingName]: SettingOrigin };
}

/** A flag or a variable has a value that it cannot have; one line for each. */
export class InvalidSettings extends Error {
  override readonly name = 'InvalidSettings';
}

/**
 * Settles every setting: the flag, else the variable, else the file, else the default. An empty variable says nothing.
 *
 * @throws {InvalidSettings} for each wrong text that would have counted: `ACCREDIT_IAM: expected …, got 'X'.`
 */
export function resolveSettings(sources: SettingSources): ResolvedSettings {
  const wrong: string[] = [];
  const settled = SETTING_NAMES.map((name) => ({ name, ...settleOne(name, sources, wrong) }));
  if (wrong.length > 0) throw new InvalidSettings(wrong.join('\n'));
  // Each name of the table is here with a value of its own type; TypeScript cannot follow that through entries.
  return {
    settings: Object.fromEntries(settled.map(({ name, value }) => [name, value])) as unknown as Settings,
    origins: Object.fromEntries(
      settled.map(({ name, origin }) => [name, origin]),
    ) as ResolvedSettings['origins'],
  };
}

interface Settled<T> {
  readonly value: T;
  readonly origin: SettingOrigin;
}

function settleOne<Name extends SettingName>(
  name: Name,
  { flags, env, file = {} }: SettingSources,
  wrong: string[],
): Settled<Settings[Name]> {
  const { flag, variable, expected, parse, fallback }: Setting<Settings[Name]> = SETTINGS[name];
  const texts = [
    { from: flag, text: flags[name], origin: 'flag' as const },
    // An empty variable is how a shell unsets one for a single command.
    { from: variable, text: env[variable] === '' ? undefined : env[variable], origin: 'variable' as const },
  ];
  const given = texts.find(({ text }) => text !== undefined);
  if (given?.text !== undefined) {
    const value = parse(given.text);
    if (value !== undefined) return { value, origin: given.origin };
    wrong.push(`${given.from}: expected ${expected}, got '${clip(given.text)}'.`);
  }
  const fromFile = file[name];
  if (fromFile !== undefined) return { value: fromFile, origin: 'file' };
  return { value: fallback, origin: 'default' };
}
