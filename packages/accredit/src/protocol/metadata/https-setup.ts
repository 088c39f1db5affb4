import type { MetadataItem } from './instance-metadata.ts';
import type { MetadataSettings } from './settings.ts';

/** The attribute that says whether a VM is set up for TLS with its metadata server (metadata notes 8.3). */
const DISABLE_ATTRIBUTE = 'disable-https-mds-setup';

/** The spellings of Google's guest agent, which reads them by `strconv.ParseBool` of Go; any other says nothing. */
const TRUE_WORDS = new Set(['1', 't', 'T', 'true', 'TRUE', 'True']);
const FALSE_WORDS = new Set(['0', 'f', 'F', 'false', 'FALSE', 'False']);

/** Who may say it. */
interface HttpsSetupSources {
  /** Attributes of the instance, which go before those of the project. */
  readonly instance: readonly MetadataItem[];
  readonly project: readonly MetadataItem[];
  /**
   * What holds where neither says anything: Google's guest agents since 2026 set it up, older ones and the documentation
   * want to be told FALSE.
   */
  readonly settings: Pick<MetadataSettings, 'setsUpHttps'>;
}

/** Says whether the files for TLS are put where clients look (metadata notes 11.3, 11.7). */
export function isHttpsSetUp({ instance, project, settings }: HttpsSetupSources): boolean {
  const isDisabled = readDisabled(instance) ?? readDisabled(project);
  return isDisabled === undefined ? settings.setsUpHttps : !isDisabled;
}

function readDisabled(items: readonly MetadataItem[]): boolean | undefined {
  const word = items.findLast(({ key }) => key === DISABLE_ATTRIBUTE)?.value ?? '';
  if (TRUE_WORDS.has(word)) return true;
  return FALSE_WORDS.has(word) ? false : undefined;
}
