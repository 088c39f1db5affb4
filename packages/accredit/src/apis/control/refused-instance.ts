import type { Services } from '../../http/services.ts';

/** An instance whose token was refused, as it is by now: what its scopes are added to. */
export interface RefusedInstance {
  /** `projects/P/zones/Z/instances/I`. */
  readonly name: string;
  /** E-mail address. */
  readonly serviceAccount: string;
  readonly scopes: readonly string[];
}

const INSTANCE = /^projects\/([^/]+)\/zones\/([^/]+)\/instances\/([^/]+)$/;

/**
 * Finds the instance whose scopes can be changed.
 *
 * @param name - of the instance that a token was given to
 * @returns `undefined` where there is none any more, or none with an account; and for the one that `accredit run` makes
 *   for a program, which goes with it
 */
export async function findRefusedInstance(
  name: string | undefined,
  { resources }: Services,
): Promise<RefusedInstance | undefined> {
  const [, projectId, zone, id] = INSTANCE.exec(name ?? '') ?? [];
  if (name === undefined || projectId === undefined || zone === undefined || id === undefined)
    return undefined;
  const found = await resources.instances.find(projectId, zone, id);
  const [account] = found?.value.serviceAccounts ?? [];
  if (account === undefined || found?.value.ephemeral === true) return undefined;
  return { name, serviceAccount: account.email, scopes: account.scopes };
}
