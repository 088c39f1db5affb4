import type { Store } from '../store/store.ts';

/** Names that one cache keeps; callers may invent names, and memory must not grow with what they invent. */
export const KEPT_NAME_LIMIT = 50_000;

/**
 * What was read from under a prefix, kept until the watch says that it changed.
 *
 * It keeps the promise, not the value: a change that comes while the value is being read takes the promise away, so
 * that nobody keeps what is past.
 */
export class WatchedCache<V> {
  readonly #kept = new Map<string, Promise<V>>();
  readonly #load: (name: string) => Promise<V>;

  /**
   * @param prefix - of the entries that it depends on
   * @param nameOf - the name that a changed key makes stale
   * @param load - reads what stands under a name
   */
  constructor(
    store: Store,
    prefix: string,
    nameOf: (key: string) => string,
    load: (name: string) => Promise<V>,
  ) {
    this.#load = load;
    store.watch(prefix, (events) => {
      for (const { key } of events) this.#kept.delete(nameOf(key));
    });
  }

  get(name: string): Promise<V> {
    const kept = this.#kept.get(name);
    if (kept !== undefined) return kept;
    const loading = this.#load(name);
    this.#kept.set(name, loading);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > KEPT_NAME_LIMIT && oldest !== undefined) this.#kept.delete(oldest);
    loading.catch(() => {
      if (this.#kept.get(name) === loading) this.#kept.delete(name);
    });
    return loading;
  }

  /** Forgets everything, where something changed that all names depend on. */
  clear(): void {
    this.#kept.clear();
  }
}
