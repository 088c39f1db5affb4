import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmdirSync, rmSync } from 'node:fs';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CloudControl, MetadataReach, WorkloadPlaces } from './apis/control/cloud-control.ts';
import type { FaultControl } from './apis/control/faults.ts';
import { createControlApi } from './apis/control/index.ts';
import { DefectAnswers } from './apis/metadata/defective-requests.ts';
import { FaultBook } from './apis/metadata/faults.ts';
import { MetadataServer } from './apis/metadata/server.ts';
import { googleApis } from './apis.ts';
import { DEFAULT_PROJECT_ID } from './config/settings.ts';
import type { CertificateAuthority } from './http/certificates.ts';
import { startTimeouts } from './http/listeners.ts';
import type { HttpRequest, HttpResponse } from './http/message.ts';
import { createHttpServer, drain } from './http/node-adapter.ts';
import { createPipeline } from './http/pipeline.ts';
import { refuseBarely } from './http/refused-connections.ts';
import { makePrivateDirectory, runtimeDirectoryOf } from './http/runtime-directory.ts';
import type { Services } from './http/services.ts';
import { CloudClock } from './identity/cloud-clock.ts';
import { Issuer } from './identity/issuer.ts';
import { SystemRandom } from './identity/system-random.ts';
import { type Clock, type Log, type SetAlarm, silentLog } from './kernel/ports.ts';
import { instanceName } from './kernel/resource-names.ts';
import { SECOND_MS } from './kernel/timestamps.ts';
import { ListenerBook } from './listener-book.ts';
import { MetadataTls, type MetadataTlsPlace } from './metadata-tls.ts';
import { AuditLog } from './observability/audit-log.ts';
import type { IamMode } from './protocol/iam/decide.ts';
import { findRole } from './protocol/iam/roles/catalogue.ts';
import type { Instance } from './resources/instances.ts';
import { openResources } from './resources/resources.ts';
import { RunningWorkloads } from './running-workloads.ts';
import { FileObjectBytes } from './store/file-object-bytes.ts';
import { MemoryObjectBytes } from './store/memory-object-bytes.ts';
import { MemoryStore } from './store/memory-store.ts';
import type { ObjectBytes } from './store/object-bytes.ts';
import { SqliteStore } from './store/sqlite-store.ts';
import type { Store } from './store/store.ts';

/** What a cloud is started with. */
export interface CloudOptions {
  /** Where its state lives; absent for a cloud in memory, which is gone when it stops. */
  readonly dataDirectory?: string;
  /** `$XDG_RUNTIME_DIR`, for the sockets. */
  readonly xdgRuntimeDirectory?: string | undefined;
  /** TCP port of the APIs; default the one of the last time, else any free one. */
  readonly apiPort?: number | undefined;
  /** Address of the APIs' TCP port; default `127.0.0.1`, and nothing else unless the user asks. */
  readonly apiHost?: string | undefined;
  readonly iamMode?: IamMode;
  /** Default 0: operations are DONE in the first answer. */
  readonly operationDelayMs?: number;
  /** The project of everything that names none; default `local-project`. */
  readonly defaultProjectId?: string;
  readonly log?: Log;
  readonly version?: string;
  /** Puts in place what is configured, before the first request is answered. */
  readonly configure?: (services: Services) => Promise<void>;
  /** Stop when the last workload has ended, or none has come for a while. */
  readonly stopWhenIdle?: boolean;
}

/** A running cloud. */
export interface Cloud {
  /** Base URL of the APIs on loopback, plain HTTP. */
  readonly apiUrl: string;
  /** Unix socket on which the owner of the data directory is known. */
  readonly ownerSocket: string;
  readonly services: Services;
  readonly clock: CloudTime;
  /** What is to go wrong at the metadata servers. */
  readonly faults: FaultControl;
  /** Opens the listeners of an instance and says where they are. */
  places(instance: Instance, reach?: MetadataReach): Promise<WorkloadPlaces>;
  /** How many requests wait for a change at the metadata servers. */
  readonly metadataWaiters: number;
  /** Resolves when the cloud has been asked to stop: by the owner, or by being idle. */
  readonly stopRequested: Promise<void>;
  /** Ends connections and releases the data directory. */
  close(): Promise<void>;
}

