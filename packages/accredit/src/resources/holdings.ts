import type { ResourceName } from '../kernel/resource-names.ts';
import { SUBNET_PREFIX_BITS, subnetBaseOf } from '../protocol/compute/zones.ts';
import type { ChangeEvent, Entry, Store } from '../store/store.ts';
import type { Instance } from './instances.ts';

/**
 * Where external addresses come from: ranges for documentation, which nobody can be reached at (RFC 5737).
 *
 * Deviation: there are 508 of them, and then they are given out again; pinned by 'external ones begin again after 508'.
 */
const EXTERNAL_RANGES = ['203.0.113', '198.51.100'] as const;

/** The addresses of such a range that hosts may have: 1 to 254. */
const HOSTS_IN_EXTERNAL_RANGE = 254;

/** The first addresses of a subnet are the network itself and the gateway, the last two are reserved. */
const FIRST_HOST = 2;
const LAST_HOST = 2 ** (32 - SUBNET_PREFIX_BITS) - 3;

/** Whether an instance of a subnet may have an address. */
export type AddressState = 'free' | 'taken' | 'outside';

/**
 * What no two instances hold at once: internal addresses of a subnet, external addresses, names of disks.
 *
 * It follows from the records of the instances alone, whoever wrote them: read once, at the first question, and kept
 * by the watch from then on. An answer costs no look at other instances.
 */
export class Holdings {
  readonly #store: Store;
  readonly #prefix: string;
  /** How many hold a thing: instances that were not made through the API may hold the same. */
  readonly #holders = new Map<string, number>();
  readonly #ofInstance = new Map<string, readonly string[]>();
  /** No host below this is free, by subnet; external addresses too. */
  readonly #lowestFree = new Map<string, number>();
  #opening: Promise<void> | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  /** @param prefix - of the instances' keys */
  constructor(store: Store, prefix: string) {
    this.#store = store;
    this.#prefix = prefix;
  }

  /** Runs work that asks first and then takes, one after the other: what it finds free stays so until it has written. */
  exclusively<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  /** Returns the lowest free address of a region's subnet; `undefined` where none is left. */
  async freeInternal(projectId: string, region: string): Promise<string | undefined> {
    await this.#open();
    const host = this.#findFree(`${projectId}/${region}`, FIRST_HOST, LAST_HOST);
    return host > LAST_HOST ? undefined : hostAddress(region, host);
  }

  /** Says whether an address of a region's subnet can be had. */
  async internalState(projectId: string, region: string, address: string): Promise<AddressState> {
    await this.#open();
    const host = hostNumber(region, address);
    if (host === undefined) return 'outside';
    return this.#holders.has(`${projectId}/${region}/${host}`) ? 'taken' : 'free';
  }

  /** Returns an external address: the lowest free one; when all are taken they are given out again. */
  async freeExternal(): Promise<string> {
    await this.#open();
    const count = EXTERNAL_RANGES.length * HOSTS_IN_EXTERNAL_RANGE;
    const free = this.#findFree('external', 0, count - 1);
    const index = free < count ? free : this.#ofInstance.size % count;
    const range = EXTERNAL_RANGES[Math.floor(index / HOSTS_IN_EXTERNAL_RANGE)] ?? EXTERNAL_RANGES[0];
    return `${range}.${1 + (index % HOSTS_IN_EXTERNAL_RANGE)}`;
  }

  /** Says whether an instance has a disk of this name. */
  async hasDisk(disk: ResourceName): Promise<boolean> {
    await this.#open();
    return this.#holders.has(disk);
  }

  #findFree(pool: string, first: number, last: number): number {
    let candidate = this.#lowestFree.get(pool) ?? first;
    while (candidate <= last && this.#holders.has(`${pool}/${candidate}`)) candidate += 1;
    this.#lowestFree.set(pool, candidate);
    return candidate;
  }

