import { method } from '../../http/method.ts';
import { list, object, optional, string } from '../../kernel/decode.ts';
import { instanceName } from '../../kernel/resource-names.ts';
import { invalidField, wrongState } from '../../protocol/compute/field-errors.ts';
import { COMPUTE_WRITE } from '../../protocol/iam/scopes.ts';
import { type Instance, type NetworkInterface, statusAt } from '../../resources/instances.ts';
import { lifeAfterStart } from '../../resources/life-events.ts';
import type { OperationError } from '../../resources/operations.ts';
import { inResource } from './body-decoders.ts';
import { type ChangeTimes, changeInstance } from './instance-change.ts';
import { nameOfInstance } from './instance-target.ts';
import { readFlag } from './lists.ts';
import { renderOperation } from './operation-json.ts';
import { placeOf } from './places.ts';
import { findAccountProblem, readAttachedAccount } from './service-account-use.ts';

export const start = method({
  id: 'compute.instances.start',
  http: 'POST /compute/v1/projects/{project}/zones/{zone}/instances/{instance}/start',
  scopes: COMPUTE_WRITE,
  permission: { check: 'compute.instances.start', on: nameOfInstance },
  async handle(call) {
    const { holdings } = call.services.resources.instances;
    const operation = await holdings.exclusively(() =>
      changeInstance(call, 'start', async (instance, { nowMs, doneAtMs }) => {
        const status = statusAt(instance, nowMs);
        if (status === 'STOPPING') return notReady(instance);
        if (status !== 'TERMINATED') return instance;
        const networkInterfaces = await withExternalAddresses(instance, () => holdings.freeExternal());
        return {
          ...startedAgain(instance, nowMs),
          status: 'RUNNING',
          startedAtMs: doneAtMs,
          networkInterfaces,
        };
      }),
    );
    return { json: renderOperation(operation, call.services.clock.now()) };
  },
});

/** An instance that starts again is not a preempted one any more, and has no maintenance. */
function startedAgain(instance: Instance, nowMs: number): Instance {
  const { lifeEvents } = instance;
  return lifeEvents === undefined ? instance : { ...instance, lifeEvents: lifeAfterStart(lifeEvents, nowMs) };
}

/** A stopped instance has no external address; it gets one where it has a place for it (compute notes 5.4). */
function withExternalAddresses(
  { networkInterfaces }: Instance,
  freeExternal: () => Promise<string>,
): Promise<readonly NetworkInterface[]> {
  return Promise.all(
    networkInterfaces.map(async (nic) =>
      nic.accessConfig?.natIP === ''
        ? { ...nic, accessConfig: { ...nic.accessConfig, natIP: await freeExternal() } }
        : nic,
    ),
  );
}

export const stop = method({
  id: 'compute.instances.stop',
  http: 'POST /compute/v1/projects/{project}/zones/{zone}/instances/{instance}/stop',
  scopes: COMPUTE_WRITE,
  permission: { check: 'compute.instances.stop', on: nameOfInstance },
  async handle(call) {
    const discardsLocalSsd = readFlag(call.query, 'discardLocalSsd');
    // What it would cut short takes no time here.
    readFlag(call.query, 'noGracefulShutdown');
    const operation = await changeInstance(call, 'stop', (instance, times) => {
      if (!isRunningAt(instance, times)) return instance;
      if (!discardsLocalSsd && instance.disks.some(({ type }) => type === 'SCRATCH')) {
        // Guess: the text; that it is refused is documented (compute notes 5.6).
        const why = 'An instance with local SSDs is stopped with discardLocalSsd=true only.';
        throw invalidField('discardLocalSsd', call.query.get('discardLocalSsd') ?? '', why);
      }
      return stopped(instance, times);
    });
    return { json: renderOperation(operation, call.services.clock.now()) };
  },
});

function isRunningAt(instance: Instance, { nowMs }: ChangeTimes): boolean {
  const status = statusAt(instance, nowMs);
  return status === 'RUNNING' || status === 'PROVISIONING';
}

/** Its internal address stays with it, its external one is free again (compute notes 5.4). */
function stopped(instance: Instance, { doneAtMs }: ChangeTimes): Instance {
  const networkInterfaces = instance.networkInterfaces.map((nic) =>
    nic.accessConfig === undefined ? nic : { ...nic, accessConfig: { ...nic.accessConfig, natIP: '' } },
  );
  return { ...instance, status: 'TERMINATED', stoppedAtMs: doneAtMs, networkInterfaces };
}

/** A verb that the instance's state does not allow fails in its operation (compute notes 5.6). */
export function notReady({ projectId, zone, name }: Instance): OperationError {
  const message = `The resource '${instanceName(projectId, zone, name)}' is not ready`;
  return { code: 'RESOURCE_NOT_READY', message, httpStatus: 400 };
}

const serviceAccountBody = object({
  email: inResource(optional(string)),
  scopes: inResource(list(string)),
});

export const setServiceAccount = method({
  id: 'compute.instances.setServiceAccount',
  http: 'POST /compute/v1/projects/{project}/zones/{zone}/instances/{instance}/setServiceAccount',
  scopes: COMPUTE_WRITE,
  permission: { check: 'compute.instances.setServiceAccount', on: nameOfInstance },
  body: { kind: 'json', decode: serviceAccountBody },
  async handle(call) {
    const { projectNumber } = await placeOf(call);
    const account = readAttachedAccount(call.body, 'resource', projectNumber);
    const operation = await changeInstance(call, 'setServiceAccount', async (instance, { nowMs }) => {
      if (statusAt(instance, nowMs) !== 'TERMINATED') {
        throw wrongState('The instance must be stopped before the service account can be changed.');
      }
      const problem = account === undefined ? undefined : await findAccountProblem(call, account.email);
      return problem ?? { ...instance, serviceAccounts: account === undefined ? [] : [account] };
    });
    return { json: renderOperation(operation, call.services.clock.now()) };
  },
});
