import { randomDigits, randomHex } from '../kernel/identifiers.ts';
import type { Clock, Random } from '../kernel/ports.ts';
import type { ResourceName } from '../kernel/resource-names.ts';
import { DAY_MS } from '../kernel/timestamps.ts';
import type { Change, Precondition, Store } from '../store/store.ts';
import { Collection, type Stored } from './collection.ts';

/** Why an operation failed: it still answers HTTP 200, and carries this. */
export interface OperationError {
  /** UPPER_SNAKE_CASE: `SERVICE_ACCOUNT_ACCESS_DENIED`. */
  readonly code: string;
  readonly message: string;
  /** The status that the call would have had. */
  readonly httpStatus: number;
}

/** Something that the caller should know of an operation that did not fail. */
export interface OperationWarning {
  readonly code: string;
  readonly message: string;
}

/** What an operation does, in the words of the API (compute notes 4.3). */
export type OperationType =
  | 'insert'
  | 'delete'
  | 'setMetadata'
  | 'setTags'
  | 'setServiceAccount'
  | 'start'
  | 'stop'
  | 'simulateMaintenanceEvent'
  | 'compute.projects.setCommonInstanceMetadata';

/** Where an operation is. */
export interface OperationPlace {
  readonly projectId: string;
  /** Absent for a global operation. */
  readonly zone?: string;
}

/**
 * A zonal or a global operation as it is stored. What it does is done when it is written; its times say when it is
 * seen to be done, so its status follows from the clock and nothing has to be written later.
 */
export interface Operation extends OperationPlace {
  readonly name: string;
  /** Unsigned 64-bit decimal. */
  readonly id: string;
  readonly operationType: OperationType;
  readonly target: ResourceName;
  /** Id of the target, from the first answer on. */
  readonly targetId: string;
  /** E-mail address of the caller. */
  readonly user: string;
  readonly insertedAtMs: number;
  readonly endsAtMs: number;
  /** The `requestId` of the call; the same one gives this operation again. */
  readonly requestId?: string;
  readonly error?: OperationError;
  readonly warnings?: readonly OperationWarning[];
}

/** What must be said of a new operation. */
export type OperationDraft = Omit<Operation, 'name' | 'id' | 'insertedAtMs' | 'endsAtMs'> & {
  /** How long it is seen to run; 0 makes it done at once. */
  readonly durationMs: number;
};

/** A call that may be sent twice: what makes it the same call. */
export type OperationRequest = OperationPlace & {
  readonly operationType: OperationType;
  /** A UUID. */
  readonly requestId: string;
};

/** Where an operation stands. */
export type OperationStatus = 'RUNNING' | 'DONE';

/** How long a finished operation is kept (compute notes 12, row 19: the 14 days are a guess). */
export const OPERATION_RETENTION_MS = 14 * DAY_MS;

/** Expired operations that each new one takes away: more than one, so that they do not pile up. */
const EXPIRED_AT_ONCE = 2;

/** Digits of an operation's id, as an instance's. */
const ID_DIGITS = 18;

/** Microseconds of a millisecond: the second part of an operation's name counts them. */
const MICROSECONDS = 1000;

/**
 * The operations of a cloud, by zone, and the global ones of each project. Their names begin with the time, so the oldest
 * come first.
 */
export class Operations {
  readonly #operations: Collection<Operation>;
  /** Operation names by `requestId`, for calls that are sent twice. */
  readonly #requests: Collection<string>;
  readonly #clock: Clock;
  readonly #random: Random;

  constructor(store: Store, clock: Clock, random: Random) {
    this.#operations = new Collection(store, 'operations');
    this.#requests = new Collection(store, 'operationRequests');
    this.#clock = clock;
    this.#random = random;
  }