/** The time of a cloud: real time, and what it was moved forward by. */
export interface CloudTime {
  /** Unix milliseconds. */
  now(): number;
  /**
   * Moves it forward; it never goes back, and is at most ten years ahead of real time.
   *
   * @throws {RangeError} for anything but whole seconds above 0, and beyond the ten years
   */
  advance(by: { readonly seconds: number }): Promise<void>;
}

/** How long answers that are under way may take when a cloud ends; the rest is cut off. */
const DRAIN_LIMIT_MS = 5_000;

const realClock: Clock = { now: () => Date.now() };
const setAlarm: SetAlarm = (delayMs, ring) => {
  const timer = setTimeout(ring, delayMs).unref();
  return () => clearTimeout(timer);
};
const systemRandom = new SystemRandom();

/**
 * Starts a cloud: store, identity, IAM, APIs and metadata servers, wired together.
 *
 * @throws {StoreUnavailable} where the data directory cannot be used or is served already
 * @throws {ListenError} where a port or socket cannot be had
 */
export async function startCloud(options: CloudOptions = {}): Promise<Cloud> {
  const directories = openDirectories(options);
  let store: Store | undefined;
  try {
    store = options.dataDirectory === undefined ? new MemoryStore() : SqliteStore.open(options.dataDirectory);
    // Now that the data directory is ours; what ends gives its sockets' directory back before it lets go of it.
    makePrivateDirectory(directories.runtime, options.xdgRuntimeDirectory);
    emptyDirectory(directories.runtime);
    return await wire(options, store, directories);
  } catch (error) {
    if (store !== undefined) removeIfEmpty(directories.runtime);
    await store?.close();
    directories.removeTemporary();
    throw error;
  }
}

/** Where a cloud keeps its files and its sockets. */
interface Directories {
  /** The data directory, or a temporary one that stands for it: the CLI finds the cloud by it. */
  readonly files: string;
  readonly runtime: string;
  removeTemporary(): void;
}

function openDirectories({ dataDirectory, xdgRuntimeDirectory }: CloudOptions): Directories {
  const files = dataDirectory ?? mkdtempSync(join(tmpdir(), 'accredit-'));
  mkdirSync(files, { recursive: true, mode: 0o700 });
  return {
    files,
    runtime: runtimeDirectoryOf(realpathSync(files), xdgRuntimeDirectory),
    removeTemporary() {
      if (dataDirectory === undefined) rmSync(files, { recursive: true, force: true });
    },
  };
}

/** How a URL names the address that we listen at: every address of the machine is reached by its loopback one. */
function urlHostOf(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}

/** Removes the sockets that a cloud left which was killed. */
function emptyDirectory(directory: string): void {
  for (const name of readdirSync(directory)) rmSync(join(directory, name), { recursive: true, force: true });
}

/** Removes a directory; one that holds something, or is gone, is left as it is. */
function removeIfEmpty(directory: string): void {
  try {
    rmdirSync(directory);
  } catch {
    // Then it stays; the next cloud of the data directory uses it again.
  }
}

async function wire(options: CloudOptions, store: Store, directories: Directories): Promise<Cloud> {
  const log = options.log ?? silentLog;
  const clock = await CloudClock.open(store, realClock);
  const resources = openResources(store, { clock, random: systemRandom, findRole });
  const services: Services = {
    resources,
    objectBytes: await openObjectBytes(options.dataDirectory),
    issuer: await Issuer.open(store, clock, systemRandom),
    clock,
    realClock,
    sleep: (delayMs) => clock.sleep(delayMs, setAlarm),
    setAlarm,
    random: systemRandom,
    log,
    iamMode: options.iamMode ?? 'enforce',
    operationDelayMs: options.operationDelayMs ?? 0,
  };
  const faults = await FaultBook.open({ resources, random: systemRandom, log });
  const ended = await resources.leases.endAll();
  if (ended > 0) log.info({ workloads: ended }, 'cleared away what workloads of an earlier run left');
  const swept = await services.objectBytes.sweep((id) => resources.objects.namesBytes(id));
  if (swept > 0) log.info({ files: swept }, 'swept away the bytes of uploads that were never finished');
  await options.configure?.(services);
  const parts = { services, clock, faults, audit: await AuditLog.open(store) };
  const cloud = new RunningCloud(options, store, directories, parts);
  await cloud.open();
  return cloud;
}

