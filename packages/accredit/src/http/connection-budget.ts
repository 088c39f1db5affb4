import type { Listener } from './message.ts';

/**
 * How many connections a listener has at once at most, by what it stands for, where the process may open files enough.
 * A workload has one instance's metadata server, on its socket and on a port: 500 waiters and as many more on each. The
 * APIs are for all workloads; all their listeners have so many together.
 */
export const CONNECTION_LIMITS: { readonly [kind in Listener['kind']]: number } = {
  metadata: 1_000,
  api: 10_000,
  owner: 1_000,
};

/**
 * Files that are open beside connections and listeners: the store, the log, certificates, what is being accepted and
 * what is being refused. Where a process may open few files, a quarter of them is kept.
 */
export const RESERVED_FILES = 256;

/** What a connection may hold open: one to the APIs has an object's file beside its socket. */
const FILES: { readonly [kind in Listener['kind']]: number } = { metadata: 1, api: 2, owner: 1 };

/**
 * How many connections a listener has in any case, whatever others take: a workload with a few programs, each with a
 * connection that it keeps and one on which it waits. Fewer where there are so many listeners that they would be a
 * third of all.
 */
export const CERTAIN_CONNECTIONS = 50;

/** How many connections past the limits are told so at once; what comes beyond them is dropped. */
export const REFUSALS_AT_ONCE = 20;

/** What a listener has of the connections of its server. */
export interface ConnectionShare {
  /** Takes a connection, to be given back with `release`. @returns whether there is one */
  take(): boolean;
  release(): void;
  /** Gives the listener itself back, when its last connection is gone. */
  close(): void;
}

/** A share as the budget counts it. */
interface Account {
  readonly kind: Listener['kind'];
  readonly limit: number;
  used: number;
}

/**
 * The connections that a server may have, over all its listeners: a process that has no file left to open can neither
 * accept a connection nor read its store.
 *
 * Each listener has a few for certain, and borrows of what is left up to its limit. What is certain to others is never
 * lent.
 */
export class ConnectionBudget {
  readonly #files: number;
  readonly #accounts = new Set<Account>();
  #certain = CERTAIN_CONNECTIONS;
  /** Files that are used, by listeners and connections. */
  #used = 0;
  /** Files that are used or certain to somebody. */
  #held = 0;
  #apiConnections = 0;
  #refusals = 0;

  /** @param openFiles - how many files the process may open */
  constructor(openFiles: number) {
    this.#files = openFiles - Math.min(RESERVED_FILES, Math.floor(openFiles / 4));
  }

  /**
   * Counts a listener, and what is certain to it from now on.
   *
   * @param limit - how many connections it has at once; fewer where they would be a quarter of all
   */
  open(kind: Listener['kind'], limit: number): ConnectionShare {
    const most = kind === 'api' ? limit : Math.min(limit, Math.floor(this.#files / 4));
    const account: Account = { kind, limit: most, used: 0 };
    this.#accounts.add(account);
    this.#used += 1;
    this.#settle();
    return {
      take: () => this.#take(account),
      release: () => this.#release(account),
      close: () => {
        if (!this.#accounts.delete(account)) return;
        this.#used -= 1;
        this.#settle();
      },
    };
  }

  /** Takes one of the connections that are told that there is none. @returns whether there is one of those */
  takeRefusal(): boolean {
    if (this.#refusals >= REFUSALS_AT_ONCE) return false;
    this.#refusals += 1;
    return true;
  }

  releaseRefusal(): void {
    this.#refusals -= 1;
  }

  /** With their files they have two thirds at most. */
  #apiLimit(): number {
    return Math.min(CONNECTION_LIMITS.api, Math.floor(this.#files / 3));
  }

  #take(account: Account): boolean {
    const { kind, limit, used } = account;
    if (used >= limit || (kind === 'api' && this.#apiConnections >= this.#apiLimit())) return false;
    const files = FILES[kind];
    const isCertain = used < this.#certain;
    if ((isCertain ? this.#used : this.#held) + files > this.#files) return false;
    account.used += 1;
    this.#used += files;
    if (!isCertain) this.#held += files;
    if (kind === 'api') this.#apiConnections += 1;
    return true;
  }

  #release(account: Account): void {
    const { kind } = account;
    account.used -= 1;
    this.#used -= FILES[kind];
    if (account.used >= this.#certain) this.#held -= FILES[kind];
    if (kind === 'api') this.#apiConnections -= 1;
  }

  /** Says anew what is certain to each listener, when there is one more or one fewer. */
  #settle(): void {
    const fair = Math.floor(this.#files / 3 / this.#accounts.size);
    this.#certain = Math.max(1, Math.min(CERTAIN_CONNECTIONS, fair));
    this.#held = this.#accounts.size;
    for (const { kind, used } of this.#accounts) this.#held += FILES[kind] * Math.max(this.#certain, used);
  }
}
