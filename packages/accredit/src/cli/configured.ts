import type { Configuration } from '../config/configuration.ts';
import { findPlaces, type Places } from '../config/find.ts';
import { resolveSettings, type SettingSources, type Settings } from '../config/settings.ts';
import { OWNER_EMAIL } from '../http/authenticate.ts';
import type { Services } from '../http/services.ts';
import { giveMemoryBack } from './cloud/give-memory-back.ts';
import type { PlaceOptions } from './connect.ts';
import type { CliContext } from './context.ts';

/** What holds for a command: where the cloud is, what the file declares, and the settings in force. */
export interface Configured {
  readonly places: Places;
  /** Absent where there is no configuration file. */
  readonly configuration: Configuration | undefined;
  readonly settings: Settings;
}

/**
 * Settles where the cloud is and how it runs: flags, then variables, then the configuration file, then defaults.
 *
 * @throws {ConfigurationError} for a file that is wrong or, where one was named, missing
 * @throws {InvalidSettings} for a flag or a variable that is wrong
 */
export async function configure(
  context: CliContext,
  options: PlaceOptions,
  flags: SettingSources['flags'] = {},
): Promise<Configured> {
  const places = findPlaces(context, options);
  const configuration = await readConfiguration(places);
  const { settings } = resolveSettings({ flags, env: context.env, file: configuration?.settings });
  return { places, configuration, settings };
}

/** Parser and schema are loaded only where there is a file. */
async function readConfiguration({ configurationFile }: Places): Promise<Configuration | undefined> {
  if (configurationFile === undefined) return undefined;
  const { readConfigurationFile } = await import('../config/read.ts');
  return readConfigurationFile(configurationFile);
}

/** How a configuration is put in place. */
export interface PutInPlaceOptions {
  /** Whether what is declared no more goes. */
  readonly prune: boolean;
  /** Takes a line for each thing that changed. */
  readonly tell: (line: string) => void;
}

/**
 * Makes a cloud what is configured: what the file declares, and the default project in any case.
 *
 * @throws {ConfigurationError} where the state of the cloud forbids what is declared
 */
export async function putInPlace(
  { configuration, settings }: Configured,
  { resources, clock, objectBytes }: Services,
  { prune, tell }: PutInPlaceOptions,
): Promise<void> {
  if (configuration !== undefined) {
    const { applyConfiguration } = await import('../config/apply.ts');
    const { describeReport } = await import('../config/report.ts');
    const options = { ownerEmail: OWNER_EMAIL, clock, objectBytes, prune };
    for (const line of describeReport(await applyConfiguration(configuration, resources, options)))
      tell(line);
  }
  const { ensureProject } = await import('../resources/new-project.ts');
  await ensureProject(resources, settings.defaultProjectId, OWNER_EMAIL);
  giveMemoryBack();
}
