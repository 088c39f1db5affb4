import type { Command } from 'commander';
import { list, object, optional, string } from '../kernel/decode.ts';
import { parseMember } from '../kernel/principals.ts';
import { type Binding, type Policy, withMembers, withoutMembers } from '../protocol/iam/policy.ts';
import { IAM_HOST } from './account-calls.ts';
import { STORAGE_HOST } from './bucket-calls.ts';
import type { Session } from './connect.ts';
import type { CliContext } from './context.ts';
import { usageError } from './errors.ts';
import { CallFailed, type OwnerClient, type OwnerRequest, path } from './owner-client.ts';
import { accountEmail, projectOf } from './projects.ts';

/** The options that say whose policy is meant. */
export interface TargetOptions {
  readonly project?: string;
  readonly bucket?: string;
  readonly serviceAccount?: string;
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
  readonly etag?: string;
}

const RESOURCE_MANAGER_HOST = 'cloudresourcemanager.googleapis.com';

/** The policy form that can hold conditions; asking for it shows a policy as it is (IAM notes 1.2). */
const POLICY_VERSION = 3;

/** HTTP statuses of a write that lost against another: Storage's own, and everybody else's (IAM notes 1.2). */
const LOST_RACE: ReadonlySet<number> = new Set([409, 412]);

/** How often a lost write is tried again; each loss means that somebody else got through. */
const ATTEMPT_LIMIT = 10;

const readCondition = object(
  {
    title: optional(string),
    description: optional(string),
    expression: string,
    location: optional(string),
  },
  'ignore',
);

const readBinding = object(
  // What is written back must be all that was read, or the write would make conditional grants unconditional.
  { role: string, members: list(string), condition: optional(readCondition) },
  'ignore',
);

const readPolicy = object({ etag: optional(string), bindings: list(readBinding) }, 'ignore');

/** Adds the options that say whose policy is meant. */
export function addTargetOptions(command: Command): Command {
  return command
    .option('--project <id>', 'policy of a project; default: the project of the cloud (ACCREDIT_PROJECT)')
    .option('--bucket <name>', 'policy of a bucket')
    .option('--service-account <account>', 'policy of a service account: who may act as it');
}

/** Returns the resource whose policy is meant. @throws {CliError} where two are named */
export function findTarget(context: CliContext, session: Session, options: TargetOptions): PolicyTarget {
  const { bucket, serviceAccount, project } = options;
  if (bucket !== undefined && serviceAccount !== undefined) {
    throw usageError('One policy at a time: --bucket or --service-account.');
  }
  if (bucket !== undefined) return bucketTarget(bucket.replace(/^gs:\/\//, '').replace(/\/$/, ''));
  if (serviceAccount !== undefined)
    return accountTarget(accountEmail(context, session, serviceAccount, project));
  return projectTarget(projectOf(context, session, project));
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
  const [, project = '-'] = /@([^.]+)\.iam\.gserviceaccount\.com$/.exec(email) ?? [];
  const place = path`/v1/projects/${project}/serviceAccounts/${email}`;
  return {
    name: `service account '${email}'`,
    resource: `projects/-/serviceAccounts/${email}`,
    read: {
      method: 'POST',
      host: IAM_HOST,
      path: `${place}:getIamPolicy`,
      query: { 'options.requestedPolicyVersion': POLICY_VERSION },
    },
    write: (policy) => ({
      method: 'POST',
      host: IAM_HOST,
      path: `${place}:setIamPolicy`,
      body: { policy: { ...policy, version: POLICY_VERSION } },
    }),
  };
}

function projectTarget(projectId: string): PolicyTarget {
  const place = path`/v1/projects/${projectId}`;
  return {
    name: `project '${projectId}'`,
    resource: `projects/${projectId}`,
    read: {
      method: 'POST',
      host: RESOURCE_MANAGER_HOST,
      path: `${place}:getIamPolicy`,
      body: { options: { requestedPolicyVersion: POLICY_VERSION } },
    },
    write: (policy) => ({
      method: 'POST',
      host: RESOURCE_MANAGER_HOST,
      path: `${place}:setIamPolicy`,
      body: { policy: { ...policy, version: POLICY_VERSION } },
    }),
  };
}

/** Reads a policy. */
export async function fetchPolicy(
  owner: Pick<OwnerClient, 'call'>,
  target: PolicyTarget,
): Promise<PolicyAnswer> {
  return readPolicy(await owner.call(target.read), '');
}

/** What is to be in a policy, or not to be in it. */
export interface GrantChange {
  readonly kind: 'grant' | 'revoke';
  readonly role: string;
  readonly member: string;
}

/**
 * Changes a policy: reads it, changes it, and writes it on the condition that nobody did meanwhile.
 *
 * @returns whether anything had to change
 * @throws {CallFailed} with the API's message; also where others are faster again and again
 */
export async function changePolicy(
  owner: Pick<OwnerClient, 'call'>,
  target: PolicyTarget,
  asked: GrantChange,
): Promise<boolean> {
  const change = { ...asked, member: canonicalMember(asked.member) };
  for (let attempt = 1; ; attempt += 1) {
    const policy = await fetchPolicy(owner, target);
    if (holds(policy.bindings, change) === (change.kind === 'grant')) return false;
    const apply = change.kind === 'grant' ? withMembers : withoutMembers;
    try {
      await owner.call(target.write({ ...policy, ...apply(policy, change.role, [change.member]) }));
      return true;
    } catch (error) {
      const lost = error instanceof CallFailed && LOST_RACE.has(error.httpStatus);
      if (!lost || attempt >= ATTEMPT_LIMIT) throw error;
    }
  }
}

/** The spelling in which policies keep a member; what is none is left for the API to refuse. */
function canonicalMember(text: string): string {
  const parsed = parseMember(text);
  return parsed.ok ? parsed.member : text;
}

function holds(bindings: readonly Binding[], { role, member }: GrantChange): boolean {
  return bindings.some(
    (binding) => binding.role === role && binding.condition === undefined && binding.members.includes(member),
  );
}
