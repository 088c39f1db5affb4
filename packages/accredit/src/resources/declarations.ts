import type { ResourceName } from '../kernel/resource-names.ts';
import type { Binding } from '../protocol/iam/policies/policy.ts';
import type { Change, Precondition, Store } from '../store/store.ts';
import { Collection, type Stored } from './collection.ts';

/** What the configuration file was last seen to declare of one resource. */
export interface Declaration {
  readonly resource: ResourceName;
  /** What tells the resource from a later one of the same name: a unique id, or when it was made. */
  readonly identity: string;
  /** The grants that were declared in the resource's policy. */
  readonly grants: readonly Binding[];
}

/** What the configuration file has declared so far, so that only that is ever taken away again. */
export class Declarations {
  readonly #declarations: Collection<Declaration>;

  constructor(store: Store) {
    this.#declarations = new Collection(store, 'declared');
  }

  /** Walks all declarations, in the order of the resources' names. */
  all(): AsyncGenerator<Stored<Declaration>> {
    return this.#declarations.all();
  }

  /** The change that remembers a declaration. */
  put(declaration: Declaration): Change {
    return this.#declarations.put(declaration, declaration.resource);
  }

  /** The change that forgets a declaration. */
  remove(resource: ResourceName): Change {
    return this.#declarations.remove(resource);
  }

  /** Holds where the declaration was last written at this revision; 0 where there must be none. */
  at(revision: number, resource: ResourceName): Precondition {
    return this.#declarations.at(revision, resource);
  }
}
