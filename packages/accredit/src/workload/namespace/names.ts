/** Which name leads where inside a namespace: pure, so that it can be tested as a table. */

/**
 * Where the metadata server of a VM answers (metadata notes 1.1).
 *
 * Deviation: its IPv6 address, fd20:ce::254, is not answered at; pinned by 'the loopback interface gets each address once'.
 */
export const METADATA_ADDRESS = '169.254.169.254';

/**
 * Where the Google APIs answer inside. A loopback address, so that a call could not leave the machine even if the
 * isolation failed; not 127.0.0.1, so that a program's own servers there never meet ours.
 */
export const API_ADDRESS = '127.0.0.2';

/** Where the name server of the namespace listens: what resolvers ask when resolv.conf names nobody, too. */
export const RESOLVER_ADDRESS = '127.0.0.1';

const EXACT_NAMES: Readonly<Record<string, string>> = Object.assign(Object.create(null), {
  'metadata.google.internal': METADATA_ADDRESS,
  'metadata.goog': METADATA_ADDRESS,
  metadata: METADATA_ADDRESS,
  'accounts.google.com': API_ADDRESS,
  localhost: '127.0.0.1',
});

/** Every API has its host below this name; bucket names stand before `storage.googleapis.com`, at any depth. */
const API_SUFFIX = '.googleapis.com';

/** The IPv4 address of a lower-case name without its final dot that the cloud answers for, if it does. */
export function findOwnAddress(name: string): string | undefined {
  return EXACT_NAMES[name] ?? (name.endsWith(API_SUFFIX) ? API_ADDRESS : undefined);
}

/** Gives the IPv4 address that a lower-case name without its final dot has in the namespace, or undefined. */
export type Zone = (name: string) => string | undefined;

/** The zone of a namespace: our own names, and those of the allowed targets with the addresses they were given. */
export function createZone(allowed: ReadonlyMap<string, string>): Zone {
  return (name) => findOwnAddress(name) ?? allowed.get(name);
}
