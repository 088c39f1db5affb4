import { z } from 'zod';
import { labels, resourceTags } from './label-schema.ts';
import { iamPolicy } from './policy-schema.ts';
import { BUCKET_NAME, CONTENT_TYPE, LOCATION, OBJECT_FILE, OBJECT_NAME } from './rules.ts';
import { boolean, choice, list, mapping, text } from './schema-parts.ts';

/** The storage classes that a bucket may have; the older names stand for STANDARD in all but name. */
const STORAGE_CLASSES = ['STANDARD', 'NEARLINE', 'COLDLINE', 'ARCHIVE'] as const;

const object = mapping('an object', {
  name: text(OBJECT_NAME),
  content: z.string({ error: 'the text of the object, in quotes' }).optional(),
  file: text(OBJECT_FILE).optional(),
  contentType: text(CONTENT_TYPE).optional(),
}).refine(({ content, file }) => (content === undefined) !== (file === undefined), {
  error: "either 'content' or 'file' in it",
});

/** One of `buckets`. */
export const bucket = mapping('a bucket', {
  name: text(BUCKET_NAME),
  location: text(LOCATION).optional(),
  storageClass: choice(...STORAGE_CLASSES),
  uniformBucketLevelAccess: boolean(),
  publicAccessPrevention: choice('inherited', 'enforced'),
  labels,
  tags: resourceTags,
  iamPolicy: iamPolicy('bucket'),
  objects: list('objects', object),
});

/** A bucket as the file says it. */
export type FileBucket = z.output<typeof bucket>;

/** An object as the file says it. */
export type FileObject = z.output<typeof object>;
