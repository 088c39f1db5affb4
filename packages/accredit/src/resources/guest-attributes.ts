import { instanceName, type ResourceName } from '../kernel/resource-names.ts';
import {
  type GuestAttributeLimits,
  type GuestAttributeProblem,
  type GuestAttributeValues,
  withGuestAttribute,
  withoutGuestAttribute,
} from '../protocol/metadata/guest-attributes.ts';
import type { Change, Store } from '../store/store.ts';
import { Collection, type Stored } from './collection.ts';
import { Turns } from './turns.ts';

/** Where an instance is. */
export interface InstancePlace {
  readonly projectId: string;
  readonly zone: string;
  readonly name: string;
}

/** What programs in an instance wrote for those outside to read, one record an instance. */
export class GuestAttributes {
  readonly #attributes: Collection<GuestAttributeValues>;
  readonly #instances: Collection<unknown>;
  readonly #store: Store;
  readonly #turns = new Turns();

  /** @param instances - the records of the instances: none of them, no attributes */
  constructor(store: Store, instances: Collection<unknown>) {
    this.#attributes = new Collection(store, 'guestAttributes');
    this.#instances = instances;
    this.#store = store;
  }

  /** Returns the attributes of an instance; `undefined` where it has none. */
  get({ projectId, zone, name }: InstancePlace): Promise<Stored<GuestAttributeValues> | undefined> {
    return this.#attributes.get(projectId, zone, name);
  }

  /**
   * Writes one attribute.
   *
   * @param limits - those of the instance's metadata server
   * @returns why it was not written; `undefined` where it was
   */
  async set(
    instance: InstancePlace,
    namespace: string,
    key: string,
    value: string,
    limits: GuestAttributeLimits,
  ): Promise<GuestAttributeProblem | undefined> {
    return this.#inTurn(instance, async () => {
      const stored = await this.get(instance);
      const changed = withGuestAttribute(stored?.value ?? {}, namespace, key, value, limits);
      if (typeof changed === 'string') return changed;
      return (await this.#write(instance, stored, changed)) ? undefined : 'no-instance';
    });
  }

  /** Removes one attribute. @returns whether it was there */
  async delete(instance: InstancePlace, namespace: string, key: string): Promise<boolean> {
    return this.#inTurn(instance, async () => {
      const stored = await this.get(instance);
      const changed = withoutGuestAttribute(stored?.value ?? {}, namespace, key);
      return changed !== undefined && this.#write(instance, stored, changed);
    });
  }

  /** The change that removes all attributes of an instance. */
  remove({ projectId, zone, name }: InstancePlace): Change {
    return this.#attributes.remove(projectId, zone, name);
  }

  /** Calls the listener with the resource name of each instance whose attributes were written or removed. */
  watch(listener: (instance: ResourceName) => void): () => void {
    return this.#store.watch(`${this.#attributes.prefix}/`, (events) => {
      for (const { key } of events) {
        const [, projectId = '', zone = '', name = ''] = key.split('/');
        listener(instanceName(projectId, zone, name));
      }
    });
  }

  /**
   * Writes the attributes while their instance is there, so that none are left behind for a later one of its name.
   *
   * @returns whether there is such an instance
   * @throws {PreconditionFailed} where the instance or its attributes changed meanwhile
   */
  async #write(
    instance: InstancePlace,
    stored: Stored<GuestAttributeValues> | undefined,
    values: GuestAttributeValues,
  ): Promise<boolean> {
    const { projectId, zone, name } = instance;
    const holder = await this.#instances.get(projectId, zone, name);
    if (holder === undefined) return false;
    const isEmpty = Object.keys(values).length === 0;
    await this.#store.commit(
      [isEmpty ? this.remove(instance) : this.#attributes.put(values, projectId, zone, name)],
      [
        this.#attributes.at(stored?.revision ?? 0, projectId, zone, name),
        this.#instances.at(holder.revision, projectId, zone, name),
      ],
    );
    return true;
  }

  #inTurn<T>({ projectId, zone, name }: InstancePlace, attempt: () => Promise<T>): Promise<T> {
    return this.#turns.run(this.#attributes.key(projectId, zone, name), attempt);
  }
}
