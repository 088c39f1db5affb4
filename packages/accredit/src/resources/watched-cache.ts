import type { Clock } from '../kernel/ports.ts';
import type { ChangeEvent, Store } from '../store/store.ts';

/** Names that one cache keeps; callers may invent names, and memory must not grow with what they invent. */
export const KEPT_NAME_LIMIT = 50_000;

/** How a cache lags behind the store on purpose. */
interface Lag<V> {
  readonly clock: Clock;
  readonly delayMs: number;
  /** What stands under a name that had nothing before its first change. */
  readonly absent: (name: string) => V;
  /**
   * Whether what is removed is gone at once, and what takes its place in the same commit is there at once: where an entry
   * goes and comes with the thing that has the name. Default false: a removal is a change like any other.
   */
  readonly removesAtOnce?: boolean;
  /** Makes an entry anew of what it is of already, where something changed that entries depend on beside the store. */
  remake?(value: V): Promise<V>;
  /** What is to be seen of a name, and from when on; oldest first. */
  readonly coming: Map<string, { readonly fromMs: number; value: Promise<V> }[]>;
}

/**
 * What was read from under a prefix, kept until the watch says that it changed.
 *
 * It keeps the promise, not the value: a change that comes while the value is being read takes the promise away, so
 * that nobody keeps what is past.
 */
export class WatchedCache<V> {
  readonly #kept = new Map<string, Promise<V>>();
  readonly #load: (name: string) => Promise<V>;
  #lag: Lag<V> | undefined;

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
    store.watch(prefix, (events) => this.#follow(events, nameOf));
  }

  get(name: string): Promise<V> {
    if (this.#lag !== undefined) return this.#getLagging(name, this.#lag);
    return this.#kept.get(name) ?? this.#keep(name);
  }

  /** Forgets everything, where something changed that all names depend on. */
  clear(): void {
    this.forget(this.#kept.keys());
  }

  /** Forgets some names, where something changed that they depend on. A cache that lags makes all it has anew. */
  forget(names: Iterable<string>): void {
    if (this.#lag === undefined) for (const name of names) this.#kept.delete(name);
    else this.#remake(this.#lag);
  }

  /** What is in force, and what is coming, stay what they are of: to read them again would show a change early. */
  #remake(lag: Lag<V>): void {
    const again = (value: Promise<V>) => unheard(value.then((of) => lag.remake?.(of) ?? of));
    for (const [name, value] of this.#kept) this.#kept.set(name, again(value));
    for (const change of [...lag.coming.values()].flat()) change.value = again(change.value);
  }

  /**
   * From now on shows each change a while after it was made, as production does; what stands there now is seen at once.
   *
   * Everything that is there is kept from then on: this is for those who test for the delay, not for clouds in daily use.
   *
   * @param names - everything that stands under the prefix; what another name stands for is `absent`
   */
  async lagBehind(lag: Omit<Lag<V>, 'coming'>, names: AsyncIterable<string>): Promise<void> {
    this.#lag = { ...lag, coming: new Map() };
    for await (const name of names) await this.#keep(name);
  }

  /**
   * Says from when on everything is to be seen that stands under a name.
   *
   * @returns Unix milliseconds; `undefined` where it is seen already
   */
  comingFromMs(name: string): number | undefined {
    if (this.#lag === undefined) return undefined;
    const fromMs = this.#lag.coming.get(name)?.at(-1)?.fromMs;
    return fromMs !== undefined && fromMs > this.#lag.clock.now() ? fromMs : undefined;
  }

  #keep(name: string): Promise<V> {
    const loading = this.#load(name);
    this.#kept.set(name, loading);
    const [oldest] = this.#kept.keys();
    if (this.#lag === undefined && this.#kept.size > KEPT_NAME_LIMIT && oldest !== undefined) {
      this.#kept.delete(oldest);
    }
    loading.catch(() => {
      if (this.#kept.get(name) === loading) this.#kept.delete(name);
    });
    return loading;
  }

  /** Takes one commit in. */
  #follow(events: readonly ChangeEvent[], nameOf: (key: string) => string): void {
    const removed = new Set<string>();
    for (const { key, entry } of events) {
      const name = nameOf(key);
      if (entry === undefined && this.#lag?.removesAtOnce === true) {
        this.#kept.delete(name);
        this.#lag.coming.delete(name);
        removed.add(name);
      } else if (removed.has(name)) {
        void unheard(this.#keep(name));
      } else {
        this.#change(name);
      }
    }
  }

  #change(name: string): void {
    if (this.#lag === undefined) {
      this.#kept.delete(name);
      return;
    }
    const { clock, delayMs, coming, absent } = this.#lag;
    if (!this.#kept.has(name) && !coming.has(name)) this.#kept.set(name, Promise.resolve(absent(name)));
    const value = unheard(this.#load(name));
    const queue = coming.get(name) ?? [];
    queue.push({ fromMs: clock.now() + delayMs, value });
    coming.set(name, queue);
  }

  #getLagging(name: string, { clock, coming }: Lag<V>): Promise<V> {
    const queue = coming.get(name) ?? [];
    const now = clock.now();
    while (queue[0] !== undefined && queue[0].fromMs <= now) {
      const seen = queue.shift();
      if (seen !== undefined) this.#kept.set(name, seen.value);
    }
    if (queue.length === 0) coming.delete(name);
    // A name that was not there at the start and never changed has nothing to lag behind, and may be invented.
    return this.#kept.get(name) ?? this.#load(name);
  }
}

/** Returns what nobody waits for yet: whoever asks for it is told of a failure, until then it must not be unhandled. */
function unheard<V>(value: Promise<V>): Promise<V> {
  value.catch(() => undefined);
  return value;
}
