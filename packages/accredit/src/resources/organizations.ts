import type { Clock } from '../kernel/ports.ts';
import type { Change, Store } from '../store/store.ts';
import { Collection, type Page, type PageRequest, type Stored } from './collection.ts';
import type { Tags } from './tags.ts';

/** An organization as it is stored. */
export interface Organization {
  /** Decimal digits, unique, never changes. */
  readonly organizationId: string;
  /** Its domain: `example.com`. */
  readonly displayName: string;
  /** Of Cloud Identity: `C0abcd123`. */
  readonly directoryCustomerId?: string;
  readonly createdAtMs: number;
  readonly tags?: Tags;
}

/** The organizations of a cloud. Only the configuration makes them. */
export class Organizations {
  readonly #organizations: Collection<Organization>;
  readonly #clock: Clock;

  constructor(store: Store, clock: Clock) {
    this.#organizations = new Collection(store, 'organizations');
    this.#clock = clock;
  }

  get(organizationId: string): Promise<Stored<Organization> | undefined> {
    return this.#organizations.get(organizationId);
  }

  list(page: PageRequest): Promise<Page<Stored<Organization>>> {
    return this.#organizations.list([], page);
  }

  /** Returns a new organization record. */
  draft(organizationId: string, displayName: string): Organization {
    return { organizationId, displayName, createdAtMs: this.#clock.now() };
  }

  /** The change that writes an organization. */
  put(organization: Organization): Change {
    return this.#organizations.put(organization, organization.organizationId);
  }

  /** The change that removes an organization; what is in it is for the caller to have removed. */
  remove(organizationId: string): Change {
    return this.#organizations.remove(organizationId);
  }

  /** Holds where the organization was last written at this revision; 0 where there must be none. */
  at(revision: number, organizationId: string) {
    return this.#organizations.at(revision, organizationId);
  }
}
