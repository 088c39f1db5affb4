/** What the declared forms of resources have in common. */
import type { MetadataItem } from '../resources/projects.ts';
import type { DeclaredGrant } from './declared-grants.ts';
import type { Path } from './problems.ts';

/** A resource that a file declares. */
export interface Declared<Fields> {
  readonly path: Path;
  /** What the file says and nothing else: what it leaves out stays as it is. */
  readonly fields: Partial<Fields>;
  /** Of the resource's own policy. */
  readonly grants: readonly DeclaredGrant[];
}

type Settled<T> = { readonly [Key in keyof T]?: Exclude<T[Key], undefined> };

/** Leaves out what is undefined. */
export function settled<T extends object>(fields: T): Settled<T> {
  const given = Object.entries(fields).filter(([, value]) => value !== undefined);
  // The same keys with the same values, but for those that are undefined.
  return Object.fromEntries(given) as Settled<T>;
}

/** Returns metadata as it is kept. */
export function toItems(
  metadata: Readonly<Record<string, string>> | undefined,
): readonly MetadataItem[] | undefined {
  return metadata && Object.entries(metadata).map(([key, value]) => ({ key, value }));
}
