import type { Command } from 'commander';
import { instanceName } from '../../kernel/resource-names.ts';
import type { Policy } from '../../protocol/iam/policies/policy.ts';
import { projectIdInEmail } from '../../protocol/iam/service-accounts/service-account-names.ts';
import { STORAGE_HOST } from '../bucket-calls.ts';
import type { Session } from '../connect.ts';
import type { CliContext } from '../context.ts';
import { usageError } from '../errors.ts';
import { COMPUTE_HOST, zoneOf } from '../instances/instance-calls.ts';
import { type OwnerRequest, path } from '../owner-client.ts';
import { accountEmail, projectOf } from '../projects.ts';
import { IAM_HOST } from './account-calls.ts';

/** The options that say whose policy is meant. */
export interface TargetOptions {
  readonly project?: string;
  readonly bucket?: string;
  readonly serviceAccount?: string;
  readonly folder?: string;
  readonly organization?: string;
  readonly instance?: string;
  readonly zone?: string;
}

/** A resource that has an allow policy: how its API reads and writes it. */
export interface PolicyTarget {
  /** For people: `bucket 'b'`. */
  readonly name: string;
  /** Its resource name, for programs. */
  readonly resource: string;
  readonly read: OwnerRequest;
  write(policy: PolicyAnswer): OwnerRequest;
}

/** A policy as the APIs give it; the etag goes back with the next write. */
export interface PolicyAnswer extends Policy {
  readonly version?: number;
  readonly etag?: string;
}

const RESOURCE_MANAGER_HOST = 'cloudresourcemanager.googleapis.com';

/** The policy form that can hold conditions; asking for it shows a policy as it is (IAM notes 1.2). */
const POLICY_VERSION = 3;

/** Adds the options that say whose policy is meant. */
export function addTargetOptions(command: Command): Command {
  return command
    .option(
      '--project <id>',
      'policy of a project, or the project of the account or instance; default: the project of the cloud ' +
        '(ACCREDIT_PROJECT)',
    )
    .option('--bucket <name>', 'policy of a bucket')
    .option('--service-account <account>', 'policy of a service account: who may act as it')
    .option('--instance <name>', 'policy of an instance')
    .option('--zone <zone>', 'of the instance; needed where several have this name')
    .option('--folder <number>', 'policy of a folder: it counts for all that is in it')
    .option('--organization <number>', 'policy of an organization: it counts for all that is in it');
}

/** The options that name something with a policy, other than the project. */
const TARGETS = {
  bucket: '--bucket',
  serviceAccount: '--service-account',
  instance: '--instance',
  folder: '--folder',
  organization: '--organization',
} as const;

/**
 * Returns the resource whose policy is meant.
 *
 * @throws {CliError} where two are named, or an instance is not there
 */
export async function findTarget(
  context: CliContext,
  session: Session,
  options: TargetOptions,
): Promise<PolicyTarget> {
  refuseSeveral(options);
  const { bucket, serviceAccount, instance, folder, organization, project, zone } = options;
  if (bucket !== undefined) return bucketTarget(bucket.replace(/^gs:\/\//, '').replace(/\/$/, ''));
  if (folder !== undefined) return hierarchyTarget('folder', folder);
  if (organization !== undefined) return hierarchyTarget('organization', organization);
  if (serviceAccount !== undefined)
    return accountTarget(accountEmail(context, session, serviceAccount, project));
  const projectId = projectOf(context, session, project);
  if (instance === undefined) return projectTarget(projectId);
  return instanceTarget(projectId, await zoneOf(session, projectId, instance, zone), instance);
}

/** @throws {CliError} of status 2 */
function refuseSeveral(options: TargetOptions): void {
  const named = Object.entries(TARGETS).flatMap(([name, flag]) =>
    // Every key of the table is one of the options.
    options[name as keyof typeof TARGETS] === undefined ? [] : flag,
  );
  if (named.length > 1) throw usageError(`One policy at a time: ${named.join(' or ')}.`);
  if (options.zone !== undefined && options.instance === undefined)
    throw usageError('--zone says where an instance is: name one with --instance.');
}

function bucketTarget(bucket: string): PolicyTarget {
  const place = { host: STORAGE_HOST, path: path`/storage/v1/b/${bucket}/iam` };
  return {
    name: `bucket '${bucket}'`,
    resource: `projects/_/buckets/${bucket}`,
    read: { method: 'GET', ...place, query: { optionsRequestedPolicyVersion: POLICY_VERSION } },
    write: (policy) => ({ method: 'PUT', ...place, body: { ...policy, version: POLICY_VERSION } }),
  };
}

function accountTarget(email: string): PolicyTarget {
  // An account that is not there is 404 under its own project, and 403 under any (IAM notes 1.8).
  const project = projectIdInEmail(email) ?? '-';
  const resource = path`/v1/projects/${project}/serviceAccounts/${email}`;
  return {
    name: `service account '${email}'`,
    resource: `projects/-/serviceAccounts/${email}`,
    read: {
      method: 'POST',
      host: IAM_HOST,
      path: `${resource}:getIamPolicy`,
      query: { 'options.requestedPolicyVersion': POLICY_VERSION },
    },
    write: (policy) => writeRequest(IAM_HOST, resource, policy),
  };
}

function projectTarget(projectId: string): PolicyTarget {
  return {
    name: `project '${projectId}'`,
    resource: `projects/${projectId}`,
    ...requests(RESOURCE_MANAGER_HOST, path`/v1/projects/${projectId}`),
  };
}

/** @param number - `123`, or the whole name: `folders/123` */
function hierarchyTarget(kind: 'folder' | 'organization', number: string): PolicyTarget {
  const collection = `${kind}s`;
  const id = number.startsWith(`${collection}/`) ? number.slice(collection.length + 1) : number;
  return {
    name: `${kind} '${id}'`,
    resource: `${collection}/${id}`,
    ...requests(RESOURCE_MANAGER_HOST, path`/v3/${collection}/${id}`),
  };
}

function instanceTarget(projectId: string, zone: string, name: string): PolicyTarget {
  const place = path`/compute/v1/projects/${projectId}/zones/${zone}/instances/${name}`;
  return {
    name: `instance '${name}'`,
    resource: instanceName(projectId, zone, name),
    read: {
      method: 'GET',
      host: COMPUTE_HOST,
      path: `${place}/getIamPolicy`,
      query: { optionsRequestedPolicyVersion: POLICY_VERSION },
    },
    write: (policy) => ({
      method: 'POST',
      host: COMPUTE_HOST,
      path: `${place}/setIamPolicy`,
      body: { policy: { ...policy, version: POLICY_VERSION } },
    }),
  };
}

/** The requests of an API that reads policies by POST. */
function requests(host: string, resource: string): Pick<PolicyTarget, 'read' | 'write'> {
  return {
    read: {
      method: 'POST',
      host,
      path: `${resource}:getIamPolicy`,
      body: { options: { requestedPolicyVersion: POLICY_VERSION } },
    },
    write: (policy) => writeRequest(host, resource, policy),
  };
}

function writeRequest(host: string, resource: string, policy: PolicyAnswer): OwnerRequest {
  return {
    method: 'POST',
    host,
    path: `${resource}:setIamPolicy`,
    body: { policy: { ...policy, version: POLICY_VERSION } },
  };
}
