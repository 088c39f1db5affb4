import type { Bucket } from '../resources/buckets.ts';
import type { FileBucket, FileObject } from './bucket-schema.ts';
import { type Declared, settled } from './declared.ts';
import type { DeclaredContent } from './declared-content.ts';
import { toGrants } from './declared-grants.ts';
import type { Path } from './problems.ts';

export interface DeclaredBucket
  extends Declared<
    Pick<
      Bucket,
      'location' | 'storageClass' | 'uniformBucketLevelAccess' | 'publicAccessPrevention' | 'labels' | 'tags'
    >
  > {
  readonly name: string;
  readonly objects: readonly DeclaredObject[];
}

export interface DeclaredObject {
  readonly path: Path;
  readonly name: string;
  readonly contentType: string | undefined;
  readonly content: DeclaredContent;
}

/** @param directory - of the file: what it names is looked for there */
export function toBucket(bucket: FileBucket, path: Path, directory: string): DeclaredBucket {
  const { name, location, storageClass, uniformBucketLevelAccess, publicAccessPrevention } = bucket;
  const { labels, tags } = bucket;
  return {
    path,
    name,
    fields: settled({
      location: location?.toUpperCase(),
      storageClass,
      uniformBucketLevelAccess,
      publicAccessPrevention,
      labels,
      tags,
    }),
    grants: toGrants(bucket.iamPolicy, [...path, 'iamPolicy']),
    objects: (bucket.objects ?? []).map((object, index) =>
      toObject(object, [...path, 'objects', index], directory),
    ),
  };
}

/** The type of a text that says nothing else; files go without one, as uploads do. */
const TEXT_TYPE = 'text/plain';

function toObject(object: FileObject, path: Path, directory: string): DeclaredObject {
  const { name, content = '', file, contentType = file === undefined ? TEXT_TYPE : undefined } = object;
  return { path, name, contentType, content: file === undefined ? { text: content } : { directory, file } };
}
