import { digitsOf } from '../kernel/identifiers.ts';

/** Tags as they are declared: namespaced key `ORGANIZATION_OR_PROJECT/short` → short name of the value. */
export type Tags = Readonly<Record<string, string>>;

/** One tag of a resource, as conditions see it (IAM notes 1.4). */
export interface ResourceTag {
  /** `tagKeys/281475012216835`. */
  readonly keyId: string;
  /** Namespaced: `123456789012/env`. */
  readonly key: string;
  /** `tagValues/281479490723874`. */
  readonly valueId: string;
  /** Short name: `prod`. */
  readonly value: string;
}

/** Digits of the ids of keys and values. */
const TAG_ID_DIGITS = 15;

/**
 * Returns the tags with their ids, in the order of their keys. The ids follow from the names, so that they are the same
 * in every cloud.
 */
export function toResourceTags(tags: Tags): readonly ResourceTag[] {
  return Object.entries(tags)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([key, value]) => ({
      keyId: `tagKeys/${digitsOf(`tag ${key}`, TAG_ID_DIGITS)}`,
      key,
      valueId: `tagValues/${digitsOf(`tag ${key}/${value}`, TAG_ID_DIGITS)}`,
      value,
    }));
}
