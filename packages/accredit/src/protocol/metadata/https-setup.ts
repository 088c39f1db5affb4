/** Whether a VM is set up for TLS with its metadata server (metadata notes 8.3, 11). */

/** The attribute by which users say that it is not, or that it is (metadata notes 8.3). */
const ATTRIBUTE = 'disable-https-mds-setup';

/** The spellings that Google's guest agent reads, which is written in Go: `strconv.ParseBool`. Any other says nothing. */
const SPELLINGS: Readonly<Record<string, boolean>> = Object.assign(Object.create(null), {
  ...Object.fromEntries(['1', 't', 'T', 'true', 'TRUE', 'True'].map((text) => [text, true])),
  ...Object.fromEntries(['0', 'f', 'F', 'false', 'FALSE', 'False'].map((text) => [text, false])),
});

type Attributes = Readonly<Record<string, string>>;

/**
 * Says whether the files for TLS are put where clients look: unless the instance says no, or it says nothing and its
 * project does. So does Google's guest agent from 2026 on; before, it wanted to be asked.
 */
export function isHttpsSetUp(instance: Attributes, project: Attributes): boolean {
  return !(read(instance) ?? read(project) ?? false);
}

function read(attributes: Attributes): boolean | undefined {
  return Object.hasOwn(attributes, ATTRIBUTE) ? SPELLINGS[attributes[ATTRIBUTE] ?? ''] : undefined;
}
