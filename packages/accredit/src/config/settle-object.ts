import { createHash } from 'node:crypto';
import { objectName } from '../kernel/resource-names.ts';
import type { Bucket } from '../resources/buckets.ts';
import { ownerMember } from '../resources/new-project.ts';
import type { StorageObject } from '../resources/objects.ts';
import type { DeclaredObject } from './declared-buckets.ts';
import { type DeclaredContent, findFlaw, openContent } from './declared-content.ts';
import type { Draft } from './draft.ts';
import { describeValue } from './problems.ts';

/** Takes in an object. Its bytes are written at once, and named by the commit. */
export async function settleObject(draft: Draft, bucket: Bucket, declared: DeclaredObject): Promise<void> {
  const { objects } = draft.resources;
  const { name } = declared;
  if (!hasFile(draft, declared)) return;
  const stored = await objects.get(bucket.name, name);
  const differing = stored === undefined ? [] : await differingParts(stored.value, declared);
  const isWritten = stored === undefined || differing.length > 0;
  const object = isWritten ? await writeObject(draft, bucket, declared, stored?.value) : stored.value;
  await draft.settle({
    name: objectName(bucket.name, name),
    identity: object.generation,
    isNew: stored === undefined,
    differing,
    grants: [],
    changes: objects.put(object, stored?.value),
    preconditions: [objects.at(stored?.revision ?? 0, bucket.name, name)],
  });
}

/** Says whether the content of an object is where the configuration says; what is not is complained of. */
export function hasFile(draft: Pick<Draft, 'complain'>, { content, path }: DeclaredObject): boolean {
  const flaw = findFlaw(content);
  if (flaw === undefined) return true;
  const file = 'file' in content ? content.file : '';
  const got = `got ${describeValue(file)}${flaw}`;
  draft.complain([...path, 'file'], `expected a file inside this directory, ${got}.`);
  return false;
}

/** Names what of an object is not as declared. */
async function differingParts(
  before: StorageObject,
  { content, contentType }: DeclaredObject,
): Promise<readonly string[]> {
  const isOther = before.md5Base64 !== (await md5Of(content));
  const isOtherType = contentType !== undefined && contentType !== before.contentType;
  return [...(isOther ? ['content'] : []), ...(isOtherType ? ['contentType'] : [])];
}

/** Writes the content anew: what is named by another generation is another object, as with every upload. */
async function writeObject(
  draft: Draft,
  bucket: Bucket,
  { name, content, contentType }: DeclaredObject,
  replaced: StorageObject | undefined,
): Promise<StorageObject> {
  const { options, resources } = draft;
  const { id, sizeBytes, md5Base64, crc32cBase64 } = await options.objectBytes.write(openContent(content));
  draft.writtenBytes.push(id);
  if (replaced !== undefined) draft.obsoleteBytes.push(replaced.bytesId);
  const nowMs = options.clock.now();
  return {
    bucket: bucket.name,
    name,
    generation: await resources.objects.nextGeneration(bucket.name),
    metageneration: 1,
    bytesId: id,
    sizeBytes,
    md5Base64,
    crc32cBase64,
    storageClass: bucket.storageClass,
    metadata: {},
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
    owner: ownerMember(options.ownerEmail),
    ...(contentType === undefined ? {} : { contentType }),
  };
}

async function md5Of(content: DeclaredContent): Promise<string> {
  const hash = createHash('md5');
  for await (const chunk of openContent(content)) hash.update(chunk);
  return hash.digest('base64');
}
