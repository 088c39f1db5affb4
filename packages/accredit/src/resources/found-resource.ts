import type { ApiError } from '../kernel/api-error.ts';
import type { ResourceName } from '../kernel/resource-names.ts';
import type { Precondition } from '../store/store.ts';
import type { Stored } from './collection.ts';

/** A resource that a call has found, and that may go while the call goes on. */
export interface FoundResource {
  readonly resource: ResourceName;
  /**
   * Says what holds for as long as the resource is as it is now, whatever of it changed since it was found: what is kept
   * beside a resource is written on this condition, so that nothing is left behind for a later one of its name.
   *
   * @throws {ApiError} what is answered of a resource that is not there: it went, also where another has its name by now
   */
  readonly stillThere: () => Promise<Precondition>;
}

/** How a resource is looked for, and told from a later one of its name. */
export interface ResourceSearch<T> {
  readonly find: () => Promise<Stored<T> | undefined>;
  readonly nameOf: (value: T) => ResourceName;
  /** What no later resource of the name has. */
  readonly identityOf: (value: T) => string;
  /** Holds for as long as the record is as it was read. */
  readonly at: (stored: Stored<T>) => Precondition;
  /** The error where it is not there. */
  readonly missing: () => ApiError | Promise<ApiError>;
}

/**
 * Finds a resource that something is to be kept beside.
 *
 * @throws {ApiError} where it is not there
 */
export async function findResource<T>(search: ResourceSearch<T>): Promise<FoundResource> {
  const { find, nameOf, identityOf, at, missing } = search;
  const found = await find();
  if (found === undefined) throw await missing();
  const identity = identityOf(found.value);
  return {
    resource: nameOf(found.value),
    async stillThere() {
      const present = await find();
      if (present === undefined || identityOf(present.value) !== identity) throw await missing();
      return at(present);
    },
  };
}
