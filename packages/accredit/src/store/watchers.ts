import type { ChangeEvent } from './store.ts';

type Listener = (events: readonly ChangeEvent[]) => void;

/** The watchers of a store, told of each commit in turn. */
export class Watchers {
  /** By prefix, so that a commit asks once per prefix and not once per watcher. */
  readonly #byPrefix = new Map<string, Set<Listener>>();

  add(prefix: string, listener: Listener): () => void {
    const listeners = this.#byPrefix.get(prefix) ?? new Set();
    // A listener may be added twice; each addition is its own watch.
    const own: Listener = (events) => listener(events);
    listeners.add(own);
    this.#byPrefix.set(prefix, listeners);
    return () => {
      listeners.delete(own);
      if (listeners.size === 0 && this.#byPrefix.get(prefix) === listeners) this.#byPrefix.delete(prefix);
    };
  }

  tell(events: readonly ChangeEvent[]): void {
    if (events.length === 0) return;
    for (const [prefix, listeners] of this.#byPrefix) {
      const mine = events.filter((event) => event.key.startsWith(prefix));
      if (mine.length === 0) continue;
      for (const listener of Array.from(listeners)) listener(mine);
    }
  }

  clear(): void {
    this.#byPrefix.clear();
  }
}
