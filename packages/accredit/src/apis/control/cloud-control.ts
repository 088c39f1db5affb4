import { OWNER_EMAIL } from '../../http/authenticate.ts';
import type { Caller } from '../../http/method.ts';
import type { CloudClock } from '../../identity/cloud-clock.ts';
import { type ApiError, permissionDenied } from '../../kernel/api-error.ts';
import type { AuditLog } from '../../observability/audit-log.ts';
import type { UseRecorder } from '../../observability/use-recorder.ts';
import type { Instance } from '../../resources/instances.ts';
import type { FaultControl } from './faults.ts';

/** What a workload needs to reach its cloud. */
export interface WorkloadPlaces {
  /** Unix socket of the instance's metadata server. */
  readonly metadataSocket: string;
  /** Loopback address of the same, `127.0.0.1:PORT`, where it was asked for: anybody on the machine reaches it. */
  readonly metadataAddress?: string;
  /** TLS of the metadata server, for those who have its socket: clients of another host speak plain HTTP (notes 11.6). */
  readonly metadataTls?: {
    /** Unix socket where it ends. */
    readonly socket: string;
    /** The workload's certificate and its private key, PEM one after the other; absent where the VM is not set up. */
    readonly clientPem?: string;
  };
  /** Unix socket where TLS of the APIs ends. */
  readonly tlsSocket: string;
  /** Loopback base URL of the APIs, plain HTTP. */
  readonly apiUrl: string;
  /** PEM file of our CA. */
  readonly caFile: string;
}

/** How the metadata server of an instance is to be reached: a Unix socket always, loopback where it must be. */
export type MetadataReach = 'socket' | 'loopback';

/** What the cloud lets its own API do; `cloud.ts` is behind it. */
export interface CloudControl {
  readonly audit: AuditLog;
  /** Which permissions were used. */
  readonly uses: UseRecorder;
  /** The project of everything that names none. */
  readonly defaultProjectId: string;
  readonly clock: CloudClock;
  readonly faults: FaultControl;
  status(): Promise<Readonly<Record<string, unknown>>>;
  /** Stops the cloud after the answer is sent. */
  stop(): void;
  /** Opens the listeners of an instance and of TLS if they are not open yet. */
  places(instance: Instance, reach: MetadataReach): Promise<WorkloadPlaces>;
  /** Resolves when the cloud is ending: what is held open for a client is let go of. */
  readonly ending: Promise<void>;
  /** Says that a workload runs; the function returned says that it ended. */
  workloadStarted(): () => void;
}

/** Why the methods of this API ask for no permission. */
export const OWNER_ONLY = "only the owner's private socket is answered";

/**
 * Refuses everyone but the owner of the data directory.
 *
 * @throws {ApiError} `PERMISSION_DENIED`
 */
export function requireOwner({ principal, scopes }: Caller): void {
  if (principal.kind === 'user' && principal.email === OWNER_EMAIL && scopes === undefined) return;
  throw notOwner();
}

function notOwner(): ApiError {
  return permissionDenied('Only the owner of the data directory may do this, through its private socket.');
}
