import { compareCodePoints } from '../kernel/compare-texts.ts';
import {
  assertKey,
  type Change,
  type ChangeEvent,
  DEFAULT_LIST_LIMIT,
  type Entry,
  type Json,
  type Precondition,
  PreconditionFailed,
  type Range,
  type Store,
} from './store.ts';
import { Watchers } from './watchers.ts';

/** The keyspace in memory: for tests and for `--memory`. Nothing outlives the process. */
export class MemoryStore implements Store {
  /** Values as JSON text, so that nobody shares an object with the store. */
  readonly #entries = new Map<string, { readonly text: string; readonly revision: number }>();
  /** The keys of `#entries` in order. */
  #keys: string[] = [];
  #revision = 0;
  readonly #watchers = new Watchers();

  async get(key: string): Promise<Entry | undefined> {
    return this.#read(key);
  }

  async list(range: Range): Promise<readonly Entry[]> {
    return this.#keysOf(range)
      .map((key) => this.#read(key))
      .filter((entry) => entry !== undefined);
  }

  async keys(range: Range): Promise<readonly string[]> {
    return this.#keysOf(range);
  }

  #keysOf(range: Range): readonly string[] {
    const limit = range.limit ?? DEFAULT_LIST_LIMIT;
    const found: string[] = [];
    const afterIsInside = range.after !== undefined && compareCodePoints(range.after, range.prefix) >= 0;
    let index = this.#position(afterIsInside && range.after !== undefined ? range.after : range.prefix);
    if (afterIsInside && this.#keys[index] === range.after) index += 1;
    for (; found.length < limit; index += 1) {
      const key = this.#keys[index];
      if (key === undefined || !key.startsWith(range.prefix)) break;
      found.push(key);
    }
    return found;
  }

  async commit(changes: readonly Change[], preconditions: readonly Precondition[] = []): Promise<number> {
    for (const { key } of changes) assertKey(key);
    for (const { key, revision } of preconditions) {
      if ((this.#entries.get(key)?.revision ?? 0) !== revision) throw new PreconditionFailed(key);
    }
    this.#revision += 1;
    const events = changes.map((change) => this.#apply(change));
    this.#watchers.tell(events);
    return this.#revision;
  }

  watch(prefix: string, listener: (events: readonly ChangeEvent[]) => void): () => void {
    return this.#watchers.add(prefix, listener);
  }

  async close(): Promise<void> {
    this.#watchers.clear();
  }

  #apply({ key, value }: Change): ChangeEvent {
    const present = this.#entries.has(key);
    if (value === undefined) {
      this.#entries.delete(key);
      if (present) this.#keys.splice(this.#position(key), 1);
      return { key, entry: undefined };
    }
    this.#entries.set(key, { text: JSON.stringify(value), revision: this.#revision });
    if (!present) this.#keys.splice(this.#position(key), 0, key);
    return { key, entry: this.#read(key) };
  }

  #read(key: string): Entry | undefined {
    const found = this.#entries.get(key);
    if (found === undefined) return undefined;
    return { key, value: JSON.parse(found.text) as Json, revision: found.revision };
  }

  /** Index of the first key that is not before the given one. */
  #position(key: string): number {
    let low = 0;
    let high = this.#keys.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compareCodePoints(this.#keys[middle] ?? '', key) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