function openObjectBytes(dataDirectory: string | undefined): ObjectBytes | Promise<ObjectBytes> {
  if (dataDirectory === undefined) return new MemoryObjectBytes(systemRandom);
  return FileObjectBytes.open(dataDirectory, systemRandom);
}

/** What a running cloud is made of. */
interface CloudParts {
  readonly services: Services;
  readonly clock: CloudClock;
  readonly faults: FaultBook;
  readonly audit: AuditLog;
}

class RunningCloud implements Cloud {
  readonly services: Services;
  readonly clock: CloudTime;
  readonly faults: FaultControl;
  readonly stopRequested: Promise<void>;
  readonly #options: CloudOptions;
  readonly #store: Store;
  readonly #directories: Directories;
  readonly #parts: CloudParts;
  readonly #metadata: MetadataServer;
  readonly #server: Server;
  readonly #listeners: ListenerBook;
  readonly #metadataTls: MetadataTls;
  readonly #startedMs = realClock.now();
  readonly #ending: Promise<void>;
  #end: () => void = () => {};
  #requestStop: () => void = () => {};
  readonly #workloads: RunningWorkloads;
  #ready = false;
  #authority: Promise<CertificateAuthority> | undefined;
  #closing: Promise<void> | undefined;
  #apiPort = 0;
  ownerSocket = '';

