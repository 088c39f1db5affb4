import type { Fault } from '../protocol/metadata/faults.ts';
import type { Change, Store } from '../store/store.ts';
import { Collection } from './collection.ts';

/** The faults that a cloud was asked for; stored, so that they are still there after a restart. */
export class Faults {
  readonly #faults: Collection<Fault>;

  constructor(store: Store) {
    this.#faults = new Collection(store, 'faults');
  }

  /** Returns all of them, oldest first. Their number is bounded where they are made. */
  async all(): Promise<readonly Fault[]> {
    const faults: Fault[] = [];
    for await (const { value } of this.#faults.all()) faults.push(value);
    return faults.sort((a, b) => a.order - b.order);
  }

  /** The change that writes a fault. */
  put(fault: Fault): Change {
    return this.#faults.put(fault, fault.id);
  }

  /** The change that removes a fault. */
  remove(id: string): Change {
    return this.#faults.remove(id);
  }
}
