import { ApiError, notFound } from '../../kernel/api-error.ts';
import { randomHex } from '../../kernel/identifiers.ts';
import type { Log, Random } from '../../kernel/ports.ts';
import {
  type AppliedFault,
  chooseFaults,
  type Fault,
  type FaultRequest,
  type FaultView,
  joinFaults,
  meetsFault,
  readFaultRequest,
  toFault,
  viewFault,
} from '../../protocol/metadata/faults.ts';
import type { Resources } from '../../resources/resources.ts';

/** Faults that a cloud may have at once: each request is compared with all of them. */
export const FAULT_LIMIT = 1000;

/** Bytes of a fault's id: short enough to type. */
const ID_BYTES = 4;

/** What the book of faults works with. */
export interface FaultBookParts {
  readonly resources: Resources;
  readonly random: Random;
  readonly log: Log;
}

/**
 * The faults of a cloud. They count in memory, so that a request costs no write and none is counted twice; the store
 * follows, in order.
 */
export class FaultBook {
  readonly #parts: FaultBookParts;
  /** By id, oldest first. */
  readonly #faults = new Map<string, Fault>();
  /** Writes of the store that have not begun, by the fault's id. */
  readonly #waiting = new Map<string, Promise<void>>();
  #last: Promise<unknown> = Promise.resolve();

  private constructor(parts: FaultBookParts) {
    this.#parts = parts;
  }

  /** Reads the faults that are stored. Those of an instance that is no more are forgotten. */
  static async open(parts: FaultBookParts): Promise<FaultBook> {
    const book = new FaultBook(parts);
    const { resources } = parts;
    for (const fault of await resources.faults.all()) {
      const isGone = fault.instance !== undefined && !(await hasInstance(fault.instance, resources));
      if (isGone) await resources.commit([resources.faults.remove(fault.id)]);
      else book.#faults.set(fault.id, fault);
    }
    resources.instances.watch((name, instance) => {
      if (instance === undefined) book.#forgetInstance(name);
    });
    return book;
  }

  /**
   * Takes what is to go wrong with a request, and counts it.
   *
   * @param instance - resource name of the instance whose metadata server is asked
   * @param path - of the request line, without its query
   * @returns `undefined` where nothing is
   */
  take(instance: string, path: string): AppliedFault | undefined {
    if (this.#faults.size === 0) return undefined;
    const met = [...this.#faults.values()].filter((fault) => meetsFault(fault, instance, path));
    if (met.length === 0) return undefined;
    const chosen = chooseFaults(met);
    for (const fault of chosen) this.#count(fault);
    return joinFaults(chosen);
  }

  /**
   * Makes a fault. It holds from the next request on.
   *
   * @throws {ApiError} `INVALID_ARGUMENT` for what is wrong in itself; `NOT_FOUND` for an instance or a project that there
   *   is not; `RESOURCE_EXHAUSTED` beyond the limit
   */
  async add(asked: FaultRequest): Promise<FaultView> {
    const { resources, random } = this.#parts;
    // In process nobody has read it yet.
    const request = readFaultRequest(asked, '');
    const draft = toFault(request);
    await requirePlace(request, resources);
    return this.#inTurn(async () => {
      if (this.#faults.size >= FAULT_LIMIT) {
        throw new ApiError(
          'RESOURCE_EXHAUSTED',
          `A cloud has at most ${FAULT_LIMIT} faults. Remove some first.`,
        );
      }
      const order = ([...this.#faults.values()].at(-1)?.order ?? 0) + 1;
      const fault: Fault = { id: randomHex(random, ID_BYTES), order, ...draft };
      await resources.commit([resources.faults.put(fault)]);
      this.#faults.set(fault.id, fault);
      return viewFault(fault);
    });
  }

  /** Returns the faults that are still to happen, oldest first. */
  list(): readonly FaultView[] {
    return [...this.#faults.values()].map(viewFault);
  }

  /** Removes a fault. @throws {ApiError} `NOT_FOUND` */
  async remove(id: string): Promise<void> {
    if (!this.#faults.delete(id)) {
      throw notFound(`Fault '${id}' does not exist; one that has happened as often as it was to is gone.`, {
        echoes: true,
      });
    }
    await this.#write(id);
  }

  /** Removes every fault. @returns how many there were */
  async removeAll(): Promise<number> {
    const ids = [...this.#faults.keys()];
    this.#faults.clear();
    await Promise.all(ids.map((id) => this.#write(id)));
    return ids.length;
  }

  /** Waits until the store has followed. */
  async settled(): Promise<void> {
    await this.#last;
  }

  #count(fault: Fault): void {
    if (fault.times === undefined) return;
    if (fault.times <= 1) this.#faults.delete(fault.id);
    else this.#faults.set(fault.id, { ...fault, times: fault.times - 1 });
    this.#writeBehind(fault.id);
  }

  #forgetInstance(name: string): void {
    for (const { id, instance } of this.#faults.values()) {
      if (instance !== name) continue;
      this.#faults.delete(id);
      this.#writeBehind(id);
    }
  }

  #writeBehind(id: string): void {
    this.#write(id).catch((error: unknown) => {
      this.#parts.log.error({ err: error, fault: id }, 'a fault could not be stored');
    });
  }

  /** Makes the store what memory is by the time that it is written: many counts are one write. */
  #write(id: string): Promise<void> {
    const waiting = this.#waiting.get(id);
    if (waiting !== undefined) return waiting;
    const { resources } = this.#parts;
    const writing = this.#inTurn(async () => {
      this.#waiting.delete(id);
      const fault = this.#faults.get(id);
      await resources.commit([
        fault === undefined ? resources.faults.remove(id) : resources.faults.put(fault),
      ]);
    });
    this.#waiting.set(id, writing);
    return writing;
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}

async function requirePlace({ instance, project }: FaultRequest, resources: Resources): Promise<void> {
  if (instance !== undefined && !(await hasInstance(instance, resources))) {
    throw notFound(
      `Instance '${instance}' does not exist. An instance is named like 'projects/p/zones/us-central1-a/instances/vm-1'.`,
      { echoes: true },
    );
  }
  if (project !== undefined && (await resources.projects.get(project)) === undefined) {
    throw notFound(`Project '${project}' does not exist in this cloud. Declare it in accredit.yaml.`, {
      echoes: true,
    });
  }
}

async function hasInstance(name: string, resources: Resources): Promise<boolean> {
  const [, projectId, zone, instance] =
    /^projects\/([^/]+)\/zones\/([^/]+)\/instances\/([^/]+)$/.exec(name) ?? [];
  if (projectId === undefined || zone === undefined || instance === undefined) return false;
  return (await resources.instances.get(projectId, zone, instance)) !== undefined;
}
