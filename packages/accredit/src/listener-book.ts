import type { Server } from 'node:http';
import { join } from 'node:path';
import {
  type Certificate,
  ListenError,
  type OpenListener,
  openListener,
  type TlsTerms,
} from './http/listeners.ts';
import type { Listener } from './http/message.ts';
import { ownerSocketIn } from './http/runtime-directory.ts';
import { Collection } from './resources/collection.ts';
import type { Store } from './store/store.ts';

/** Where connections from this machine alone come in. */
const LOOPBACK = '127.0.0.1';

/** How long the connections to a deleted instance may go on: those that wait for a change have an answer coming. */
const LAST_ANSWERS_MS = 1_000;

/** The listeners of an instance's metadata server. */
export interface InstanceListeners {
  readonly socketPath: string;
  /** Where it is open on loopback. */
  readonly port?: number;
}

/**
 * The open listeners of a cloud, each opened on first use.
 *
 * A TCP port is remembered in the store and asked for again, so that what was told to a client stays true after a
 * restart; where somebody else has it by then, another one is taken.
 */
export class ListenerBook {
  readonly #server: Server;
  readonly #runtimeDirectory: string;
  readonly #ports: Collection<number>;
  readonly #store: Store;
  readonly #open = new Map<string, Promise<OpenListener>>();

  constructor(server: Server, runtimeDirectory: string, store: Store) {
    this.#server = server;
    this.#runtimeDirectory = runtimeDirectory;
    this.#store = store;
    this.#ports = new Collection(store, 'ports');
  }

  /** Opens the private socket of the owner. */
  async openOwner(): Promise<string> {
    const socketPath = ownerSocketIn(this.#runtimeDirectory);
    await this.#once('owner', () => openListener(this.#server, { kind: 'owner' }, { socketPath }));
    return socketPath;
  }

  /** Opens the APIs on TCP, plain HTTP. @param port - 0 or `undefined`: the one of the last time, else any */
  async openApi(port: number | undefined, host = LOOPBACK): Promise<number> {
    const open = () => this.#onTcp('api', { kind: 'api' }, host, port === 0 ? undefined : port);
    return (await this.#once('api', open)).port;
  }

  /** Opens the socket where TLS of the APIs ends. */
  async openTls(certificate: () => Certificate): Promise<string> {
    const socketPath = join(this.#runtimeDirectory, 'tls.sock');
    await this.#once('tls', async () =>
      openListener(this.#server, { kind: 'api' }, { socketPath }, { certificate }),
    );
    return socketPath;
  }

  /**
   * Opens the metadata server of an instance, as a socket and, where that is asked for, on TCP.
   *
   * @param name - its resource name
   * @param id - its numeric id: unique and short, as socket paths must be
   */
  async openMetadata(name: string, id: string, onLoopback: boolean): Promise<InstanceListeners> {
    const listener: Listener = { kind: 'metadata', instance: name };
    const socketPath = join(this.#runtimeDirectory, `i-${id}.sock`);
    await this.#once(`${name} socket`, () => openListener(this.#server, listener, { socketPath }));
    if (!onLoopback) return { socketPath };
    const tcp = await this.#once(`${name} tcp`, () => this.#onTcp(name, listener, LOOPBACK, undefined));
    return { socketPath, port: tcp.port };
  }

  /**
   * Opens the socket where TLS of an instance's metadata server ends.
   *
   * @param name - its resource name
   * @param id - its numeric id
   */
  async openMetadataTls(name: string, id: string, terms: TlsTerms): Promise<string> {
    const listener: Listener = { kind: 'metadata', instance: name, secure: true };
    const socketPath = join(this.#runtimeDirectory, `m-${id}.sock`);
    await this.#once(`${name} tls`, () => openListener(this.#server, listener, { socketPath }, terms));
    return socketPath;
  }

  /** Closes the listeners of an instance that is no more; who waited there is told so first. */
  async closeMetadata(name: string): Promise<void> {
    const keys = [`${name} socket`, `${name} tls`, `${name} tcp`];
    const closing = keys.map((key) => this.#close(key, LAST_ANSWERS_MS));
    await this.#store.commit([this.#ports.remove(name)]);
    await Promise.all(closing);
  }

  /** Says whether an instance's metadata server was ever asked for. */
  has(name: string): boolean {
    return this.#open.has(`${name} socket`);
  }

  /** Accepts nobody any more; the connections that there are go on. */
  async stopAccepting(): Promise<void> {
    for (const opening of this.#open.values()) (await opening.catch(() => undefined))?.stopAccepting();
  }

  async closeAll(): Promise<void> {
    await Promise.all([...this.#open.keys()].map((key) => this.#close(key)));
  }

  #once(key: string, open: () => Promise<OpenListener>): Promise<OpenListener> {
    const known = this.#open.get(key);
    if (known !== undefined) return known;
    const opening = open();
    this.#open.set(key, opening);
    opening.catch(() => this.#open.delete(key));
    return opening;
  }

  async #onTcp(
    name: string,
    listener: Listener,
    host: string,
    wanted: number | undefined,
  ): Promise<OpenListener> {
    if (wanted !== undefined) return openListener(this.#server, listener, { host, port: wanted });
    const remembered = (await this.#ports.get(name))?.value;
    const opened = await openListener(this.#server, listener, { host, port: remembered ?? 0 }).catch(
      (error: unknown) => {
        if (!(error instanceof ListenError) || remembered === undefined) throw error;
        return openListener(this.#server, listener, { host, port: 0 });
      },
    );
    if (opened.port !== remembered) await this.#store.commit([this.#ports.put(opened.port, name)]);
    return opened;
  }

  async #close(key: string, graceMs?: number): Promise<void> {
    const opening = this.#open.get(key);
    this.#open.delete(key);
    await (await opening?.catch(() => undefined))?.close(graceMs);
  }
}
