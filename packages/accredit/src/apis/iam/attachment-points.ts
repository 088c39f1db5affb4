import type { Services } from '../../http/services.ts';
import { type ApiError, invalidArgument, notFound } from '../../kernel/api-error.ts';
import { projectName, type ResourceName } from '../../kernel/resource-names.ts';
import { ANY_PROJECT, parseProjectName } from '../../protocol/iam/service-accounts/service-account-names.ts';

/** What a policy of IAM v2 can be attached to, by id or number. */
type AttachmentPoint = `${'projects' | 'folders' | 'organizations'}/${string}`;

/** What `policies/{attachment point}/{kind}` names, and what follows it. */
export interface PolicyPath {
  readonly attachmentPoint: AttachmentPoint;
  readonly policyId?: string;
  readonly operationId?: string;
}

/** Where a policy is attached. */
export interface Attachment {
  /** `projects/{projectId}`, `folders/N`, `organizations/N`. */
  readonly resource: ResourceName;
  /** The same, with a project's number: answers always show that (IAM notes 1.3). */
  readonly byNumber: ResourceName;
}

const SERVICE = 'cloudresourcemanager.googleapis.com';

/** The kind of policies that is served. */
const KIND = 'denypolicies';

/** `policies/{attachment point}/{kind}[/{policy}[/operations/{operation}]]`, with the slashes of the first as they are. */
const POLICY_PATH =
  /^policies\/cloudresourcemanager\.googleapis\.com\/((?:projects|folders|organizations)\/[^/]+)\/([^/]+)(?:\/([^/]+))?(?:\/operations\/([^/]+))?$/;

/**
 * Takes the name of a policy, of a collection of them, or of an operation apart. The attachment point is one part of the
 * path, so its slashes are encoded; gcloud encodes what it has encoded once more.
 *
 * @throws {ApiError} `INVALID_ARGUMENT` for other kinds of policies and places. Guess: the words.
 */
export function parsePolicyPath(text: string): PolicyPath {
  const [, attachmentPoint = '', kind, policyId, operationId] =
    POLICY_PATH.exec(text.replaceAll(/%2F/gi, '/')) ?? [];
  if (kind !== KIND || !isAttachmentPoint(attachmentPoint)) {
    const form = `policies/${SERVICE}%2Fprojects%2F{project}/${KIND}`;
    throw invalidArgument(`Invalid name '${text.slice(0, 200)}'. The name of a policy begins '${form}'.`, {
      reason: 'badRequest',
    });
  }
  return {
    attachmentPoint,
    ...(policyId === undefined ? {} : { policyId }),
    ...(operationId === undefined ? {} : { operationId }),
  };
}

function isAttachmentPoint(name: string): name is AttachmentPoint {
  return parseProjectName(name) !== undefined || /^(?:folders|organizations)\/\d{1,30}$/.test(name);
}

/**
 * Returns the resource whose permission a call on deny policies needs. A project that is not there is named `projects/-`,
 * on which nobody has a permission.
 *
 * @throws {ApiError} `INVALID_ARGUMENT`
 */
export async function attachmentResource(path: string, services: Services): Promise<ResourceName> {
  const { attachmentPoint } = parsePolicyPath(path);
  return (await findAttachment(attachmentPoint, services))?.resource ?? resourceOfMissing(attachmentPoint);
}

/** @throws {ApiError} `NOT_FOUND`; only where refusals are not carried out, since IAM refuses such a call before */
export async function requireAttachment(
  { attachmentPoint }: PolicyPath,
  services: Services,
): Promise<Attachment> {
  const found = await findAttachment(attachmentPoint, services);
  if (found === undefined) throw unknownAttachmentPoint(attachmentPoint);
  return found;
}

/** Returns the name of a policy, or of what is below it, as answers show it. */
export function policyName({ byNumber }: Attachment, policyId: string): string {
  return `policies/${SERVICE}%2F${byNumber.replace('/', '%2F')}/${KIND}/${policyId}`;
}

async function findAttachment(
  attachmentPoint: AttachmentPoint,
  { resources }: Services,
): Promise<Attachment | undefined> {
  const [kind, id = ''] = attachmentPoint.split('/');
  if (kind === 'projects') {
    const project = (await resources.projects.find(id))?.value;
    if (project === undefined) return undefined;
    return { resource: projectName(project.projectId), byNumber: projectName(project.projectNumber) };
  }
  const node = kind === 'folders' ? await resources.folders.get(id) : await resources.organizations.get(id);
  return node === undefined ? undefined : { resource: attachmentPoint, byNumber: attachmentPoint };
}

function resourceOfMissing(attachmentPoint: AttachmentPoint): ResourceName {
  return attachmentPoint.startsWith('projects/') ? projectName(ANY_PROJECT) : attachmentPoint;
}

/** Guess: the words. */
export function unknownAttachmentPoint(attachmentPoint: ResourceName): ApiError {
  return notFound(`The resource '${attachmentPoint}' was not found.`, { echoes: true });
}
