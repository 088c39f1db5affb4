/** Which way a program is reached by. */
import { NamespaceError } from './namespace/errors.ts';
import { probeNamespace } from './namespace/probe.ts';

/** The three ways, the best one first. */
export const ISOLATIONS = ['netns', 'proxy', 'env'] as const;

/** A way by which an unmodified program is reached. */
export type Isolation = (typeof ISOLATIONS)[number];

/** The way that was chosen, and why a better one was not. */
export interface ChosenIsolation {
  readonly isolation: Isolation;
  /** Why namespaces do not work here; absent where they do, or where the way was asked for. */
  readonly insteadOfNetns?: string;
}

/**
 * Chooses the best way that works here, or takes the one that was asked for.
 *
 * @throws {NamespaceError} `setup-failed` where namespaces were asked for and cannot be had
 */
export async function chooseIsolation(asked: Isolation | undefined): Promise<ChosenIsolation> {
  if (asked === 'proxy' || asked === 'env') return { isolation: asked };
  const availability = await probeNamespace();
  if (availability.works) return { isolation: 'netns' };
  if (asked === 'netns') throw new NamespaceError('setup-failed', availability.reason);
  return { isolation: 'proxy', insteadOfNetns: availability.reason };
}
