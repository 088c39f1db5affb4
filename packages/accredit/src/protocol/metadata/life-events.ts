/** `maintenance-event`: what happens to the host of the VM now. */
export type MaintenanceEvent = 'NONE' | 'MIGRATE_ON_HOST_MAINTENANCE' | 'TERMINATE_ON_HOST_MAINTENANCE';

/** A maintenance of the host, announced before it begins. All times are Unix milliseconds of the cloud's clock. */
export interface Maintenance {
  readonly event: Exclude<MaintenanceEvent, 'NONE'>;
  readonly announcedAtMs: number;
  readonly startsAtMs: number;
  readonly endsAtMs: number;
  /** Decimal digits: what the clock of the VM has drifted to once it stands on another host. */
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

/** How long a preempted VM has until it is stopped ("up to 30 seconds", Spot VMs). */
export const PREEMPTION_NOTICE_MS = 30_000;

/** Of a VM to which nothing has happened. */
const FIRST_DRIFT_TOKEN = '0';

/** Returns what the metadata shows at a time. */
export function lifeAt(
  { maintenance, preemption, driftToken = FIRST_DRIFT_TOKEN }: LifeEvents,
  nowMs: number,
): LifeState {
  const phase = phaseOf(maintenance, nowMs);
  const changesAtMs = [maintenance?.startsAtMs, maintenance?.endsAtMs].find(
    (timeMs) => timeMs !== undefined && timeMs > nowMs,
  );
  return {
    maintenanceEvent: maintenance !== undefined && phase === 'ongoing' ? maintenance.event : 'NONE',
    ...(maintenance === undefined || phase === 'over'
      ? {}
      : { upcomingMaintenance: toUpcoming(maintenance, phase) }),
    preempted: preemption !== undefined,
    driftToken: maintenance !== undefined && phase === 'over' ? maintenance.driftTokenAfter : driftToken,
    ...(preemption === undefined
      ? {}
      : { shutdown: { requestedAtMs: preemption.startsAtMs, targetState: preemption.targetState } }),
    ...(changesAtMs === undefined ? {} : { changesAtMs }),
  };
}

/** Says whether a preempted VM is still on its way down at a time. */
export function isStopping({ startsAtMs }: Preemption, nowMs: number): boolean {
  return nowMs < startsAtMs + PREEMPTION_NOTICE_MS;
}

function phaseOf(maintenance: Maintenance | undefined, nowMs: number): 'pending' | 'ongoing' | 'over' {
  if (maintenance === undefined || nowMs >= maintenance.endsAtMs) return 'over';
  return nowMs < maintenance.startsAtMs ? 'pending' : 'ongoing';
}

function toUpcoming(
  { startsAtMs, endsAtMs }: Maintenance,
  phase: 'pending' | 'ongoing',
): UpcomingMaintenance {
  const status = phase === 'pending' ? 'PENDING' : 'ONGOING';
  return { status, windowStartMs: startsAtMs, windowEndMs: endsAtMs };
}