  constructor(options: CloudOptions, store: Store, directories: Directories, parts: CloudParts) {
    const { services, clock, faults } = parts;
    this.#options = options;
    this.#store = store;
    this.#directories = directories;
    this.#parts = parts;
    this.services = services;
    this.faults = faults;
    this.clock = {
      now: () => clock.now(),
      advance: ({ seconds }) => clock.advance(seconds * SECOND_MS),
    };
    clock.onAdvance(() => {
      this.#metadata.timeMoved();
      return this.#prepareKeys();
    });
    this.stopRequested = new Promise((resolve) => {
      this.#requestStop = resolve;
    });
    this.#workloads = new RunningWorkloads(
      options.stopWhenIdle === true ? () => this.#requestStop() : undefined,
    );
    this.#ending = new Promise((resolve) => {
      this.#end = resolve;
    });
    this.#metadata = new MetadataServer(services, faults);
    const defects = new DefectAnswers(realClock);
    this.#server = createHttpServer(this.#createHandler(), services.log, (listener, defect) =>
      listener.kind === 'metadata' ? defects.answer(defect) : refuseBarely(listener, defect),
    );
    startTimeouts(this.#server);
    this.#listeners = new ListenerBook(this.#server, directories.runtime, store);
    this.#metadataTls = new MetadataTls(this.#listeners);
    services.resources.instances.watch((name, instance) => {
      if (instance !== undefined || !this.#listeners.has(name)) return;
      this.#metadataTls.forget(name);
      void this.#listeners.closeMetadata(name);
    });
  }

  get apiUrl(): string {
    return `http://${urlHostOf(this.#options.apiHost ?? '127.0.0.1')}:${this.#apiPort}`;
  }

  get metadataWaiters(): number {
    return this.#metadata.waiterCount;
  }

  async open(): Promise<void> {
    try {
      this.#apiPort = await this.#listeners.openApi(this.#options.apiPort, this.#options.apiHost);
      this.ownerSocket = await this.#listeners.openOwner();
    } catch (error) {
      await this.#listeners.closeAll();
      throw error;
    }
    this.#ready = true;
    this.#workloads.open();
    // Keys that the first identity token would wait for; nothing depends on when this ends.
    void this.#prepareKeys();
  }

  /** Makes the keys that are due by the cloud's time. */
  async #prepareKeys(): Promise<void> {
    await this.services.issuer.prepare().catch((error: unknown) => {
      if (this.#closing === undefined)
        this.services.log.error({ err: error }, 'signing keys could not be made');
    });
  }

  async places(instance: Instance, reach: MetadataReach = 'loopback'): Promise<WorkloadPlaces> {
    const name = instanceName(instance.projectId, instance.zone, instance.name);
    const { socketPath, port } = await this.#listeners.openMetadata(name, instance.id, reach === 'loopback');
    const authority = await this.#openAuthority();
    const metadataTls = reach === 'loopback' ? undefined : await this.#admit(name, instance, authority);
    return {
      metadataSocket: socketPath,
      ...(port === undefined ? {} : { metadataAddress: `127.0.0.1:${port}` }),
      ...(metadataTls === undefined ? {} : { metadataTls }),
      tlsSocket: await this.#listeners.openTls(() => authority.leaf()),
      apiUrl: this.apiUrl,
      caFile: authority.caFile,
    };
  }

  async #admit(name: string, instance: Instance, authority: CertificateAuthority): Promise<MetadataTlsPlace> {
    const project = await this.services.resources.projects.get(instance.projectId);
    const attributes = project?.value.commonInstanceMetadata ?? [];
    return this.#metadataTls.admit(name, instance, attributes, authority);
  }

  /** Opens the certificate authority on first use: a cloud that serves no TLS has none. */
  #openAuthority(): Promise<CertificateAuthority> {
    this.#authority ??= import('./http/certificates.ts').then(({ openCertificateAuthority }) =>
      openCertificateAuthority(this.#directories.files, {
        clock: realClock,
        random: systemRandom,
        log: this.services.log,
      }),
    );
    return this.#authority;
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#ready = false;
    this.#end();
    await this.#listeners.stopAccepting();
    this.#metadata.release();
    await drain(this.#server, DRAIN_LIMIT_MS);
    await this.#listeners.closeAll();
    this.#server.close();
    await this.#workloads.close();
    await this.services.resources.leases.endAll();
    await this.#parts.audit.flush();
    await this.#parts.faults.settled();
    await this.#parts.clock.save();
    removeIfEmpty(this.#directories.runtime);
    await this.#store.close();
    this.#directories.removeTemporary();
  }

  #createHandler(): (request: HttpRequest) => HttpResponse | Promise<HttpResponse> {
    const apis = [...googleApis, createControlApi(this.#control())];
    const pipeline = createPipeline(apis, this.services, this.#parts.audit);
    return (request) => {
      if (request.listener.kind === 'metadata')
        return this.#metadata.handle(request, request.listener.instance);
      return this.#health(request) ?? pipeline(request);
    };
  }

  /** `/healthz`: the process answers. `/readyz`: it also serves. */
  #health({ method, target }: HttpRequest): HttpResponse | undefined {
    if (method !== 'GET' || (target !== '/healthz' && target !== '/readyz')) return undefined;
    const isGood = target === '/healthz' || this.#ready;
    const headers = { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store' };
    return { status: isGood ? 200 : 503, headers, body: isGood ? 'ok\n' : 'not ready\n' };
  }

  #control(): CloudControl {
    return {
      audit: this.#parts.audit,
      clock: this.#parts.clock,
      faults: this.#parts.faults,
      defaultProjectId: this.#options.defaultProjectId ?? DEFAULT_PROJECT_ID,
      status: () => this.#status(),
      stop: () => setImmediate(() => this.#requestStop()),
      places: (instance, reach) => this.places(instance, reach),
      ending: this.#ending,
      workloadStarted: () => this.#workloads.started(),
    };
  }

  async #status(): Promise<Readonly<Record<string, unknown>>> {
    const projects = await this.services.resources.projects.list({ limit: 100 });
    return {
      version: this.#options.version ?? 'unknown',
      pid: process.pid,
      iam: this.services.iamMode,
      apiUrl: this.apiUrl,
      dataDirectory: this.#directories.files,
      memory: this.#options.dataDirectory === undefined,
      defaultProject: this.#options.defaultProjectId ?? DEFAULT_PROJECT_ID,
      projects: projects.items.map(({ value }) => value.projectId),
      workloads: this.#workloads.count,
      stopsWhenIdle: this.#options.stopWhenIdle === true,
      uptimeSeconds: Math.floor((realClock.now() - this.#startedMs) / 1000),
    };
  }
}
