import type { Issuer } from '../identity/issuer.ts';
import type { Clock, Log, Random, SetAlarm, Sleep } from '../kernel/ports.ts';
import type { IamMode } from '../protocol/iam/decide.ts';
import type { Resources } from '../resources/resources.ts';
import type { ObjectBytes } from '../store/object-bytes.ts';

/** What a cloud gives to the handlers of its APIs. */
export interface Services {
  readonly resources: Resources;
  /** The bytes of Storage's objects. */
  readonly objectBytes: ObjectBytes;
  readonly issuer: Issuer;
  /** What OpenID tokens name as their issuer: an URL, `https://accounts.google.com` unless the cloud has another. */
  readonly openIdIssuer: string;
  /** The cloud's time: it only moves forward. */
  readonly clock: Clock;
  /** Real time: what clients' assertions and TLS are checked against. */
  readonly realClock: Clock;
  /** Waits by the cloud's time, so that moving it ends the wait; a call that waits does not keep a cloud that is stopping. */
  readonly sleep: Sleep;
  /** Rings after a while, unless it is called off; one that is set does not keep a cloud that is stopping. */
  readonly setAlarm: SetAlarm;
  readonly random: Random;
  readonly log: Log;
  readonly iamMode: IamMode;
  /**
   * How long an operation takes. Deviation: 0 makes it DONE in the first answer, where Google's takes seconds; pinned by
   * 'an insert answers 200 with an operation that is done'.
   */
  readonly operationDelayMs: number;
}
