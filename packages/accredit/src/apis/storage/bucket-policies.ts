import { method } from '../../http/method.ts';
import { type ApiError, conditionNotMet, invalidArgument } from '../../kernel/api-error.ts';
import type { Decoded } from '../../kernel/decode.ts';
import { ALL_AUTHENTICATED_USERS, ALL_USERS } from '../../kernel/principals.ts';
import { bucketName } from '../../kernel/resource-names.ts';
import type { Policy } from '../../protocol/iam/policy.ts';
import { policyMessage, readPolicy } from '../../protocol/iam/policy-json.ts';
import { findRole } from '../../protocol/iam/roles/catalogue.ts';
import { STORAGE_FULL } from '../../protocol/iam/scopes.ts';
import { parseBucketEtag, toBucketEtag } from '../../protocol/storage/etags.ts';
import type { Bucket } from '../../resources/buckets.ts';
import { assertMembersExist } from '../../resources/members.ts';
import type { Resources } from '../../resources/resources.ts';
import { answer, preconditionFailed } from './answers.ts';
import { storageBody, withStorageReason } from './bodies.ts';
import { withAttempts } from './changes.ts';
import { nameOfBucket, requireBucket } from './lookups.ts';

export const getIamPolicy = method({
  id: 'storage.buckets.getIamPolicy',
  http: 'GET /storage/v1/b/{bucket}/iam',
  scopes: STORAGE_FULL,
  permission: { check: 'storage.buckets.getIamPolicy', on: nameOfBucket },
  async handle(call) {
    const { path, services } = call;
    const { value: bucket } = await requireBucket(services, path.bucket);
    const policy = await services.resources.policies.get(bucketName(bucket.name));
    return answer(call, renderBucketPolicy(bucket, policy.value), toBucketEtag(bucket.metageneration));
  },
});

const setIamPolicyRequest = storageBody(policyMessage);

export const setIamPolicy = method({
  id: 'storage.buckets.setIamPolicy',
  http: 'PUT /storage/v1/b/{bucket}/iam',
  scopes: STORAGE_FULL,
  permission: { check: 'storage.buckets.setIamPolicy', on: nameOfBucket },
  body: { kind: 'json', decode: setIamPolicyRequest },
  async handle(call) {
    const { buckets } = call.services.resources;
    return withAttempts(async () => {
      const bucket = await requireBucket(call.services, call.path.bucket);
      const policy = await readBucketPolicy(call.body, bucket.value, call.services.resources);
      const changed = await buckets.changePolicy(bucket, policy);
      return answer(call, renderBucketPolicy(changed, policy), toBucketEtag(changed.metageneration));
    });
  },
});

/** Checks a policy against the bucket that it is for. */
async function readBucketPolicy(
  { etag, ...message }: Decoded<typeof setIamPolicyRequest>,
  bucket: Bucket,
  { policies, serviceAccounts }: Resources,
): Promise<Policy> {
  checkEtag(etag, bucket.metageneration);
  const policy = await withStorageReason(async () => {
    const write = readPolicy(message, {
      grantable: (role) => role.startsWith('roles/storage.') && findRole(role) !== undefined,
      convenienceProjectId: bucket.projectId,
      publicMembers: true,
    });
    await assertMembersExist(write.policy, serviceAccounts);
    return write.policy;
  });
  if (bucket.publicAccessPrevention === 'enforced') {
    refuseNewPublicMembers((await policies.get(bucketName(bucket.name))).value, policy);
  }
  return policy;
}

/**
 * Compares the etag that the caller read with the bucket's: an older one is 412, and what never was one is 400
 * (storage notes 3.1, 4.1).
 */
function checkEtag(etag: string | undefined, metageneration: number): void {
  if (etag === undefined || etag === '') return;
  const read = parseBucketEtag(etag);
  if (read === undefined || read > metageneration) {
    throw invalidArgument('Invalid etag - must use etag from GetPolicy response.', { reason: 'invalid' });
  }
  if (read < metageneration) throw preconditionFailed();
}

/** What was given to everybody before stays, and has no effect (storage notes 9.4). */
function refuseNewPublicMembers(before: Policy, after: Policy): void {
  const given = new Set(publicGrants(before));
  if (publicGrants(after).some((grant) => !given.has(grant))) throw publicAccessPrevented();
}

function publicGrants({ bindings }: Policy): readonly string[] {
  return bindings.flatMap(({ role, members }) =>
    members
      .filter((member) => member === ALL_USERS || member === ALL_AUTHENTICATED_USERS)
      .map((member) => `${role} ${member}`),
  );
}

function publicAccessPrevented(): ApiError {
  return conditionNotMet(
    'The member bindings allUsers and allAuthenticatedUsers are not allowed since public access prevention is enforced.',
  );
}

/** Returns the policy of a bucket as Storage answers it: its etag is the bucket's (IAM notes, fact 5). */
function renderBucketPolicy(bucket: Bucket, policy: Policy): Readonly<Record<string, unknown>> {
  return {
    kind: 'storage#policy',
    resourceId: bucketName(bucket.name),
    version: 1,
    etag: toBucketEtag(bucket.metageneration),
    ...(policy.bindings.length === 0
      ? {}
      : { bindings: policy.bindings.map(({ role, members }) => ({ role, members })) }),
  };
}
