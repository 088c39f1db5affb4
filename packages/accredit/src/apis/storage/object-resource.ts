import { type ApiError, invalidArgument } from '../../kernel/api-error.ts';
import { anything, type Decoded, map, object, optional, string } from '../../kernel/decode.ts';
import { toRfc3339 } from '../../kernel/timestamps.ts';
import { parseStorageClass } from '../../protocol/storage/bucket-settings.ts';
import type { StatedChecksum } from '../../protocol/storage/checksums.ts';
import { toObjectEtag } from '../../protocol/storage/etags.ts';
import type { ContentFields, StorageObject } from '../../resources/objects.ts';
import { storageBody } from './bodies.ts';
import { refuseMembers, saysNothing } from './parameters.ts';

const SELF_LINK = 'https://www.googleapis.com/storage/v1/b/';
const MEDIA_LINK = 'https://storage.googleapis.com/download/storage/v1/b/';

/** Keys and values of an object's custom metadata together (storage notes 2.3). */
const CUSTOM_METADATA_LIMIT_BYTES = 8192;

/**
 * What an object may be given at Google that is not kept yet.
 *
 * Deviation; pinned by 'an upload is refused and leaves nothing', row 'a hold'.
 */
const NOT_KEPT = [
  'contexts',
  'customTime',
  'eventBasedHold',
  'kmsKeyName',
  'retention',
  'temporaryHold',
] as const;

/** Members that become headers of downloads. */
const CONTENT_FIELDS = [
  'contentType',
  'contentEncoding',
  'contentDisposition',
  'contentLanguage',
  'cacheControl',
] as const;

/** The object of an insert; what is neither known nor kept is ignored, as Storage does. */
export const objectBody = storageBody(
  object(
    {
      name: optional(string),
      bucket: optional(string),
      contentType: optional(string),
      contentEncoding: optional(string),
      contentDisposition: optional(string),
      contentLanguage: optional(string),
      cacheControl: optional(string),
      storageClass: optional(string),
      metadata: optional(map(optional(string))),
      md5Hash: optional(string),
      crc32c: optional(string),
      acl: anything,
      contexts: anything,
      customTime: anything,
      eventBasedHold: anything,
      kmsKeyName: anything,
      retention: anything,
      temporaryHold: anything,
    },
    'ignore',
  ),
);

/** The object of an insert, decoded and not yet checked. */
export type ObjectBody = Decoded<typeof objectBody>;

/** What a caller says of a new object. */
export interface ObjectDraft {
  readonly content: ContentFields;
  readonly metadata: Readonly<Record<string, string>>;
  /** `undefined` takes the bucket's. */
  readonly storageClass: string | undefined;
  readonly stated: readonly StatedChecksum[];
  /** Whether it brings an access control list. */
  readonly hasAcl: boolean;
}

/**
 * Returns what a body says of a new object.
 *
 * @throws {ApiError} `INVALID_ARGUMENT`
 */
export function readObject(body: ObjectBody): ObjectDraft {
  refuseMembers(body, ...NOT_KEPT);
  const content: { [K in (typeof CONTENT_FIELDS)[number]]?: string } = {};
  for (const field of CONTENT_FIELDS) {
    const value = body[field] ?? '';
    if (value === '') continue;
    // Guess: that control characters, which no header can carry, are refused like this.
    if (/(?!\t)\p{Cc}/u.test(value)) throw invalid(`Invalid value for: ${field}`);
    content[field] = value;
  }
  const { storageClass, md5Hash, crc32c } = body;
  return {
    content,
    metadata: readCustomMetadata(body.metadata),
    hasAcl: !saysNothing(body.acl),
    storageClass: storageClass === undefined ? undefined : parseStorageClass(storageClass),
    stated: [
      ...(md5Hash === undefined ? [] : [{ kind: 'md5' as const, text: md5Hash }]),
      ...(crc32c === undefined ? [] : [{ kind: 'crc32c' as const, text: crc32c }]),
    ],
  };
}

function readCustomMetadata(metadata: ObjectBody['metadata'] = {}): Readonly<Record<string, string>> {
  const kept: Record<string, string> = Object.create(null) as Record<string, string>;
  let length = 0;
  for (const [key, value] of Object.entries(metadata)) {
    if (value === undefined) continue;
    kept[key] = value;
    length += Buffer.byteLength(key) + Buffer.byteLength(value);
  }
  if (length > CUSTOM_METADATA_LIMIT_BYTES) {
    // Guess: the text (storage notes 2.3).
    throw invalid(
      `The custom metadata exceeds the maximum of ${CUSTOM_METADATA_LIMIT_BYTES} bytes: ${length}.`,
    );
  }
  return kept;
}

/** Returns an object as the API shows it, members in the recorded order (storage notes 1.2). */
export function renderObject(object: StorageObject): Readonly<Record<string, unknown>> {
  const { bucket, name, generation, metageneration } = object;
  const path = `${bucket}/o/${encodeURIComponent(name)}`;
  const createdAt = toRfc3339(object.createdAtMs);
  return {
    kind: 'storage#object',
    id: `${bucket}/${name}/${generation}`,
    selfLink: SELF_LINK + path,
    mediaLink: `${MEDIA_LINK}${path}?generation=${generation}&alt=media`,
    name,
    bucket,
    generation,
    metageneration: String(metageneration),
    ...contentOf(object),
    storageClass: object.storageClass,
    size: String(object.sizeBytes),
    md5Hash: object.md5Base64,
    crc32c: object.crc32cBase64,
    etag: etagOf(object),
    timeCreated: createdAt,
    updated: toRfc3339(object.updatedAtMs),
    timeStorageClassUpdated: createdAt,
    timeFinalized: createdAt,
    ...(Object.keys(object.metadata).length === 0 ? {} : { metadata: object.metadata }),
  };
}

/** Returns the JSON etag of an object. */
export function etagOf({ generation, metageneration }: StorageObject): string {
  return toObjectEtag(generation, metageneration);
}

function contentOf(object: StorageObject): ContentFields {
  return Object.fromEntries(
    CONTENT_FIELDS.map((field) => [field, object[field]]).filter(([, value]) => value !== undefined),
  ) as ContentFields;
}

function invalid(message: string): ApiError {
  return invalidArgument(message, { reason: 'invalid' });
}
