import { z } from 'zod';
import {
  isMetadataWithinLimit,
  LABEL_KEY,
  LABEL_LIMIT,
  LABEL_VALUE,
  METADATA_KEY,
  METADATA_VALUE,
  RESOURCE_TAG_LIMIT,
  TAG_KEY,
  TAG_VALUE,
} from './rules.ts';
import { text } from './schema-parts.ts';

/** Labels of a project, a bucket or an instance. */
export const labels = z
  .record(text(LABEL_KEY), text(LABEL_VALUE), { error: 'a mapping of label keys to values' })
  .refine((value) => Object.keys(value).length <= LABEL_LIMIT, { error: `at most ${LABEL_LIMIT} labels` })
  .optional();

/** Metadata of a project or an instance, by key. */
export const metadata = z
  .record(text(METADATA_KEY), text(METADATA_VALUE), { error: 'a mapping of metadata keys to values' })
  .refine(isMetadataWithinLimit, { error: 'at most 512 KB of keys and values' })
  .optional();

/** Tags by namespaced key; networks have others. */
export const resourceTags = z
  .record(text(TAG_KEY), text(TAG_VALUE), { error: 'a mapping of tag keys to values' })
  .refine((value) => Object.keys(value).length <= RESOURCE_TAG_LIMIT, {
    error: `at most ${RESOURCE_TAG_LIMIT} tags`,
  })
  .optional();
