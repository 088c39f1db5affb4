import type { Server } from 'node:http';
import type { CloudControl, MetadataReach, WorkloadPlaces } from './apis/control/cloud-control.ts';
import type { FaultControl } from './apis/control/faults.ts';
import { createControlApi } from './apis/control/index.ts';
import { DefectAnswers } from './apis/metadata/defective-requests.ts';
import type { FaultBook } from './apis/metadata/faults.ts';
import { MetadataServer } from './apis/metadata/server.ts';
import { googleApis } from './apis.ts';
import type { Cloud, CloudOptions, CloudTime } from './cloud.ts';
import { type CloudDirectories, removeIfEmpty } from './cloud-directories.ts';
import { DEFAULT_PROJECT_ID } from './config/settings.ts';
import type { CertificateAuthority } from './http/certificates.ts';
import { startTimeouts } from './http/listeners.ts';
import type { HttpRequest, HttpResponse } from './http/message.ts';
import { createHttpServer, drain } from './http/node-adapter.ts';
import { createPipeline } from './http/pipeline.ts';
import { refuseBarely } from './http/refused-connections.ts';
import type { Services } from './http/services.ts';
import type { CloudClock } from './identity/cloud-clock.ts';
import { instanceName } from './kernel/resource-names.ts';
import { SECOND_MS } from './kernel/timestamps.ts';
import { ListenerBook } from './listener-book.ts';
import { MetadataTls, type MetadataTlsPlace } from './metadata-tls.ts';
import type { AuditLog } from './observability/audit-log.ts';
import type { UseRecorder } from './observability/use-recorder.ts';
import type { Instance } from './resources/instances.ts';
import { RunningWorkloads } from './running-workloads.ts';
import type { Store } from './store/store.ts';

/** How long answers that are under way may take when a cloud ends; the rest is cut off. */
const DRAIN_LIMIT_MS = 5_000;

/** What a running cloud is made of. */
export interface CloudParts {
  readonly services: Services;
  readonly clock: CloudClock;
  readonly faults: FaultBook;
  readonly audit: AuditLog;
  readonly uses: UseRecorder;
}

/** A cloud that serves: its listeners, its metadata servers and its APIs, from the first request to the last. */
export class RunningCloud implements Cloud {
  readonly services: Services;
  readonly clock: CloudTime;
  readonly faults: FaultControl;
  readonly stopRequested: Promise<void>;
  readonly #options: CloudOptions;
  readonly #store: Store;
  readonly #directories: CloudDirectories;
  readonly #parts: CloudParts;
  readonly #metadata: MetadataServer;
  readonly #server: Server;
  readonly #listeners: ListenerBook;
  readonly #metadataTls: MetadataTls;
  readonly #startedMs: number;
  readonly #ending: Promise<void>;
  #end: () => void = () => {};
  #requestStop: () => void = () => {};
  readonly #workloads: RunningWorkloads;
  #ready = false;
  #authority: Promise<CertificateAuthority> | undefined;
  #closing: Promise<void> | undefined;
  #apiPort = 0;
  ownerSocket = '';

  constructor(options: CloudOptions, store: Store, directories: CloudDirectories, parts: CloudParts) {
    const { services, clock, faults } = parts;
    this.#options = options;
    this.#store = store;
    this.#directories = directories;
    this.#parts = parts;
    this.#startedMs = services.realClock.now();
    this.services = services;
    this.faults = faults;
    this.clock = {
      now: () => clock.now(),
      advance: ({ seconds }) =>
        // A fraction of a second is none of whole ones, however many milliseconds it has.
        clock.advance(Number.isSafeInteger(seconds) ? seconds * SECOND_MS : Number.NaN),
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
    const defects = new DefectAnswers(services.realClock);
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
        clock: this.services.realClock,
        random: this.services.random,
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
    await this.#parts.audit.close();
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
      uses: this.#parts.uses,
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
      propagationDelayMs: this.#options.propagationDelayMs ?? 0,
      record: this.#options.record === true,
      apiUrl: this.apiUrl,
      dataDirectory: this.#directories.files,
      memory: this.#options.dataDirectory === undefined,
      defaultProject: this.#options.defaultProjectId ?? DEFAULT_PROJECT_ID,
      projects: projects.items.map(({ value }) => value.projectId),
      workloads: this.#workloads.count,
      stopsWhenIdle: this.#options.stopWhenIdle === true,
      uptimeSeconds: Math.floor((this.services.realClock.now() - this.#startedMs) / SECOND_MS),
    };
  }
}

/** How a URL names the address that we listen at: every address of the machine is reached by its loopback one. */
function urlHostOf(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}
