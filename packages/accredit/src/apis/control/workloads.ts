import { PassThrough } from 'node:stream';
import { type Call, method } from '../../http/method.ts';
import type { Services } from '../../http/services.ts';
import { invalidArgument } from '../../kernel/api-error.ts';
import { object, optional, string } from '../../kernel/decode.ts';
import { randomHex } from '../../kernel/identifiers.ts';
import { projectName } from '../../kernel/resource-names.ts';
import { isCustomRoleWithin } from '../../protocol/iam/roles/grantable-roles.ts';
import { parseCustomRoleName } from '../../protocol/iam/roles/role-names.ts';
import type { Instance } from '../../resources/instances.ts';
import type { TemporaryGrant } from '../../resources/leases.ts';
import { type CloudControl, OWNER_ONLY, requireOwner, type WorkloadPlaces } from './cloud-control.ts';
import {
  DEFAULT_ZONE,
  draftInstance,
  findInstance,
  findProjectId,
  type WorkloadRequest,
  workloadRequest,
} from './workload-instance.ts';

type WorkloadCall = Pick<Call<never, WorkloadRequest>, 'body' | 'services'>;

/**
 * Gives a program the place of an instance for as long as the connection lasts: the answer is one line of JSON, and
 * then stays open. When the connection ends, however it does, what was ephemeral goes.
 */
export const createWorkload = (control: CloudControl) =>
  method({
    id: 'control.workloads.create',
    http: 'POST /v1/workloads',
    open: OWNER_ONLY,
    body: { kind: 'json', decode: workloadRequest },
    async handle(call) {
      requireOwner(call.caller);
      const ended = control.workloadStarted();
      try {
        const { instance, lease } = await beginWorkload(call, control);
        const reach = call.body.loopback === true ? 'loopback' : 'socket';
        const places = await control.places(instance, reach).catch(async (error: unknown) => {
          await call.services.resources.leases.end(lease);
          throw error;
        });
        return {
          headers: { 'Content-Type': 'application/x-ndjson' },
          body: holdOpen(call.services, control, lease, ended, { lease, ...describe(instance, places) }),
        };
      } catch (error) {
        ended();
        throw error;
      }
    },
  });

/** Takes back what a workload was given, so that it is gone when the answer comes. */
export const deleteWorkload = () =>
  method({
    id: 'control.workloads.delete',
    http: 'DELETE /v1/workloads/{lease}',
    open: OWNER_ONLY,
    async handle({ caller, path, services }) {
      requireOwner(caller);
      await services.resources.leases.end(path.lease);
      return { json: {} };
    },
  });

/** The answer's stream: one line, then silence until the client goes. */
function holdOpen(
  services: Services,
  { ending }: CloudControl,
  lease: string,
  ended: () => void,
  line: object,
): PassThrough {
  const stream = new PassThrough();
  void ending.then(() => stream.end());
  stream.write(`${JSON.stringify(line)}\n`);
  stream.on('close', () => {
    services.resources.leases
      .end(lease)
      .catch((error: unknown) =>
        services.log.error({ err: error, lease }, 'a workload could not be cleared away'),
      )
      .finally(ended);
  });
  return stream;
}

function describe(instance: Instance, places: WorkloadPlaces): object {
  const { projectId, zone, name } = instance;
  const [account] = instance.serviceAccounts;
  const metadataProfile = instance.metadataServer?.profile ?? 'gce';
  return {
    instance: {
      projectId,
      zone,
      name,
      serviceAccount: account?.email,
      scopes: account?.scopes,
      metadataProfile,
    },
    ...places,
  };
}

async function beginWorkload(
  call: WorkloadCall,
  control: CloudControl,
): Promise<{ readonly instance: Instance; readonly lease: string }> {
  const { body, services } = call;
  const projectId = await findProjectId(body.project ?? control.defaultProjectId, services);
  const zone = body.zone ?? DEFAULT_ZONE;
  const existing =
    body.instance === undefined ? undefined : await findInstance(projectId, zone, body, services);
  // An address that is free stays so until the instance that takes it is stored.
  return services.resources.instances.holdings.exclusively(async () => {
    const instance = existing ?? (await draftInstance(projectId, zone, body, services));
    const lease = await beginLease(projectId, instance, existing === undefined, call);
    return { instance, lease };
  });
}

/** Stores what the workload is given, and returns the id of its lease. */
async function beginLease(
  projectId: string,
  instance: Instance,
  isEphemeral: boolean,
  { body, services }: WorkloadCall,
): Promise<string> {
  const [account] = instance.serviceAccounts;
  if (body.roles.length > 0 && account === undefined) {
    throw invalidArgument(
      `Instance '${instance.name}' has no service account that '--role' could be given to.`,
    );
  }
  const member = `serviceAccount:${account?.email}`;
  const grants: TemporaryGrant[] = body.roles.map((role) => ({
    resource: projectName(projectId),
    role,
    member,
  }));
  await assertRoles(projectId, body.roles, services);
  const id = randomHex(services.random, 8);
  const createdAtMs = services.clock.now();
  await services.resources.leases.begin({
    id,
    createdAtMs,
    grants,
    ...(isEphemeral ? { instance } : {}),
  });
  return id;
}

/** @throws {ApiError} `INVALID_ARGUMENT` for a role that there is not, or that is not for this project */
async function assertRoles(
  projectId: string,
  roles: readonly string[],
  { resources }: Services,
): Promise<void> {
  const known = await resources.roles.findAll(roles);
  const unknown = roles.find((role) => !known.has(role));
  if (unknown !== undefined)
    throw invalidArgument(
      `Role '${unknown}' does not exist. A role is named like 'roles/storage.objectViewer'.`,
    );
  const ancestors = await resources.hierarchy.ancestorsOf(projectName(projectId));
  const foreign = roles.find(
    (role) => parseCustomRoleName(role) !== undefined && !isCustomRoleWithin(role, ancestors),
  );
  if (foreign !== undefined)
    throw invalidArgument(
      `Role '${foreign}' cannot be given on project '${projectId}': it belongs to another one, or to an organization ` +
        'that the project is not in.',
    );
}

const listenRequest = object({ project: optional(string), zone: optional(string), instance: string });

/** Opens the loopback port of an instance's metadata server: `accredit env`. */
export const listenMetadata = (control: CloudControl) =>
  method({
    id: 'control.metadataServers.listen',
    http: 'POST /v1/metadataServers:listen',
    open: OWNER_ONLY,
    body: { kind: 'json', decode: listenRequest },
    async handle({ caller, body, services }) {
      requireOwner(caller);
      const projectId = await findProjectId(body.project ?? control.defaultProjectId, services);
      const request = { ...body, roles: [] };
      const instance = await findInstance(projectId, body.zone ?? DEFAULT_ZONE, request, services);
      return { json: describe(instance, await control.places(instance, 'loopback')) };
    },
  });
