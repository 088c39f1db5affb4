import type { IncomingHttpHeaders } from 'node:http';
import { type ApiError, invalidArgument, permissionDenied } from '../kernel/api-error.ts';
import { nameOfPrincipal } from '../kernel/principals.ts';
import { projectName } from '../kernel/resource-names.ts';
import { ANY_PROJECT, parseProjectName } from '../protocol/iam/service-accounts/service-account-names.ts';
import { findService } from '../protocol/service-usage/known-services.ts';
import type { Project } from '../resources/projects.ts';
import type { Authorizer } from './authorize.ts';
import type { Api, Caller, CallTarget, Refusal } from './method.ts';
import type { Services } from './services.ts';

/** A call whose consumer is asked for: the project whose quota it uses, and that must have the API enabled. */
interface ConsumerQuestion {
  readonly api: Api;
  readonly target: CallTarget<Readonly<Record<string, string>>>;
  readonly headers: IncomingHttpHeaders;
  readonly caller: Caller;
  readonly authorizer: Authorizer;
}

/** The families of Google's APIs with consumers; OAuth's endpoints and our own have none. */
const HAVE_CONSUMERS: ReadonlySet<Api['family']> = new Set(['esf', 'compute', 'storage']);

/** What the caller of any project may lack: to let its quota be used (IAM notes 3.7). */
const USE = 'serviceusage.services.use';

/**
 * Checks the project that a call counts for: that the caller may use the quota project that he names, and that the
 * consumer has the API enabled. It comes before the scopes, but for those of the first check (IAM notes part 5.3).
 *
 * @throws {ApiError} `PERMISSION_DENIED` with USER_PROJECT_DENIED or SERVICE_DISABLED (IAM notes 4.3)
 */
export async function checkConsumer(question: ConsumerQuestion): Promise<void> {
  const { api, target } = question;
  if (!HAVE_CONSUMERS.has(api.family)) return;
  const quotaProject = await requireQuotaProject(question);
  if (api.consumer === undefined) return;
  const projectId = quotaProject?.projectId;
  const consumer =
    api.consumer === 'caller'
      ? (projectId ?? (await projectOfCaller(question)))
      : // Guess: a call of Storage or Compute Engine counts for the project of the resource, also with a quota project.
        await api.consumer(target);
  if (consumer !== undefined) await requireEnabled(consumer, api, target.services);
}

/** The owner of the cloud and people have no project of their own; a service account has. */
async function projectOfCaller({ caller, target }: ConsumerQuestion): Promise<string | undefined> {
  const { principal } = caller;
  if (principal.kind !== 'serviceAccount') return undefined;
  return target.services.resources.serviceAccounts.projectIdOf(principal.email);
}

/** @param idOrNumber - of a project; one that is not there is for the method to refuse */
async function requireEnabled(idOrNumber: string, { hosts, family }: Api, services: Services): Promise<void> {
  const projectId = /^\d/.test(idOrNumber) ? (await find(idOrNumber, services))?.projectId : idOrNumber;
  if (projectId === undefined) return;
  const [service] = hosts;
  if (await services.resources.services.isEnabled(projectId, service)) return;
  const project = await find(projectId, services);
  if (project !== undefined) throw serviceDisabled(service, project, family);
}

async function find(idOrNumber: string, { resources }: Services): Promise<Project | undefined> {
  const name = parseProjectName(projectName(idOrNumber));
  return name === undefined ? undefined : (await resources.projects.find(name))?.value;
}

/**
 * The error of a service that is disabled. gcloud reads the service and the project out of its message, and offers to
 * enable it (IAM notes 4.3, compute notes 9.6).
 *
 * Deviation: the details are the ErrorInfo alone, without Help and LocalizedMessage; pinned by 'a service that is disabled
 * is refused in the words of its family'.
 */
