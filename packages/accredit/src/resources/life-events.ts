import { type ApiError, invalidArgument } from '../kernel/api-error.ts';
import { randomDigits } from '../kernel/identifiers.ts';
import type { Random } from '../kernel/ports.ts';
import { instanceName } from '../kernel/resource-names.ts';
import { DAY_MS, MINUTE_MS } from '../kernel/timestamps.ts';
import {
  type LifeEvents,
  lifeAt,
  MAINTENANCE_NOTICE_MS,
  type Maintenance,
  phaseOf,
} from '../protocol/metadata/life-events.ts';
import { type Instance, statusAt } from './instances.ts';

/** Guess: how long a maintenance takes where nobody says it; Google publishes no figure. */
const MAINTENANCE_DURATION_MS = MINUTE_MS;

/** The longest maintenance: a day is more than any test needs, and less than a slip of the pen. */
export const MAINTENANCE_DURATION_LIMIT_MS = DAY_MS;

/** How long before a maintenance can be announced; Google announces some of them about a month before. */
export const MAINTENANCE_ANNOUNCEMENT_LIMIT_MS = 30 * DAY_MS;

/** Digits of a drift token: those of an id, which is never used twice. */
const DRIFT_TOKEN_DIGITS = 18;

/** Returns a drift token that was never used before. */
export function drawDriftToken(random: Random): string {
  return randomDigits(random, DRIFT_TOKEN_DIGITS);
}

/** When somebody asks for a life event, and the token that tells the VM that it stands on another host. */
export interface HostChange {
  /** The cloud's time, Unix milliseconds. */
  readonly nowMs: number;
  /** Decimal digits, never used before. */
  readonly driftToken: string;
}

/** A maintenance as it is asked for. */
export interface MaintenanceRequest extends HostChange {
  /** From now; default 60 seconds, the notice that `maintenance-event` gives. */
  readonly startsInMs?: number | undefined;
  /** Default 60 seconds. */
  readonly lastsMs?: number | undefined;
  /** Whether `upcoming-maintenance` shows it; default false. */
  readonly hasExtendedNotifications?: boolean | undefined;
}

/**
 * Returns an instance whose host will have a maintenance: it migrates or stops, as its scheduling says; one that can be
 * preempted is, at once.
 *
 * A maintenance that is yet to come is replaced, as one who announced it may announce another; one that goes on is not.
 *
 * @throws {ApiError} 400 `resourceNotReady` where the instance does not run, or a maintenance goes on
 * @see https://cloud.google.com/compute/docs/instances/simulating-host-maintenance
 */
export function simulateMaintenance(instance: Instance, request: MaintenanceRequest): Instance {
  const { scheduling } = instance;
  if (scheduling.preemptible) return preempt(instance, request.nowMs);
  const event =
    scheduling.onHostMaintenance === 'MIGRATE'
      ? 'MIGRATE_ON_HOST_MAINTENANCE'
      : 'TERMINATE_ON_HOST_MAINTENANCE';
  return withMaintenance(instance, event, request);
}

/**
 * Returns an instance that is being migrated to another host, whatever its scheduling says: at once, without notice.
 *
 * @throws {ApiError} 400 `resourceNotReady` where the instance does not run, or a maintenance goes on
 */
export function liveMigrate(
  instance: Instance,
  request: HostChange & Pick<MaintenanceRequest, 'lastsMs'>,
): Instance {
  return withMaintenance(instance, 'MIGRATE_ON_HOST_MAINTENANCE', { ...request, startsInMs: 0 });
}

function withMaintenance(
  instance: Instance,
  event: Maintenance['event'],
  request: MaintenanceRequest,
): Instance {
  const { nowMs, startsInMs = MAINTENANCE_NOTICE_MS, lastsMs = MAINTENANCE_DURATION_MS } = request;
  if (!isReadyForMaintenance(instance, nowMs)) throw notReady(instance);
  const events = instance.lifeEvents ?? {};
  const startsAtMs = nowMs + startsInMs;
  const maintenance: Maintenance = {
    event,
    announcedAtMs: nowMs,
    hasExtendedNotifications: request.hasExtendedNotifications ?? false,
    startsAtMs,
    endsAtMs: startsAtMs + lastsMs,
    driftTokenAfter: request.driftToken,
  };
  const { driftToken } = lifeAt(events, nowMs);
  return { ...instance, lifeEvents: { ...events, driftToken, maintenance } };
}

/**
 * Returns an instance that Compute Engine takes back: it stops, and has 30 seconds for it.
 *
 * Deviation: one that is to be deleted then stays, TERMINATED; pinned by 'a preempted VM that is to be deleted stays,
 * TERMINATED (deviation)'.
 *
 * @throws {ApiError} 400 where the instance cannot be preempted, or does not run
 * @see https://cloud.google.com/compute/docs/instances/spot#preemption-process
 */
export function preempt(instance: Instance, nowMs: number): Instance {
  const { scheduling, lifeEvents = {}, name } = instance;
  if (!scheduling.preemptible) {
    throw invalidArgument(
      `Instance '${name}' cannot be preempted: only Spot VMs are. ` +
        "Make one with 'accredit instances create --spot'.",
    );
  }
  if (statusAt(instance, nowMs) !== 'RUNNING') throw notReady(instance);
  const targetState = scheduling.instanceTerminationAction === 'DELETE' ? 'DELETED' : 'STOPPED';
  return { ...instance, lifeEvents: { ...lifeEvents, preemption: { startsAtMs: nowMs, targetState } } };
}

/**
 * Returns what still counts of an instance's life once it has been started again: it is no longer preempted, has no
 * maintenance, and its clock keeps its token.
 */
export function lifeAfterStart(events: LifeEvents, nowMs: number): LifeEvents {
  return { driftToken: lifeAt(events, nowMs).driftToken };
}

/** Says whether an instance runs, and no maintenance of its host goes on. */
export function isReadyForMaintenance(instance: Instance, nowMs: number): boolean {
  return (
    statusAt(instance, nowMs) === 'RUNNING' && phaseOf(instance.lifeEvents?.maintenance, nowMs) !== 'ongoing'
  );
}

/** Guess: that Google refuses it, and in these words, which are those of other verbs (compute notes 5.6). */
function notReady({ projectId, zone, name }: Instance): ApiError {
  const resource = instanceName(projectId, zone, name);
  return invalidArgument(`The resource '${resource}' is not ready`, { reason: 'resourceNotReady' });
}
