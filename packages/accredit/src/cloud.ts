import type { MetadataReach, WorkloadPlaces } from './apis/control/cloud-control.ts';
import type { FaultControl } from './apis/control/faults.ts';
import { FaultBook } from './apis/metadata/faults.ts';
import {
  type CloudDirectories,
  emptyDirectory,
  openDirectories,
  removeIfEmpty,
} from './cloud-directories.ts';
import { DEFAULT_PROJECT_ID } from './config/settings.ts';
import { makePrivateDirectory } from './http/runtime-directory.ts';
import type { Services } from './http/services.ts';
import { CloudClock } from './identity/cloud-clock.ts';
import { Issuer } from './identity/issuer.ts';
import { SystemRandom } from './identity/system-random.ts';
import { type Clock, type Log, type SetAlarm, silentLog } from './kernel/ports.ts';
import { AuditLog } from './observability/audit-log.ts';
import {
  AuditLogFiles,
  auditDirectoryOf,
  STORED_LIMITS,
  TEMPORARY_LIMITS,
} from './observability/audit-log-files.ts';
import { AuditTrail } from './observability/audit-trail.ts';
import { boundRepetition } from './observability/bounded-log.ts';
import { UseRecorder } from './observability/use-recorder.ts';
import type { IamMode } from './protocol/iam/decide.ts';
import { findRole } from './protocol/iam/roles/catalogue.ts';
import { OPENID_ISSUER } from './protocol/oauth2/endpoints.ts';
import type { Instance } from './resources/instances.ts';
import { openResources } from './resources/resources.ts';
import { RunningCloud } from './running-cloud.ts';
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
  /**
   * How long after a change of a policy it is in force; default 0: on the next call. What is configured is in force at
   * once.
   */
  readonly propagationDelayMs?: number;
  /** Whether it is recorded which permissions are used, for `accredit recommend`; default no. */
  readonly record?: boolean;
  /** What OpenID tokens name as their issuer, an URL; default `https://accounts.google.com`. */
  readonly issuer?: string;
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

async function wire(options: CloudOptions, store: Store, directories: CloudDirectories): Promise<Cloud> {
  const log = boundRepetition(options.log ?? silentLog, setAlarm);
  const clock = await CloudClock.open(store, realClock);
  const resources = openResources(store, { clock, random: systemRandom, findRole });
  const services: Services = {
    resources,
    objectBytes: await openObjectBytes(options.dataDirectory),
    issuer: await Issuer.open(store, clock, systemRandom),
    openIdIssuer: options.issuer ?? OPENID_ISSUER,
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
  const lagMs = options.propagationDelayMs ?? 0;
  if (lagMs > 0) await resources.lagBehind(lagMs);
  const uses = await UseRecorder.open(store, { isOn: options.record === true, setAlarm, log });
  const audit = await AuditLog.open(store, openTrail(options, directories, log), uses);
  const parts = { services, clock, faults, audit, uses };
  const cloud = new RunningCloud(options, store, directories, parts);
  await cloud.open();
  return cloud;
}

function openTrail(options: CloudOptions, { files }: CloudDirectories, log: Log): AuditTrail {
  const limits = options.dataDirectory === undefined ? TEMPORARY_LIMITS : STORED_LIMITS;
  return new AuditTrail({
    files: new AuditLogFiles(auditDirectoryOf(files), limits),
    defaultProjectId: options.defaultProjectId ?? DEFAULT_PROJECT_ID,
    setAlarm,
    log,
  });
}

function openObjectBytes(dataDirectory: string | undefined): ObjectBytes | Promise<ObjectBytes> {
  if (dataDirectory === undefined) return new MemoryObjectBytes(systemRandom);
  return FileObjectBytes.open(dataDirectory, systemRandom);
}
