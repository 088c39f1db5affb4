import { method } from '../../http/method.ts';
import { list, object, optional, string } from '../../kernel/decode.ts';
import { checkTags } from '../../protocol/compute/contents.ts';
import { checkFingerprint } from '../../protocol/compute/fingerprints.ts';
import { COMPUTE_WRITE } from '../../protocol/iam/scopes.ts';
import { ignored, inResource } from './body-decoders.ts';
import { changeInstance } from './instance-change.ts';
import { nameOfInstance } from './instance-target.ts';
import { checkMetadataFingerprint, metadataBody, readItems } from './metadata-body.ts';
import { renderOperation } from './operation-json.ts';
import { findAccountProblem } from './service-account-use.ts';

export const setMetadata = method({
  id: 'compute.instances.setMetadata',
  http: 'POST /compute/v1/projects/{project}/zones/{zone}/instances/{instance}/setMetadata',
  scopes: COMPUTE_WRITE,
  permission: { check: 'compute.instances.setMetadata', on: nameOfInstance },
  body: { kind: 'json', decode: metadataBody },
  async handle(call) {
    const metadata = readItems(call.body);
    const operation = await changeInstance(call, 'setMetadata', async (instance) => {
      checkMetadataFingerprint(call.body, instance.metadata);
      // Who writes what an instance runs acts as its account (IAM notes 1.8). Guess: nobody acts as one that is gone.
      for (const { email } of instance.serviceAccounts) {
        const problem = await findAccountProblem(call, email);
        if (problem !== undefined) return problem;
      }
      return { ...instance, metadata };
    });
    return { json: renderOperation(operation, call.services.clock.now()) };
  },
});

/** Guess: of the two texts that Terraform knows, this is the one of tags (compute notes 12, row 6). */
const STALE_TAGS = 'Invalid fingerprint.';

const tagsBody = object({
  fingerprint: inResource(optional(string)),
  items: inResource(list(string)),
  kind: ignored,
});

export const setTags = method({
  id: 'compute.instances.setTags',
  http: 'POST /compute/v1/projects/{project}/zones/{zone}/instances/{instance}/setTags',
  scopes: COMPUTE_WRITE,
  permission: { check: 'compute.instances.setTags', on: nameOfInstance },
  body: { kind: 'json', decode: tagsBody },
  async handle(call) {
    const tags = checkTags('resource.items', call.body.items);
    const operation = await changeInstance(call, 'setTags', (instance) => {
      checkFingerprint(call.body.fingerprint, instance.tags, STALE_TAGS);
      return { ...instance, tags };
    });
    return { json: renderOperation(operation, call.services.clock.now()) };
  },
});
