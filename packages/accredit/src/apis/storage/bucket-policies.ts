import { method } from '../../http/method.ts';
import { type ApiError, conditionNotMet, invalidArgument } from '../../kernel/api-error.ts';
import { type Decoded, int32, optional } from '../../kernel/decode.ts';
import { assertEtagText } from '../../kernel/etags.ts';
import { ALL_AUTHENTICATED_USERS, ALL_USERS } from '../../kernel/principals.ts';
import { bucketName, projectName } from '../../kernel/resource-names.ts';
import { modifiedGrants, type Policy } from '../../protocol/iam/policies/policy.ts';
import {
  assertPolicyVersion,
  policyMessage,
  readRequestedVersion,
  renderBindings,
  WRITTEN_VERSION,
} from '../../protocol/iam/policies/policy-json.ts';
import { STORAGE_FULL } from '../../protocol/iam/scopes.ts';
import { parseBucketEtag, toBucketEtag } from '../../protocol/storage/etags.ts';
import type { Bucket } from '../../resources/buckets.ts';
import { findGrantableRoles } from '../../resources/grantable-roles.ts';
import { checkPolicy } from '../../resources/policy-requests.ts';
import type { Resources } from '../../resources/resources.ts';
import { answer, preconditionFailed } from './answers.ts';
import { storageBody, withStorageReason } from './bodies.ts';
import { withAttempts } from './changes.ts';
import { nameOfBucket, noSuchBucket, requireBucket } from './lookups.ts';

export const getIamPolicy = method({
  id: 'storage.buckets.getIamPolicy',
  http: 'GET /storage/v1/b/{bucket}/iam',
  scopes: STORAGE_FULL,
  permission: { check: 'storage.buckets.getIamPolicy', on: nameOfBucket },
  async handle(call) {
    const { path, services } = call;
    const { value: bucket } = await requireBucket(services, path.bucket);
    const version = readVersion(call.query.get('optionsRequestedPolicyVersion'));
    const policy = await services.resources.policies.get(bucketName(bucket.name));
    return answer(
      call,
      renderBucketPolicy(bucket, policy.value, version),
      toBucketEtag(bucket.metageneration),
    );
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
    const { generation } = (await requireBucket(call.services, call.path.bucket)).value;
    return withAttempts(async () => {
      const bucket = await requireBucket(call.services, call.path.bucket);
      // What was asked for was meant for the bucket that had the name then.
      if (bucket.value.generation !== generation) throw noSuchBucket();
      const resource = bucketName(bucket.value.name);
      const before = (await call.services.resources.policies.get(resource)).value;
      const policy = await readBucketPolicy(call.body, bucket.value, before, call.services.resources);
      const attributes = modifiedGrants(before, policy);
      await call.authorize('storage.buckets.setIamPolicy', resource, attributes);
      const changed = await buckets.changePolicy(bucket, policy);
      return answer(
        call,
        renderBucketPolicy(changed, policy, WRITTEN_VERSION),
        toBucketEtag(changed.metageneration),
      );
    });
  },
});

/** Checks a policy against the bucket that it is for. */
async function readBucketPolicy(
  body: Decoded<typeof setIamPolicyRequest>,
  bucket: Bucket,
  before: Policy,
  resources: Resources,
): Promise<Policy> {
  checkEtag(body.etag, bucket.metageneration);
  const place = { place: 'bucket', within: projectName(bucket.projectId) } as const;
  const grantable = await findGrantableRoles(body, place, resources);
  const policy = await withStorageReason(async () => {
    const rules = {
      grantable,
      convenienceProjectId: bucket.projectId,
      publicMembers: true,
    };
    assertPolicyVersion(body, before);
    // The etag is the bucket's, and was compared above.
    const { etag: _, ...message } = body;
    return (await checkPolicy({ policy: message }, rules, before, resources)).policy;
  });
  assertConditionsFit(policy, bucket);
  if (bucket.publicAccessPrevention === 'enforced') {
    refuseNewPublicMembers(before, policy);
  }
  return policy;
}

/**
 * Compares the etag that the caller read with the bucket's: an older one is 412, what never was one is 400, and so is what is
 * no base64 (storage notes 3.1, 4.1; IAM notes 1.2).
 */
function checkEtag(etag: string | undefined, metageneration: number): void {
  if (etag === undefined || etag === '') return;
  assertEtagText(etag, 'invalid');
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

/**
 * Conditions need uniform bucket-level access (IAM notes 1.4). Guess: that they are refused for everybody, and the text.
 *
 * @throws {ApiError} `FAILED_PRECONDITION`, `INVALID_ARGUMENT`
 */
function assertConditionsFit({ bindings }: Policy, bucket: Bucket): void {
  const conditional = bindings.filter(({ condition }) => condition !== undefined);
  if (conditional.length === 0) return;
  if (!bucket.uniformBucketLevelAccess) {
    throw conditionNotMet(
      'To set IAM conditions in this bucket, enable uniform bucket-level access. See ' +
        'https://cloud.google.com/storage/docs/uniform-bucket-level-access',
    );
  }
  if (publicGrants({ bindings: conditional }).length > 0) {
    throw invalidArgument('Conditions cannot be set on bindings of allUsers or allAuthenticatedUsers.', {
      reason: 'invalid',
    });
  }
}

/** Reads the version that a reader of a policy asks for; Storage names the parameter otherwise than IAM. */
function readVersion(text: string | undefined): number {
  return readRequestedVersion(optional(int32)(text, 'optionsRequestedPolicyVersion'));
}

/** Returns the policy of a bucket as Storage answers it: its etag is the bucket's (IAM notes, fact 5). */
function renderBucketPolicy(
  bucket: Bucket,
  policy: Policy,
  requestedVersion: number,
): Readonly<Record<string, unknown>> {
  const { version, bindings } = renderBindings(policy, requestedVersion);
  return {
    kind: 'storage#policy',
    resourceId: bucketName(bucket.name),
    version,
    etag: toBucketEtag(bucket.metageneration),
    ...(bindings.length === 0 ? {} : { bindings }),
  };
}
