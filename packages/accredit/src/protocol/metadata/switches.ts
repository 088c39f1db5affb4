import type { MetadataItem } from './instance-metadata.ts';
import { parseBoolean } from './queries.ts';

/**
 * Says whether an attribute switches something on, as `enable-guest-attributes` does.
 *
 * The attribute of the instance goes before that of the project, as clients merge them (metadata notes 8.3).
 */
export function isSwitchedOn(
  key: string,
  attributes: readonly MetadataItem[],
  projectAttributes: readonly MetadataItem[],
): boolean {
  return parseBoolean(valueOf(key, attributes) ?? valueOf(key, projectAttributes)) === true;
}

function valueOf(key: string, items: readonly MetadataItem[]): string | undefined {
  return items.findLast((item) => item.key === key)?.value;
}