  #hold(thing: string): void {
    this.#holders.set(thing, (this.#holders.get(thing) ?? 0) + 1);
  }

  #letGo(thing: string): void {
    const left = (this.#holders.get(thing) ?? 1) - 1;
    if (left > 0) {
      this.#holders.set(thing, left);
      return;
    }
    this.#holders.delete(thing);
    const cut = thing.lastIndexOf('/');
    const pool = thing.slice(0, cut);
    const host = Number(thing.slice(cut + 1));
    const lowest = this.#lowestFree.get(pool);
    if (lowest !== undefined && host < lowest) this.#lowestFree.set(pool, host);
  }

  #open(): Promise<void> {
    this.#opening ??= this.#read();
    return this.#opening;
  }

  async #read(): Promise<void> {
    const changed = new Set<string>();
    const noteAll = (events: readonly ChangeEvent[]) => {
      for (const event of events) {
        changed.add(event.key);
        this.#note(event);
      }
    };
    const stop = this.#store.watch(this.#prefix, noteAll);
    try {
      await this.#readUnless(changed);
    } catch (error) {
      // The next question reads again.
      stop();
      this.#opening = undefined;
      throw error;
    }
  }

  /** Notes every instance but those that changed meanwhile: they have been noted as they are now. */
  async #readUnless(changed: ReadonlySet<string>): Promise<void> {
    let after: string | undefined;
    do {
      const entries: readonly Entry[] = await this.#store.list({
        prefix: this.#prefix,
        ...(after === undefined ? {} : { after }),
      });
      for (const entry of entries) if (!changed.has(entry.key)) this.#note({ key: entry.key, entry });
      after = entries.at(-1)?.key;
    } while (after !== undefined);
  }

  #note({ key, entry }: ChangeEvent): void {
    const before = this.#ofInstance.get(key) ?? [];
    // Written by `Instances` alone.
    const now = entry === undefined ? [] : thingsOf(entry.value as unknown as Instance);
    for (const thing of now) this.#hold(thing);
    for (const thing of before) this.#letGo(thing);
    if (entry === undefined) this.#ofInstance.delete(key);
    else this.#ofInstance.set(key, now);
  }
}

/** Returns what an instance holds, in the spelling of the keys above. */
function thingsOf({ projectId, networkInterfaces, disks }: Instance): readonly string[] {
  const addresses = networkInterfaces.flatMap(({ subnetwork, networkIP, accessConfig }) => {
    const region = subnetwork.split('/')[3] ?? '';
    const host = hostNumber(region, networkIP);
    const external = accessConfig === undefined ? undefined : externalIndex(accessConfig.natIP);
    return [
      ...(host === undefined ? [] : [`${projectId}/${region}/${host}`]),
      ...(external === undefined ? [] : [`external/${external}`]),
    ];
  });
  return [...addresses, ...disks.map(({ source }) => source).filter((source) => source !== '')];
}

function toNumber(address: string): number | undefined {
  const octets = address.split('.').map((octet) => (/^\d{1,3}$/.test(octet) ? Number(octet) : 256));
  if (octets.length !== 4 || octets.some((octet) => octet > 255)) return undefined;
  return octets.reduce((number, octet) => number * 256 + octet, 0);
}

/** Returns the address of a host of a region's subnet. */
function hostAddress(region: string, host: number): string {
  const number = (toNumber(subnetBaseOf(region)) ?? 0) + host;
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.');
}

/** Returns which host of a region's subnet an address is; `undefined` where it is outside, or reserved. */
function hostNumber(region: string, address: string): number | undefined {
  const number = toNumber(address);
  if (number === undefined) return undefined;
  const host = number - (toNumber(subnetBaseOf(region)) ?? 0);
  return host >= FIRST_HOST && host <= LAST_HOST ? host : undefined;
}

function externalIndex(address: string): number | undefined {
  const cut = address.lastIndexOf('.');
  const range = EXTERNAL_RANGES.findIndex((candidate) => candidate === address.slice(0, cut));
  return range < 0 ? undefined : range * HOSTS_IN_EXTERNAL_RANGE + Number(address.slice(cut + 1)) - 1;
}
