/** `maintenance-event`: what happens to the host of the VM now. */
export type MaintenanceEvent = 'NONE' | 'MIGRATE_ON_HOST_MAINTENANCE' | 'TERMINATE_ON_HOST_MAINTENANCE';

/** A maintenance of the host. All times are Unix milliseconds of the cloud's clock. */
export interface Maintenance {
  readonly event: Exclude<MaintenanceEvent, 'NONE'>;
  /** When somebody asked for it: no notice of it is given before. */
  readonly announcedAtMs: number;
  /** Whether `upcoming-maintenance` shows it, as `maintenance-event` always does; default false. */
  readonly hasExtendedNotifications?: boolean;
  readonly startsAtMs: number;
  readonly endsAtMs: number;
  /** Decimal digits: another token than before, since the VM then stands on another host. */
  readonly driftTokenAfter: string;
}

/** A Spot VM's end: Compute Engine takes it back. */
export interface Preemption {
  readonly startsAtMs: number;
  readonly targetState: 'STOPPED' | 'DELETED';
}

/** What has happened to an instance, or will; what its metadata shows of it follows from the time. */
export interface LifeEvents {
  /** The latest one. */
  readonly maintenance?: Maintenance;
  readonly preemption?: Preemption;
  /** Before the latest maintenance; default `0`. */
  readonly driftToken?: string;
}

/** An announced maintenance, in the words of the metadata server (metadata notes 8.1). */
export interface UpcomingMaintenance {
  readonly status: 'PENDING' | 'ONGOING';
  readonly windowStartMs: number;
  readonly windowEndMs: number;
}

/** An orderly end of a VM, in the words of the metadata server (metadata notes 8.1). */
export interface Shutdown {
  readonly requestedAtMs: number;
  readonly targetState: Preemption['targetState'];
}

/** What the metadata of an instance shows of its life at one moment. */
export interface LifeState {
  readonly maintenanceEvent: MaintenanceEvent;
  readonly upcomingMaintenance?: UpcomingMaintenance;
  readonly preempted: boolean;
  readonly driftToken: string;
  readonly shutdown?: Shutdown;
  /** When the next of these changes by itself; absent where none will. */
  readonly changesAtMs?: number;
}

/**
 * How long a preempted VM has until it is stopped.
 *
 * @see https://cloud.google.com/compute/docs/instances/spot#preemption-process
 */
export const PREEMPTION_NOTICE_MS = 30_000;

/**
 * How long before a maintenance `maintenance-event` tells of it.
 *
 * Deviation: Google gives this notice only to a VM that has read the key since its last maintenance, and an hour of it
 * where there is a GPU; here every VM has its 60 seconds; pinned by 'what the metadata of an instance shows: …'.
 *
 * @see https://cloud.google.com/compute/docs/metadata/getting-live-migration-notice
 */
export const MAINTENANCE_NOTICE_MS = 60_000;

/** Of a VM to which nothing has happened. */
const FIRST_DRIFT_TOKEN = '0';

/** Where a maintenance stands: asked for, told of by `maintenance-event`, begun, or behind. */
export type MaintenancePhase = 'pending' | 'noticed' | 'ongoing' | 'over';

/** Returns what the metadata shows at a time. */
export function lifeAt(events: LifeEvents, nowMs: number): LifeState {
  const { maintenance, preemption, driftToken = FIRST_DRIFT_TOKEN } = events;
  const changesAtMs = turnsOf(maintenance).find((timeMs) => timeMs > nowMs);
  return {
    ...maintenanceAt(maintenance, nowMs),
    preempted: preemption !== undefined,
    driftToken:
      maintenance !== undefined && nowMs >= maintenance.endsAtMs ? maintenance.driftTokenAfter : driftToken,
    ...(preemption === undefined
      ? {}
      : { shutdown: { requestedAtMs: preemption.startsAtMs, targetState: preemption.targetState } }),
    ...(changesAtMs === undefined ? {} : { changesAtMs }),
  };
}

/** Returns when a preempted VM has stopped. */
export function stopsAtMs({ startsAtMs }: Preemption): number {
  return startsAtMs + PREEMPTION_NOTICE_MS;
}

/** Says where a maintenance stands at a time; none at all is over. */
export function phaseOf(maintenance: Maintenance | undefined, nowMs: number): MaintenancePhase {
  const [noticeAtMs = 0, startsAtMs = 0, endsAtMs = 0] = turnsOf(maintenance);
  if (nowMs >= endsAtMs) return 'over';
  if (nowMs >= startsAtMs) return 'ongoing';
  return nowMs >= noticeAtMs ? 'noticed' : 'pending';
}

/** Returns when a maintenance shows something else: its notice, its beginning, its end. */
function turnsOf(maintenance: Maintenance | undefined): readonly number[] {
  if (maintenance === undefined) return [];
  const { announcedAtMs, startsAtMs, endsAtMs } = maintenance;
  return [Math.max(announcedAtMs, startsAtMs - MAINTENANCE_NOTICE_MS), startsAtMs, endsAtMs];
}

function maintenanceAt(
  maintenance: Maintenance | undefined,
  nowMs: number,
): Pick<LifeState, 'maintenanceEvent' | 'upcomingMaintenance'> {
  const phase = phaseOf(maintenance, nowMs);
  if (maintenance === undefined || phase === 'over') return { maintenanceEvent: 'NONE' };
  const { event, startsAtMs, endsAtMs, hasExtendedNotifications } = maintenance;
  const status = phase === 'ongoing' ? 'ONGOING' : 'PENDING';
  return {
    maintenanceEvent: phase === 'pending' ? 'NONE' : event,
    ...(hasExtendedNotifications === true
      ? { upcomingMaintenance: { status, windowStartMs: startsAtMs, windowEndMs: endsAtMs } }
      : {}),
  };
}
