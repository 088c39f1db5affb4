import type { Command } from 'commander';
import { CONTROL_HOST } from '../../apis/control/host.ts';
import { boolean, object, optional, string } from '../../kernel/decode.ts';
import { SECOND_MS } from '../../kernel/timestamps.ts';
import { MAINTENANCE_DURATION_LIMIT_MS } from '../../resources/life-events.ts';
import { withWritableCloud } from '../connect.ts';
import type { CliContext, Output } from '../context.ts';
import { durationSeconds, renderBounds } from '../duration-options.ts';
import { printJson, renderFields } from '../output.ts';
import { path } from '../owner-client.ts';
import { type InstanceOptions, locateInstance } from './instance-options.ts';

/** What the cloud answers: what the metadata of the instance shows now, and when that ends. */
const readLife = object(
  {
    name: string,
    zone: string,
    maintenanceEvent: string,
    upcomingMaintenance: optional(string),
    startTime: optional(string),
    endTime: optional(string),
    preempted: boolean,
    stopTime: optional(string),
    targetState: optional(string),
    driftToken: string,
  },
  'ignore',
);

type Life = ReturnType<typeof readLife>;

const DURATION_LIMIT_SECONDS = MAINTENANCE_DURATION_LIMIT_MS / SECOND_MS;

/** Adds `--for`, how long something lasts, in seconds: within what the cloud takes. */
export function addForOption(command: Command): Command {
  return command.option(
    '--for <duration>',
    `how long it takes, ${renderBounds(1, DURATION_LIMIT_SECONDS)}; default: 60s`,
    durationSeconds(1, DURATION_LIMIT_SECONDS),
  );
}

/** Lets something happen to an instance, and says what a program in it sees of that. */
export function cause(
  context: CliContext,
  name: string,
  options: InstanceOptions,
  event: { readonly verb: 'simulateMaintenance' | 'liveMigrate' | 'preempt'; readonly body?: object },
): Promise<void> {
  return withWritableCloud(context, options, async (session) => {
    const { projectId, zone } = await locateInstance(context, session, name, options);
    const place = path`/v1/projects/${projectId}/zones/${zone}/instances/${name}`;
    const answer = await session.owner.call({
      method: 'POST',
      host: CONTROL_HOST,
      path: `${place}:${event.verb}`,
      ...(event.body === undefined ? {} : { body: event.body }),
    });
    if (options.format === 'json') printJson(context.out, answer);
    else printLife(context.out, readLife(answer, ''));
  });
}

function printLife(out: Output, life: Life): void {
  const sentence = life.preempted ? preemptionOf(life) : maintenanceOf(life);
  out.write(`${sentence}\nIts metadata server shows it below computeMetadata/v1/instance/:\n`);
  out.write(renderFields(life.preempted ? shutdownOf(life) : windowOf(life)));
}

function preemptionOf({ name, stopTime }: Life): string {
  return `Instance '${name}' is preempted: it is STOPPING, and TERMINATED at ${stopTime}.`;
}

function maintenanceOf({ name, maintenanceEvent, startTime, endTime }: Life): string {
  const becomes =
    maintenanceEvent === 'TERMINATE_ON_HOST_MAINTENANCE' ? 'is stopped for maintenance' : 'is moved';
  return `Instance '${name}' ${becomes} from ${startTime} to ${endTime}.`;
}

function shutdownOf({ targetState = '' }: Life) {
  return [
    ['preempted', 'TRUE'],
    ['shutdown-details/stop-state', 'PENDING_STOP'],
    ['shutdown-details/target-state', targetState],
  ] as const;
}

function windowOf({ maintenanceEvent, upcomingMaintenance, startTime, endTime, driftToken }: Life) {
  const isNoticed = maintenanceEvent !== 'NONE';
  return [
    [
      'maintenance-event',
      `${maintenanceEvent} until ${isNoticed ? endTime : `60 seconds before ${startTime}`}`,
    ],
    ...(upcomingMaintenance === undefined
      ? []
      : [['upcoming-maintenance', `${upcomingMaintenance}, gone at ${endTime}`] as const]),
    ['virtual-clock/drift-token', `${driftToken} until ${endTime}, then another`],
  ] as const;
}
