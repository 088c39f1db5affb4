import type { Clock } from '../kernel/ports.ts';
import type { Json, Store } from '../store/store.ts';

/** A key as the ring keeps it. */
export interface RingKey<K> {
  readonly id: string;
  readonly key: K;
  /** From when it signs; Unix milliseconds of the cloud's clock. */
  readonly activeFromMs: number;
}

/** How one kind of key is made, written and read, and how long it serves. */
export interface KeyKind<K> {
  /** Where the keys are stored: `keys/accessTokens`. */
  readonly prefix: string;
  /** How long a key signs before the next one does. */
  readonly periodMs: number;
  /** How long a key still verifies after it has signed its last: the longest life of what it signed. */
  readonly overlapMs: number;
  make(): Promise<{ readonly id: string; readonly key: K }>;
  write(key: K): Json;
  read(id: string, value: Json): K;
}

/** The stored form of a ring key. */
interface StoredKey {
  readonly activeFromMs: number;
  readonly material: Json;
}

/**
 * Keys of one kind, kept in the store and rotated with overlap.
 *
 * The next key is stored before it is needed, so that signing never waits for a write and a token never outruns the
 * key that made it.
 */
export class KeyRing<K> {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #kind: KeyKind<K>;
  /** Oldest first. */
  #keys: readonly RingKey<K>[] = [];
  #byId = new Map<string, RingKey<K>>();
  #maintaining: Promise<void> | undefined;

  private constructor(store: Store, clock: Clock, kind: KeyKind<K>) {
    this.#store = store;
    this.#clock = clock;
    this.#kind = kind;
  }

  /** Reads the ring; makes the first key where there is none. */
  static async open<K>(store: Store, clock: Clock, kind: KeyKind<K>): Promise<KeyRing<K>> {
    const ring = new KeyRing(store, clock, kind);
    const entries = await store.list({ prefix: `${kind.prefix}/` });
    ring.#setKeys(
      entries.map((entry) => {
        // Written by this class alone.
        const stored = entry.value as unknown as StoredKey;
        const id = entry.key.slice(kind.prefix.length + 1);
        return { id, key: kind.read(id, stored.material), activeFromMs: stored.activeFromMs };
      }),
    );
    if (ring.#keys.length === 0) await ring.#add(clock.now());
    return ring;
  }

  /** Returns the key that signs now. */
  signing(): RingKey<K> {
    const nowMs = this.#clock.now();
    const index = this.#keys.findLastIndex((key) => key.activeFromMs <= nowMs);
    const key = this.#keys[Math.max(index, 0)];
    if (key === undefined) throw new Error('The key ring is empty.');
    if (index === this.#keys.length - 1) void this.maintain();
    return key;
  }

  /** Returns the key of an id, `undefined` for an unknown or retired one. */
  find(id: string): RingKey<K> | undefined {
    return this.#byId.get(id);
  }

  /** Every key that verifies: the one that signs, those in overlap, and the next one. */
  all(): readonly RingKey<K>[] {
    return this.#keys;
  }

  /** Stores the next key where it is missing and drops keys that nothing alive was signed with. */
  maintain(): Promise<void> {
    this.#maintaining ??= this.#maintain().finally(() => {
      this.#maintaining = undefined;
    });
    return this.#maintaining;
  }

  /** Goes on until there is a next key: the clock may be moved, or overtake it, while one is made. */
  async #maintain(): Promise<void> {
    do await this.#follow();
    while ((this.#keys.at(-1)?.activeFromMs ?? 0) <= this.#clock.now());
  }

  async #follow(): Promise<void> {
    const nowMs = this.#clock.now();
    const newest = this.#keys.at(-1);
    if (newest === undefined || newest.activeFromMs <= nowMs) {
      const activeSinceMs = newest?.activeFromMs ?? nowMs;
      await this.#add(Math.max(activeSinceMs + this.#kind.periodMs, nowMs + 1));
    }
    const retired = this.#keys.filter((_, index) => {
      const successor = this.#keys[index + 1];
      return successor !== undefined && successor.activeFromMs + this.#kind.overlapMs <= nowMs;
    });
    if (retired.length === 0) return;
    await this.#store.commit(
      retired.map(({ id }) => ({ key: `${this.#kind.prefix}/${id}`, value: undefined })),
    );
    this.#setKeys(this.#keys.filter((key) => !retired.includes(key)));
  }

  async #add(activeFromMs: number): Promise<void> {
    const { id, key } = await this.#kind.make();
    const value = { activeFromMs, material: this.#kind.write(key) };
    await this.#store.commit([{ key: `${this.#kind.prefix}/${id}`, value }]);
    this.#setKeys([...this.#keys, { id, key, activeFromMs }]);
  }

  #setKeys(keys: readonly RingKey<K>[]): void {
    this.#keys = [...keys].sort((a, b) => a.activeFromMs - b.activeFromMs);
    this.#byId = new Map(this.#keys.map((key) => [key.id, key]));
  }
}
