import type { Issuer } from '../identity/issuer.ts';
import type { Clock, Log, Random } from '../kernel/ports.ts';
import type { IamMode } from '../protocol/iam/decide.ts';
import type { Resources } from '../resources/resources.ts';

/** What a cloud gives to the handlers of its APIs. */
export interface Services {
  readonly resources: Resources;
  readonly issuer: Issuer;
  /** The cloud's time: it only moves forward. */
  readonly clock: Clock;
  /** Real time: what clients' assertions and TLS are checked against. */
  readonly realClock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly iamMode: IamMode;
  /** How long an operation takes; 0 makes it DONE in the first answer. */
  readonly operationDelayMs: number;
}
