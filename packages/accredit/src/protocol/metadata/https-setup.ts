import type { MetadataItem } from './instance-metadata.ts';

/** The attribute that says whether a VM is set up for TLS with its metadata server (metadata notes 8.3). */
const DISABLE_ATTRIBUTE = 'disable-https-mds-setup';

/** The spellings of Google's guest agent, which reads them by `strconv.ParseBool` of Go; any other says nothing. */
const TRUE_WORDS = ['1', 't', 'T', 'true', 'TRUE', 'True'];
const FALSE_WORDS = ['0', 'f', 'F', 'false', 'FALSE', 'False'];

/**
 * Says whether the files for TLS are put where clients look (metadata notes 11.3, 11.7): yes, unless the attribute
 * disables it. That of the instance goes before that of the project. So does Google's guest agent since 2026; an older
 * one wants to be told FALSE.
 */
export function isHttpsSetUp(instance: readonly MetadataItem[], project: readonly MetadataItem[]): boolean {
  return !(readDisabled(instance) ?? readDisabled(project) ?? false);
}

function readDisabled(items: readonly MetadataItem[]): boolean | undefined {
  const word = items.findLast(({ key }) => key === DISABLE_ATTRIBUTE)?.value ?? '';
  if (TRUE_WORDS.includes(word)) return true;
  return FALSE_WORDS.includes(word) ? false : undefined;
}
