import { type ApiError, invalidArgument } from '../../kernel/api-error.ts';
import { toRfc3339 } from '../../kernel/timestamps.ts';
import { phaseOf, stopsAtMs } from '../../protocol/metadata/life-events.ts';
import { type Instance, statusAt } from '../../resources/instances.ts';

/** Nothing happens to an instance that is stopped, and nothing runs in one. */
export function stoppedInstance({ name }: Instance): ApiError {
  return invalidArgument(`Instance '${name}' is stopped. Start it with 'accredit instances start ${name}'.`, {
    reason: 'resourceNotReady',
  });
}

/** Why nothing can happen to an instance now: what is under way, and until when. Compute Engine says less. */
export function busyInstance(instance: Instance, nowMs: number): ApiError {
  const underWay = describeUnderWay(instance, nowMs);
  if (underWay === undefined) return stoppedInstance(instance);
  return invalidArgument(`Instance '${instance.name}' ${underWay}.`, { reason: 'resourceNotReady' });
}

function describeUnderWay(instance: Instance, nowMs: number): string | undefined {
  const { lifeEvents: { maintenance, preemption } = {}, startedAtMs = 0, stoppedAtMs = 0 } = instance;
  const status = statusAt(instance, nowMs);
  if (status === 'PROVISIONING') return `starts until ${toRfc3339(startedAtMs)}`;
  if (status === 'STOPPING') {
    return preemption !== undefined && instance.status === 'RUNNING'
      ? `is preempted already: it is STOPPING, and TERMINATED at ${toRfc3339(stopsAtMs(preemption))}`
      : `stops until ${toRfc3339(stoppedAtMs)}`;
  }
  const isStopped = instance.status !== 'RUNNING' || preemption !== undefined;
  if (isStopped || maintenance === undefined || phaseOf(maintenance, nowMs) !== 'ongoing') return undefined;
  const end = toRfc3339(maintenance.endsAtMs);
  return status === 'TERMINATED' ? `is stopped for maintenance until ${end}` : `is being moved until ${end}`;
}
