import type { Services } from '../../http/services.ts';
import { TOKEN_LIFETIME_LIMIT_SECONDS } from '../../identity/issuer.ts';
import { type ApiError, invalidArgument, notFound } from '../../kernel/api-error.ts';
import { boolean, int32, list, map, object, oneOf, optional, string } from '../../kernel/decode.ts';
import { randomHex } from '../../kernel/identifiers.ts';
import { serviceAccountName } from '../../kernel/resource-names.ts';
import { findZone, regionOf } from '../../protocol/compute/zones.ts';
import { CLOUD_PLATFORM, expandScope, scopeAliases } from '../../protocol/iam/scopes.ts';
import { PROFILE_NAMES } from '../../protocol/metadata/settings.ts';
import { type Instance, statusAt } from '../../resources/instances.ts';
import { type ServiceAccount, userManagedEmail } from '../../resources/service-accounts.ts';
import { stoppedInstance } from './instance-refusals.ts';

/** The zone of an ephemeral VM where nobody says one. */
export const DEFAULT_ZONE = 'us-central1-a';

/** The account of an ephemeral VM where nobody names one; it is made if it is missing, and has no roles. */
const DEFAULT_ACCOUNT_ID = 'workload';

/** What a workload may ask for; what it leaves out has a default. */
export const workloadRequest = object({
  project: optional(string),
  zone: optional(string),
  /** An existing instance; then nothing of the following may be said. */
  instance: optional(string),
  serviceAccount: optional(string),
  scopes: optional(list(string)),
  roles: list(string),
  metadata: optional(map(string)),
  tokenLifetimeSeconds: optional(int32),
  /** Which of Google's metadata servers it has. */
  metadataProfile: optional(oneOf(...PROFILE_NAMES)),
  /** Whether the metadata server is to be reached over loopback too. */
  loopback: optional(boolean),
});

export type WorkloadRequest = ReturnType<typeof workloadRequest>;

/** Finds the id of a project by id or number. @throws {ApiError} `NOT_FOUND` */
export async function findProjectId(project: string, services: Services): Promise<string> {
  const found = await services.resources.projects.find(project);
  if (found === undefined)
    throw notFound(`Project '${project}' does not exist in this cloud. Declare it in accredit.yaml.`, {
      echoes: true,
    });
  return found.value.projectId;
}

/**
 * Finds the existing instance that a workload names; nothing runs in one that is stopped.
 *
 * @throws {ApiError} `NOT_FOUND`, and `INVALID_ARGUMENT` for one that is stopped
 */
export async function findInstance(
  projectId: string,
  zone: string,
  body: WorkloadRequest,
  services: Services,
): Promise<Instance> {
  const instance = await lookUpInstance(projectId, zone, body, services);
  if (statusAt(instance, services.clock.now()) === 'TERMINATED') {
    throw stoppedInstance(instance);
  }
  return instance;
}

async function lookUpInstance(
  projectId: string,
  zone: string,
  body: WorkloadRequest,
  { resources }: Services,
): Promise<Instance> {
  const given = (
    ['serviceAccount', 'scopes', 'metadata', 'tokenLifetimeSeconds', 'metadataProfile'] as const
  ).find((name) => body[name] !== undefined);
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
    { echoes: true },
  );
}

/** Returns the VM of a workload that names none; not yet stored. @throws {ApiError} for what is wrong in the request */
export async function draftInstance(
  projectId: string,
  zone: string,
  body: WorkloadRequest,
  services: Services,
): Promise<Instance> {
  if (findZone(zone) === undefined) {
    throw invalidArgument(`Zone '${zone}' is not the name of a zone such as 'us-central1-a'.`);
  }
  const { tokenLifetimeSeconds, metadataProfile } = body;
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
  const { instances } = services.resources;
  const draft = instances.draft({
    projectId,
    zone,
    name: `run-${randomHex(services.random, 4)}`,
    description: 'Made by accredit run; goes with the program.',
    metadata,
    serviceAccounts: [{ email: account.email, scopes: expandScopes(body.scopes) }],
    ephemeral: true,
    ...(tokenLifetimeSeconds === undefined ? {} : { tokenLifetimeSeconds }),
    ...(metadataProfile === undefined ? {} : { metadataServer: { profile: metadataProfile } }),
  });
  const networkIP = await instances.holdings.freeInternal(projectId, regionOf(zone));
  if (networkIP === undefined) return draft;
  return { ...draft, networkInterfaces: draft.networkInterfaces.map((nic) => ({ ...nic, networkIP })) };
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
  const { serviceAccounts, policies } = services.resources;
  const idOrEmail = given ?? DEFAULT_ACCOUNT_ID;
  const email = idOrEmail.includes('@') ? idOrEmail : userManagedEmail(idOrEmail, projectId);
  const found = await serviceAccounts.find(email);
  if (found !== undefined) return found.value;
  if (given !== undefined) throw missingAccount(email);
  const account = serviceAccounts.draft(projectId, email, 'Default account of accredit run');
  await services.resources
    .commit(
      [...serviceAccounts.put(account), policies.remove(serviceAccountName(projectId, email))],
      [serviceAccounts.at(0, projectId, email)],
    )
    .catch(() => undefined);
  return (await serviceAccounts.find(email))?.value ?? account;
}

function missingAccount(email: string): ApiError {
  const [accountId] = email.split('@');
  return notFound(
    `Service account '${email}' does not exist. Make it with 'accredit service-accounts create ${accountId}'.`,
    { echoes: true },
  );
}
