import { type Decoded, list, object, optional, string } from '../../kernel/decode.ts';
import { checkMetadataItems } from '../../protocol/compute/contents.ts';
import { checkFingerprint } from '../../protocol/compute/fingerprints.ts';
import type { MetadataItem } from '../../resources/projects.ts';
import { ignored, inResource } from './body-decoders.ts';

/** What a write on metadata that changed meanwhile is told; Terraform matches it (compute notes 1.7). */
const STALE_METADATA = 'Supplied fingerprint does not match current metadata fingerprint.';

/** The metadata of an instance or a project as the body of a call. */
export const metadataBody = object({
  fingerprint: inResource(optional(string)),
  items: inResource(list(object({ key: optional(string), value: optional(string) }))),
  kind: ignored,
});

type MetadataBody = Decoded<typeof metadataBody>;

/** Reads the items of a body. @throws {ApiError} 400 `invalid` or `required` */
export function readItems({ items }: MetadataBody): readonly MetadataItem[] {
  return checkMetadataItems('resource', items);
}

/** Checks that a body knows the items that it replaces. @throws {ApiError} 412 `conditionNotMet` */
export function checkMetadataFingerprint(
  { fingerprint }: MetadataBody,
  current: readonly MetadataItem[],
): void {
  checkFingerprint(fingerprint, current, STALE_METADATA);
}