function serviceDisabled(service: string, { projectNumber }: Project, family: Api['family']): ApiError {
  const title = findService(service)?.title ?? service;
  const activationUrl = `https://console.developers.google.com/apis/api/${service}/overview?project=${projectNumber}`;
  const message =
    `${title} has not been used in project ${projectNumber} before or it is disabled. ` +
    `Enable it by visiting ${activationUrl} then retry. If you enabled this API recently, ` +
    'wait a few minutes for the action to propagate to our systems and retry.';
  return permissionDenied(message, {
    reason: 'accessNotConfigured',
    // gsutil looks for these words (storage notes, the table of reasons).
    ...(family === 'storage' ? { legacyMessage: `Access Not Configured. ${message}` } : {}),
    extendedHelp: activationUrl,
    info: {
      reason: 'SERVICE_DISABLED',
      domain: 'googleapis.com',
      metadata: {
        service,
        consumer: projectName(projectNumber),
        serviceTitle: title,
        containerInfo: projectNumber,
        activationUrl,
      },
    },
  });
}

/**
 * Finds the quota project that a request names, and checks that the caller may use it.
 *
 * @returns `undefined` where none is named
 */
async function requireQuotaProject({
  api,
  target,
  headers,
  authorizer,
}: ConsumerQuestion): Promise<Project | undefined> {
  const named = namedQuotaProject(target, headers);
  if (named === undefined) return undefined;
  const project = await find(named, target.services);
  const isStorage = api.family === 'storage';
  if (project === undefined && isStorage) throw invalidUserProject();
  const refuse = (refusal: Refusal) =>
    isStorage ? refuseInStorage(refusal, api) : userProjectDenied(named, api);
  await authorizer.requireInWords(refuse, USE, projectName(project?.projectId ?? ANY_PROJECT));
  return project;
}

/** The query wins over the header (storage notes 9.5). */
function namedQuotaProject(
  { query }: ConsumerQuestion['target'],
  headers: IncomingHttpHeaders,
): string | undefined {
  const header = headers['x-goog-user-project'];
  const named = query.get('userProject') ?? (typeof header === 'string' ? header.trim() : undefined);
  return named === '' ? undefined : named;
}

/** The longest piece of a project's name that an error repeats. */
const ECHO_LIMIT = 100;

/**
 * The error of a quota project that the caller may not use, or that is not there: which of the two is not said.
 *
 * Guess: that a project that is not there is refused like another's.
 *
 * @see https://github.com/google-github-actions/auth/issues/250 for the words
 */
function userProjectDenied(named: string, { hosts: [service] }: Api): ApiError {
  const project = named.slice(0, ECHO_LIMIT);
  const consoleUrl = `https://console.developers.google.com/iam-admin/iam/project?project=${project}`;
  const message =
    `Caller does not have required permission to use project ${project}. ` +
    `Grant the caller the roles/serviceusage.serviceUsageConsumer role, or a custom role with the ${USE} permission, ` +
    `by visiting ${consoleUrl} and then retry. Propagation of the new permission may take a few minutes.`;
  return permissionDenied(message, {
    echoes: true,
    info: {
      reason: 'USER_PROJECT_DENIED',
      domain: 'googleapis.com',
      metadata: { service, consumer: projectName(project), containerInfo: project, consoleUrl },
    },
  });
}

/** Storage's error of a quota project that is not there, whoever asks (storage notes 9.5). */
function invalidUserProject(): ApiError {
  return invalidArgument('User project specified in the request is invalid.', { reason: 'invalid' });
}

/** Storage's shorter words (storage notes 9.5). Guess: who sent no credential is asked for one as elsewhere. */
function refuseInStorage(refusal: Refusal, { refuse }: Api): ApiError {
  const { permission, principal } = refusal;
  if (principal.kind === 'anonymous' && refuse !== undefined) return refuse(refusal);
  const who = principal.kind === 'anonymous' ? 'Anonymous caller' : nameOfPrincipal(principal);
  return permissionDenied(`${who} does not have ${permission} access to the Google Cloud project.`);
}
