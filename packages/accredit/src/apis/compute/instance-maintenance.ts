import { method } from '../../http/method.ts';
import { COMPUTE_WRITE } from '../../protocol/iam/scopes.ts';
import { drawDriftToken, isReadyForMaintenance, simulateMaintenance } from '../../resources/life-events.ts';
import { changeInstance } from './instance-change.ts';
import { notReady } from './instance-state.ts';
import { nameOfInstance } from './instance-target.ts';
import { readFlag } from './lists.ts';
import { renderOperation } from './operation-json.ts';

/**
 * Lets the host of an instance have a maintenance, 60 seconds from now.
 *
 * Guess: the operation is done once the maintenance is on its way; extended notifications come as late as the other,
 * and on every machine type.
 *
 * @see https://cloud.google.com/compute/docs/instances/simulating-host-maintenance
 */
export const simulateMaintenanceEvent = method({
  id: 'compute.instances.simulateMaintenanceEvent',
  http: 'POST /compute/v1/projects/{project}/zones/{zone}/instances/{instance}/simulateMaintenanceEvent',
  scopes: COMPUTE_WRITE,
  permission: { check: 'compute.instances.simulateMaintenanceEvent', on: nameOfInstance },
  async handle(call) {
    const { random, clock } = call.services;
    const hasExtendedNotifications = readFlag(call.query, 'withExtendedNotifications');
    const operation = await changeInstance(call, 'simulateMaintenanceEvent', (instance, { nowMs }) => {
      if (!isReadyForMaintenance(instance, nowMs)) return notReady(instance);
      const driftToken = drawDriftToken(random);
      return simulateMaintenance(instance, { nowMs, driftToken, hasExtendedNotifications });
    });
    return { json: renderOperation(operation, clock.now()) };
  },
});