  /**
   * Finds an operation by its name or its numeric id; one past its time is gone.
   *
   * @param zone - `undefined` looks among the global ones
   */
  async find(projectId: string, zone: string | undefined, nameOrId: string): Promise<Operation | undefined> {
    const scope = scopeOf(zone);
    const found = /^\d/.test(nameOrId)
      ? await this.#findById(projectId, scope, nameOrId)
      : await this.#operations.get(projectId, scope, nameOrId);
    return found === undefined || this.#isExpired(found.value) ? undefined : found.value;
  }

  async #findById(projectId: string, scope: string, id: string): Promise<Stored<Operation> | undefined> {
    for await (const operation of this.#operations.all(projectId, scope)) {
      if (operation.value.id === id) return operation;
    }
    return undefined;
  }

  /** Finds the operation that an earlier call with the same `requestId` of the same kind began. */
  async findRequest(request: OperationRequest): Promise<Operation | undefined> {
    const name = await this.#requests.get(...requestParts(request));
    return name === undefined ? undefined : this.find(request.projectId, request.zone, name.value);
  }

  /** Returns a new operation that begins now. */
  draft({ durationMs, ...given }: OperationDraft): Operation {
    const insertedAtMs = this.#clock.now();
    return {
      ...given,
      name: this.#nameAt(insertedAtMs),
      id: randomDigits(this.#random, ID_DIGITS),
      insertedAtMs,
      endsAtMs: insertedAtMs + durationMs,
    };
  }

  /** `operation-{milliseconds}-{microseconds, hexadecimal}-{8 random digits}-{8 random digits}`. */
  #nameAt(timeMs: number): string {
    const microseconds = timeMs * MICROSECONDS + (this.#random.bytes(2).readUInt16BE() % MICROSECONDS);
    const [first, second] = [randomHex(this.#random, 4), randomHex(this.#random, 4)];
    return `operation-${timeMs}-${microseconds.toString(16)}-${first}-${second}`;
  }

  /** The changes that write a new operation; those of the same place whose time is past go with it. */
  async put(operation: Operation): Promise<readonly Change[]> {
    const { projectId, zone, name } = operation;
    const scope = scopeOf(zone);
    return [
      ...(await this.#removalOfExpired(projectId, scope)),
      this.#operations.put(operation, projectId, scope, name),
      ...(hasRequest(operation) ? [this.#requests.put(name, ...requestParts(operation))] : []),
    ];
  }

  async #removalOfExpired(projectId: string, scope: string): Promise<readonly Change[]> {
    const oldest = await this.#operations.list([projectId, scope], { limit: EXPIRED_AT_ONCE });
    return oldest.items.flatMap(({ value }) => {
      if (!this.#isExpired(value)) return [];
      const requests = hasRequest(value) ? [this.#requests.remove(...requestParts(value))] : [];
      return [this.#operations.remove(projectId, scope, value.name), ...requests];
    });
  }

  #isExpired({ endsAtMs }: Operation): boolean {
    return this.#clock.now() >= endsAtMs + OPERATION_RETENTION_MS;
  }

  /** Holds where no call with the operation's `requestId` came before; nothing to hold without one. */
  isFirst(operation: Operation): readonly Precondition[] {
    return hasRequest(operation) ? [this.#requests.at(0, ...requestParts(operation))] : [];
  }
}

/** Says where an operation stands at a time. */
export function operationStatusAt({ endsAtMs }: Operation, timeMs: number): OperationStatus {
  return timeMs < endsAtMs ? 'RUNNING' : 'DONE';
}

/** Returns the part of a key that a place is known by; no zone is called `global`. */
function scopeOf(zone: string | undefined): string {
  return zone ?? 'global';
}

function hasRequest(operation: Operation): operation is Operation & OperationRequest {
  return operation.requestId !== undefined;
}

/** The same id with another method is another request. UUIDs are compared without case (RFC 9562 §4). */
function requestParts({ projectId, zone, operationType, requestId }: OperationRequest): readonly string[] {
  return [projectId, scopeOf(zone), operationType, requestId.toLowerCase()];
}
