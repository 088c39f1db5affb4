import type { Clock } from '../kernel/ports.ts';
import type { IssuedToken } from './issuer.ts';

/**
 * A token is given out again until this much of its life remains.
 *
 * @see https://cloud.google.com/compute/docs/access/authenticate-workloads ("until they have 5 minutes of remaining
 *   time before they expire")
 */
export const REUSE_MARGIN_SECONDS = 300;

/** Tokens that are kept for one holder: a VM has one, a Pod or a container one for each set of scopes that it names. */
export const KEPT_TOKENS_OF_HOLDER = 50;

/** Holders whose tokens are kept; the one whose newest token is the oldest goes. */
const KEPT_HOLDERS = 20_000;

/** Says whether tokens of a lifetime are ever given out twice. */
export function isCacheable(lifetimeSeconds: number): boolean {
  return lifetimeSeconds > REUSE_MARGIN_SECONDS;
}

/**
 * Gives the same token until five minutes of its life remain.
 *
 * Each holder has room of its own: nobody's requests throw out the tokens of others.
 */
export class TokenCache {
  readonly #clock: Clock;
  readonly #holders = new Map<string, Map<string, IssuedToken>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Returns the kept token, where there is one that is given out again. */
  find(holder: string, key: string): IssuedToken | undefined {
    const kept = this.#holders.get(holder)?.get(key);
    if (kept === undefined) return undefined;
    return kept.expiresAtMs - this.#clock.now() > REUSE_MARGIN_SECONDS * 1000 ? kept : undefined;
  }

  /**
   * Returns the kept token, or mints one and keeps it.
   *
   * Minting does not wait, so of any number of concurrent misses the first mints and the rest find its token.
   *
   * @param holder - who asks for tokens: the instance
   * @param key - what makes its tokens differ: account, scopes
   */
  get(holder: string, key: string, mint: () => IssuedToken): IssuedToken {
    const kept = this.find(holder, key);
    if (kept !== undefined) return kept;
    const fresh = mint();
    const tokens = this.#holders.get(holder) ?? new Map<string, IssuedToken>();
    keepNewest(tokens, key, fresh, KEPT_TOKENS_OF_HOLDER);
    keepNewest(this.#holders, holder, tokens, KEPT_HOLDERS);
    return fresh;
  }

  /** Lets go of the tokens of a holder that is no more. */
  forget(holder: string): void {
    this.#holders.delete(holder);
  }
}

/** Puts an entry last; where there are too many, the first goes. */
function keepNewest<V>(map: Map<string, V>, key: string, value: V, limit: number): void {
  map.delete(key);
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > limit && oldest !== undefined) map.delete(oldest);
}
