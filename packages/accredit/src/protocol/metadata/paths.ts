import type { TreeNode } from './tree/nodes.ts';

/** Repeated slashes, and segments that begin with a dot: whatever may need normalising. */
const IRREGULAR = /\/[/.]/;

/**
 * Normalises a path as it stands in the request line, without its query.
 *
 * Repeated slashes collapse (metadata notes 5.2.3); `.` and `..` are resolved and never leave the root (5.2.4; a
 * guess that RFC 3986 §5.2.4 is what applies). Guess: any percent-encoding is unknown, not only the eight
 * characters that the documentation names (5.2.2).
 *
 * @returns an absolute path, or `undefined` where no key can have it
 */
export function normalizePath(rawPath: string): string | undefined {
  if (!rawPath.startsWith('/') || rawPath.includes('%')) return undefined;
  return IRREGULAR.test(rawPath) ? resolveSegments(rawPath.split('/')) : rawPath;
}

function resolveSegments(segments: readonly string[]): string {
  const kept: string[] = [];
  for (const segment of segments) {
    if (segment === '..') kept.pop();
    else if (segment !== '' && segment !== '.') kept.push(segment);
  }
  const last = segments.at(-1);
  const isDirectory = last === '' || last === '.' || last === '..';
  return isDirectory && kept.length > 0 ? `/${kept.join('/')}/` : `/${kept.join('/')}`;
}

/**
 * Finds the node that a normalised path names; a gated directory answers for whatever is below it.
 *
 * @returns `undefined` where there is none, also for a leaf with a slash behind it (metadata notes 5.2.5)
 */
export function findNode(tree: TreeNode, path: string): TreeNode | undefined {
  let node: TreeNode | undefined = tree;
  let start = 1;
  while (node !== undefined && start <= path.length) {
    if (node.kind === 'gate' && node.covers === 'subtree') return node;
    if (node.kind !== 'directory') return undefined;
    if (start === path.length) return node;
    const slash = path.indexOf('/', start);
    const end = slash === -1 ? path.length : slash;
    node = node.children.get(path.slice(start, end));
    start = end + 1;
  }
  return node;
}
