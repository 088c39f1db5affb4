/** What the ways without a namespace have in common. */
import type { Log, Random } from '../../kernel/ports.ts';
import type { Destination } from '../proxy/destinations.ts';
import type { Environment } from './cleared-variables.ts';
import { refuseDefaultCredentials, type UserPlaces } from './credential-places.ts';
import { refuseOnGoogleMachine } from './google-machine.ts';

/** A way that a program is reached by, without confining it. */
export type OpenIsolation = 'proxy' | 'env';

/** Everything that such a run needs to know. All paths are absolute. */
export interface WayPlan {
  /** The user's environment and home: what is cleared, and where credentials are looked for. */
  readonly user: UserPlaces;
  /** A directory of the run (0700) for the program's private files; the caller removes it. */
  readonly directory: string;
  /** Our authority, PEM. */
  readonly caPem: string;
  /** The instance's own Unix socket. */
  readonly metadataSocket: string;
  /** `HOST:PORT` on loopback of the same metadata server. */
  readonly metadataAddress: string;
  /** The Unix socket on which the cloud ends TLS for the Google APIs. */
  readonly tlsSocket: string;
  /** `http://HOST:PORT` on loopback, where the cloud answers for all APIs. */
  readonly apiUrl: string;
  /** What may be reached besides the cloud; nothing by default. */
  readonly allow: readonly Destination[];
  readonly random: Random;
  readonly log: Log;
  /** Where the firmware's words are; default: those of this machine. */
  readonly dmiDirectory?: string;
}

/** Something that a way cannot do, for the user to know. */
export interface Limit {
  /** The programs, or what they do. */
  readonly what: string;
  /** What happens to them, and why. */
  readonly why: string;
}

/** A way that stands open: a program started with this environment is reached. */
export interface OpenWay {
  readonly environment: Environment;
  readonly limits: readonly Limit[];
  /** Cuts what is still connected. The private files stay; they are the caller's. */
  readonly close: () => Promise<void>;
}

/**
 * Refuses what these ways cannot make safe.
 *
 * @throws {EnvironmentError} `google-machine`, `user-credentials`
 */
export function checkWay(isolation: OpenIsolation, { user, dmiDirectory }: WayPlan): void {
  refuseOnGoogleMachine(isolation, user.environment, dmiDirectory);
  refuseDefaultCredentials(isolation, user);
}
