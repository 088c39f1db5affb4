import { posix, win32 } from 'node:path';

/** The name of the configuration file. */
const CONFIGURATION_FILE = 'accredit.yaml';

/** The name of the data directory beside a configuration file. */
const DATA_DIRECTORY = '.accredit';

/** What the rule for the data directory looks at. */
export interface Surroundings {
  /** Absolute. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  /** Absolute. */
  readonly homeDirectory: string;
  /** Says whether there is a file of that name. */
  readonly exists: (path: string) => boolean;
}

/** The flags that say where things are; relative paths are seen from the working directory. */
export interface PlaceFlags {
  readonly data?: string | undefined;
  readonly config?: string | undefined;
}

/** Where a cloud is configured and where it lives; absolute paths. */
export interface Places {
  readonly dataDirectory: string;
  /** What chose the data directory. */
  readonly dataFrom: '--data' | 'ACCREDIT_DATA' | 'accredit.yaml' | 'the user';
  /** Absent where nothing is configured. A file that was named is here even where there is none. */
  readonly configurationFile?: string;
}

/**
 * Finds the configuration file and the data directory.
 *
 * The file is `--config`, else `ACCREDIT_CONFIG`, else the nearest `accredit.yaml` in the working directory or above.
 * The data directory is `--data`, else `ACCREDIT_DATA`, else `.accredit/` beside that file, else the user's state
 * directory.
 */
export function findPlaces(surroundings: Surroundings, flags: PlaceFlags = {}): Places {
  const { cwd, env, platform } = surroundings;
  const { dirname, join, resolve } = pathsOf(platform);
  const named = given(flags.config) ?? given(env.ACCREDIT_CONFIG);
  const file = named === undefined ? findConfigurationFile(surroundings) : resolve(cwd, named);
  const configured = file === undefined ? {} : { configurationFile: file };
  const flag = given(flags.data);
  if (flag !== undefined) return { dataDirectory: resolve(cwd, flag), dataFrom: '--data', ...configured };
  const variable = given(env.ACCREDIT_DATA);
  if (variable !== undefined) {
    return { dataDirectory: resolve(cwd, variable), dataFrom: 'ACCREDIT_DATA', ...configured };
  }
  if (file === undefined) return { dataDirectory: stateDirectory(surroundings), dataFrom: 'the user' };
  return { dataDirectory: join(dirname(file), DATA_DIRECTORY), dataFrom: 'accredit.yaml', ...configured };
}

/** Finds the nearest `accredit.yaml`, from the working directory upwards. */
function findConfigurationFile({
  cwd,
  platform,
  exists,
}: Pick<Surroundings, 'cwd' | 'platform' | 'exists'>): string | undefined {
  const { dirname, join, resolve } = pathsOf(platform);
  let directory = resolve(cwd);
  for (;;) {
    const file = join(directory, CONFIGURATION_FILE);
    if (exists(file)) return file;
    const above = dirname(directory);
    if (above === directory) return undefined;
    directory = above;
  }
}

/**
 * Returns the directory of the state of a user's programs, as each system has it.
 *
 * @see https://specifications.freedesktop.org/basedir-spec/latest/ (a relative XDG_STATE_HOME is to be ignored)
 */
function stateDirectory({
  env,
  platform,
  homeDirectory,
}: Pick<Surroundings, 'env' | 'platform' | 'homeDirectory'>): string {
  const { isAbsolute, join } = pathsOf(platform);
  const ifAbsolute = (path: string | undefined) =>
    path !== undefined && isAbsolute(path) ? path : undefined;
  if (platform === 'win32') {
    return join(ifAbsolute(env.LOCALAPPDATA) ?? join(homeDirectory, 'AppData', 'Local'), 'accredit');
  }
  if (platform === 'darwin') return join(homeDirectory, 'Library', 'Application Support', 'accredit');
  return join(ifAbsolute(env.XDG_STATE_HOME) ?? join(homeDirectory, '.local', 'state'), 'accredit');
}

function pathsOf(platform: NodeJS.Platform): typeof posix {
  return platform === 'win32' ? win32 : posix;
}

/** An empty flag or variable says nothing. */
function given(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}
