import { type Call, method } from '../../http/method.ts';
import type { Services } from '../../http/services.ts';
import { ApiError, invalidArgument } from '../../kernel/api-error.ts';
import { int32, object, optional } from '../../kernel/decode.ts';
import { SECOND_MS, toRfc3339 } from '../../kernel/timestamps.ts';
import { lifeAt, stopsAtMs } from '../../protocol/metadata/life-events.ts';
import { type Instance, statusAt } from '../../resources/instances.ts';
import {
  drawDriftToken,
  type HostChange,
  liveMigrate,
  MAINTENANCE_ANNOUNCEMENT_LIMIT_MS,
  MAINTENANCE_DURATION_LIMIT_MS,
  preempt,
  simulateMaintenance,
} from '../../resources/life-events.ts';
import { OWNER_ONLY, requireOwner } from './cloud-control.ts';
import { busyInstance } from './instance-refusals.ts';
import { changeInstance } from './instance-target.ts';

type InstanceCall = Pick<Call<{ readonly instance: string }, unknown>, 'path' | 'services'>;

const maintenanceRequest = object({
  startsInSeconds: optional(int32),
  durationSeconds: optional(int32),
});

const migrationRequest = object({ durationSeconds: optional(int32) });

/** Lets the host of an instance have a maintenance; one that is said to start later is announced. */
export const maintainInstance = () =>
  method({
    id: 'control.instances.simulateMaintenance',
    http: 'POST /v1/{instance=projects/*/zones/*/instances/*}:simulateMaintenance',
    open: OWNER_ONLY,
    body: { kind: 'json', decode: maintenanceRequest },
    async handle(call) {
      requireOwner(call.caller);
      const { startsInSeconds, durationSeconds } = call.body;
      const startsInMs = readMs('startsInSeconds', startsInSeconds, 0, MAINTENANCE_ANNOUNCEMENT_LIMIT_MS);
      const lastsMs = readDuration(durationSeconds);
      return {
        json: await change(call, (instance, host) => {
          if (instance.scheduling.preemptible && (startsInMs ?? lastsMs) !== undefined)
            throw noWindow(instance);
          const hasExtendedNotifications = startsInMs !== undefined;
          return simulateMaintenance(instance, { ...host, startsInMs, lastsMs, hasExtendedNotifications });
        }),
      };
    },
  });

function noWindow({ name }: Instance): ApiError {
  return invalidArgument(
    `Instance '${name}' is a Spot VM: a maintenance preempts it at once, so it has neither a start nor a duration.`,
  );
}

/** Moves an instance to another host, at once. */
export const migrateInstance = () =>
  method({
    id: 'control.instances.liveMigrate',
    http: 'POST /v1/{instance=projects/*/zones/*/instances/*}:liveMigrate',
    open: OWNER_ONLY,
    body: { kind: 'json', decode: migrationRequest },
    async handle(call) {
      requireOwner(call.caller);
      const lastsMs = readDuration(call.body.durationSeconds);
      return { json: await change(call, (instance, host) => liveMigrate(instance, { ...host, lastsMs })) };
    },
  });

/** Takes a Spot VM back. */
export const preemptInstance = () =>
  method({
    id: 'control.instances.preempt',
    http: 'POST /v1/{instance=projects/*/zones/*/instances/*}:preempt',
    open: OWNER_ONLY,
    async handle(call) {
      requireOwner(call.caller);
      return { json: await change(call, (instance, { nowMs }) => preempt(instance, nowMs)) };
    },
  });

function readDuration(seconds: number | undefined): number | undefined {
  return readMs('durationSeconds', seconds, 1, MAINTENANCE_DURATION_LIMIT_MS);
}

/** @throws {ApiError} `INVALID_ARGUMENT` outside the bounds */
function readMs(
  name: string,
  seconds: number | undefined,
  minSeconds: number,
  limitMs: number,
): number | undefined {
  if (seconds === undefined) return undefined;
  const limitSeconds = limitMs / SECOND_MS;
  if (seconds >= minSeconds && seconds <= limitSeconds) return seconds * SECOND_MS;
  throw invalidArgument(`'${name}' is ${minSeconds} to ${limitSeconds}, not '${seconds}'.`);
}

/**
 * Changes the instance of a call, and answers with what its metadata shows of it.
 *
 * @throws {ApiError} `NOT_FOUND`; `INVALID_ARGUMENT` where something else is under way, which is named
 */
async function change(
  { path, services }: InstanceCall,
  decide: (instance: Instance, host: HostChange) => Instance,
): Promise<unknown> {
  const nowMs = services.clock.now();
  const host = { nowMs, driftToken: drawDriftToken(services.random) };
  const changed = await changeInstance(path.instance, services, (instance) => {
    try {
      return decide(instance, host);
    } catch (error) {
      const isBusy = error instanceof ApiError && error.detail.reason === 'resourceNotReady';
      throw isBusy ? busyInstance(instance, nowMs) : error;
    }
  });
  return describe(changed, services);
}

/** What the metadata server of an instance shows of its life, and when its maintenance begins and ends. */
function describe(instance: Instance, { clock }: Services): unknown {
  const { projectId, zone, name, lifeEvents = {} } = instance;
  const nowMs = clock.now();
  const { maintenanceEvent, upcomingMaintenance, preempted, driftToken } = lifeAt(lifeEvents, nowMs);
  const { maintenance, preemption } = lifeEvents;
  return {
    projectId,
    zone,
    name,
    status: statusAt(instance, nowMs),
    maintenanceEvent,
    ...(upcomingMaintenance === undefined ? {} : { upcomingMaintenance: upcomingMaintenance.status }),
    ...(maintenance === undefined || nowMs >= maintenance.endsAtMs
      ? {}
      : { startTime: toRfc3339(maintenance.startsAtMs), endTime: toRfc3339(maintenance.endsAtMs) }),
    preempted,
    ...(preemption === undefined
      ? {}
      : { stopTime: toRfc3339(stopsAtMs(preemption)), targetState: preemption.targetState }),
    driftToken,
  };
}
