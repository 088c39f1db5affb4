import { PassThrough } from 'node:stream';
import { type Call, method } from '../../http/method.ts';
import type { Services } from '../../http/services.ts';
import { TOKEN_LIFETIME_LIMIT_SECONDS } from '../../identity/issuer.ts';
import { type ApiError, invalidArgument, notFound } from '../../kernel/api-error.ts';
import { int32, list, map, object, optional, string } from '../../kernel/decode.ts';
import { randomHex } from '../../kernel/identifiers.ts';
import { projectName } from '../../kernel/resource-names.ts';
import { findRole } from '../../protocol/iam/roles/catalogue.ts';
import { CLOUD_PLATFORM, expandScope, scopeAliases } from '../../protocol/iam/scopes.ts';
import type { Instance } from '../../resources/instances.ts';
import type { TemporaryGrant } from '../../resources/leases.ts';
import { type ServiceAccount, userManagedEmail } from '../../resources/service-accounts.ts';
import { type CloudControl, OWNER_ONLY, requireOwner, type WorkloadPlaces } from './cloud-control.ts';

/** The zone of an ephemeral VM where nobody says one. */
const DEFAULT_ZONE = 'us-central1-a';

/** The account of an ephemeral VM where nobody names one; it is made if it is missing, and has no roles. */
const DEFAULT_ACCOUNT_ID = 'workload';

const workloadRequest = object({
  project: optional(string),
  zone: optional(string),
  /** An existing instance; then nothing of the following may be said. */
  instance: optional(string),
  serviceAccount: optional(string),
  scopes: optional(list(string)),
  roles: list(string),
  metadata: optional(map(string)),
  tokenLifetimeSeconds: optional(int32),
});

type WorkloadRequest = ReturnType<typeof workloadRequest>;
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
        const places = await control.places(instance).catch(async (error: unknown) => {
          await call.services.resources.leases.end(lease);
          throw error;
        });
        return {
          headers: { 'Content-Type': 'application/x-ndjson' },
          body: holdOpen(call.services, lease, ended, { lease, ...describe(instance, places) }),
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
function holdOpen(services: Services, lease: string, ended: () => void, line: object): PassThrough {
  const stream = new PassThrough();
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
  return {
    instance: { projectId, zone, name, serviceAccount: account?.email, scopes: account?.scopes },
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
  const instance = existing ?? (await draftInstance(projectId, zone, body, services));
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
  const unknown = body.roles.find((role) => findRole(role) === undefined);
  if (unknown !== undefined)
    throw invalidArgument(
      `Role '${unknown}' does not exist. A role is named like 'roles/storage.objectViewer'.`,
    );
  const id = randomHex(services.random, 8);
  const createdAtMs = services.clock.now();
  await services.resources.leases.begin({
    id,
    createdAtMs,
    grants,
    ...(existing === undefined ? { instance } : {}),
  });
  return { instance, lease: id };
}

async function findProjectId(project: string, services: Services): Promise<string> {
  const found = await services.resources.projects.find(project);
  if (found === undefined)
    throw notFound(`Project '${project}' does not exist in this cloud. Declare it in accredit.yaml.`);
  return found.value.projectId;
}

async function findInstance(
  projectId: string,
  zone: string,
  body: WorkloadRequest,
  { resources }: Services,
): Promise<Instance> {
  const given = (['serviceAccount', 'scopes', 'metadata', 'tokenLifetimeSeconds'] as const).find(
    (name) => body[name] !== undefined,
  );
  if (given !== undefined)
    throw invalidArgument(`An existing instance keeps its own '${given}': leave one of the two out.`);
  const name = body.instance ?? '';
  if (body.zone !== undefined) {
    const found = await resources.instances.find(projectId, zone, name);
    if (found !== undefined) return found.value;
  } else {
    for await (const { value } of resources.instances.all()) {
      if (value.projectId === projectId && (value.name === name || value.id === name)) return value;
    }
  }
  throw notFound(
    `Instance '${name}' does not exist in project '${projectId}'. See 'accredit instances list'.`,
  );
}

async function draftInstance(
  projectId: string,
  zone: string,
  body: WorkloadRequest,
  services: Services,
): Promise<Instance> {
  if (!/^[a-z]+-[a-z]+\d+-[a-z]$/.test(zone))
    throw invalidArgument(`Zone '${zone}' is not the name of a zone such as 'us-central1-a'.`);
  const { tokenLifetimeSeconds } = body;
  if (
    tokenLifetimeSeconds !== undefined &&
    !(tokenLifetimeSeconds >= 1 && tokenLifetimeSeconds <= TOKEN_LIFETIME_LIMIT_SECONDS)
  ) {
    throw invalidArgument(
      `A token lives 1 to ${TOKEN_LIFETIME_LIMIT_SECONDS} seconds, not '${tokenLifetimeSeconds}'.`,
    );
  }
  const account = await findAccount(projectId, body.serviceAccount, services);
  const metadata = Object.entries(body.metadata ?? {}).map(([key, value]) => ({ key, value }));
  return services.resources.instances.draft({
    projectId,
    zone,
    name: `run-${randomHex(services.random, 4)}`,
    description: 'Made by accredit run; goes with the program.',
    metadata,
    serviceAccounts: [{ email: account.email, scopes: expandScopes(body.scopes) }],
    ephemeral: true,
    ...(tokenLifetimeSeconds === undefined ? {} : { tokenLifetimeSeconds }),
  });
}

function expandScopes(names: readonly string[] | undefined): readonly string[] {
  if (names === undefined) return [CLOUD_PLATFORM];
  return [...new Set(names.flatMap((name) => expandScope(name) ?? unknownScope(name)))];
}

function unknownScope(name: string): never {
  throw invalidArgument(`Scope '${name}' is neither a URL nor one of ${scopeAliases().join(', ')}.`);
}

async function findAccount(
  projectId: string,
  given: string | undefined,
  services: Services,
): Promise<ServiceAccount> {
  const { serviceAccounts } = services.resources;
  const idOrEmail = given ?? DEFAULT_ACCOUNT_ID;
  const email = idOrEmail.includes('@') ? idOrEmail : userManagedEmail(idOrEmail, projectId);
  const found = await serviceAccounts.find(email);
  if (found !== undefined) return found.value;
  if (given !== undefined) throw missingAccount(email);
  const account = serviceAccounts.draft(projectId, email, 'Default account of accredit run');
  await services.resources
    .commit(serviceAccounts.put(account), [serviceAccounts.at(0, projectId, email)])
    .catch(() => undefined);
  return (await serviceAccounts.find(email))?.value ?? account;
}

function missingAccount(email: string): ApiError {
  const [accountId] = email.split('@');
  return notFound(
    `Service account '${email}' does not exist. Make it with 'accredit service-accounts create ${accountId}'.`,
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
      return { json: describe(instance, await control.places(instance)) };
    },
  });
