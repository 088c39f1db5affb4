import type { ResourceName } from '../../kernel/resource-names.ts';

/** What every link in an answer begins with, whatever host was called (compute notes 1.2). */
const LINK_PREFIX = 'https://www.googleapis.com/compute/v1/';

/** Returns the link of a resource: `https://www.googleapis.com/compute/v1/projects/p/…`. */
export function toLink(name: ResourceName): string {
  return LINK_PREFIX + name;
}

/** The project that a reference is read in. */
export interface ReferenceProject {
  readonly projectId: string;
  readonly projectNumber: string;
}

/**
 * Reads a reference to a resource: a link on any host, or the rest of one from `projects/` or from the scope on. A
 * slash before or behind does no harm, and a project may be named by its number (compute notes 1.3).
 *
 * @returns `projects/ID/…`, or the bare text where it is a plain name
 */
export function readReference(text: string, { projectId, projectNumber }: ReferenceProject): ResourceName {
  const path = text
    .replace(/^https?:\/\/[^/]+\/compute\/[^/]+\//, '')
    .replace(/^\//, '')
    .replace(/\/$/, '');
  if (/^(?:zones|regions|global)\//.test(path)) return `projects/${projectId}/${path}`;
  return path.replace(/^projects\/([^/]+)/, (whole, named: string) =>
    named === projectNumber ? `projects/${projectId}` : whole,
  );
}
