import type { Clock } from '../kernel/ports.ts';
import type { IssuedToken } from './issuer.ts';

/**
 * A token is given out again until this much of its life remains.
 *
 * @see https://cloud.google.com/compute/docs/access/authenticate-workloads ("until they have 5 minutes of remaining
 *   time before they expire")
 */
export const REUSE_MARGIN_SECONDS = 300;

/** Kept tokens; beyond it the oldest goes. A cloud has one for each account and scope set of its running VMs. */
const KEPT_TOKEN_LIMIT = 20_000;

/** Says whether tokens of a lifetime are ever given out twice. */
export function isCacheable(lifetimeSeconds: number): boolean {
  return lifetimeSeconds > REUSE_MARGIN_SECONDS;
}

/** Gives the same token until five minutes of its life remain. */
export class TokenCache {
  readonly #clock: Clock;
  readonly #tokens = new Map<string, IssuedToken>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Returns the kept token of a key, or mints one and keeps it.
   *
   * Minting does not wait, so of any number of concurrent misses the first mints and the rest find its token.
   *
   * @param key - whatever makes tokens differ: instance, account, scopes
   */
  get(key: string, mint: () => IssuedToken): IssuedToken {
    const kept = this.#tokens.get(key);
    if (kept !== undefined && kept.expiresAtMs - this.#clock.now() > REUSE_MARGIN_SECONDS * 1000) return kept;
    const fresh = mint();
    this.#tokens.delete(key);
    this.#tokens.set(key, fresh);
    const [oldest] = this.#tokens.keys();
    if (this.#tokens.size > KEPT_TOKEN_LIMIT && oldest !== undefined) this.#tokens.delete(oldest);
    return fresh;
  }
}
