import { hash } from 'node:crypto';
import type { Directory, Leaf, TreeNode } from './nodes.ts';

/** The number of hexadecimal digits of an etag (metadata notes 4.1.3). */
const ETAG_DIGITS = 16;

/**
 * Returns the etag of a view: a function of its content alone, so it comes back when a value is restored.
 *
 * SHA-256 cut to 64 bits: Google's function is unknown, any will do, and this one is there in FIPS builds of OpenSSL
 * (MD5 is not) and is computed by the processor.
 *
 * @param content - a listing; else JSON, whatever `alt` asked for, so that text and JSON share the etag. A listing
 *   ends with a newline or is empty and JSON never, so the two views of a directory always differ
 */
export function etagOf(content: string): string {
  return hash('sha256', content).slice(0, ETAG_DIGITS);
}

/** Returns the children of a directory, one a line, directories with a slash; empty for an empty one. */
export function renderListing(directory: Directory): string {
  let listing = '';
  for (const { name, node } of directory.listed) listing += isDirectory(node) ? `${name}/\n` : `${name}\n`;
  return listing;
}

/** Returns a leaf as text: a scalar as it is, a list with a newline after each item. */
export function renderText(leaf: Leaf): string {
  switch (leaf.kind) {
    case 'text':
      return leaf.value;
    case 'number':
      return leaf.literal;
    case 'list':
      return leaf.items.map((item) => `${item}\n`).join('');
  }
}

/**
 * Returns compact JSON of a node and all below it.
 *
 * @returns `undefined` for a node without a value, which its parent leaves out: dynamic leaves and gated leaves.
 *   A gated directory is `{}`, as published output has `guestAttributes` where it is disabled.
 */
export function renderJson(node: Directory | Leaf): string;
export function renderJson(node: TreeNode): string | undefined;
export function renderJson(node: TreeNode): string | undefined {
  switch (node.kind) {
    case 'text':
      return JSON.stringify(node.value);
    case 'number':
      return node.literal;
    case 'list':
      return JSON.stringify(node.items);
    case 'dynamic':
    case 'query':
      return undefined;
    case 'gate':
      return node.covers === 'subtree' ? '{}' : undefined;
    case 'directory':
      return node.json === 'array' ? renderArray(node) : renderObject(node);
  }
}

function renderObject(directory: Directory): string {
  const members: string[] = [];
  for (const { jsonKey, node } of directory.recursive) {
    const value = renderJson(node);
    if (value !== undefined) members.push(jsonKey + value);
  }
  return `{${members.join(',')}}`;
}

function renderArray(directory: Directory): string {
  return `[${directory.recursive.map(({ node }) => renderJson(node)).join(',')}]`;
}

/** Returns `path value` lines of everything below a directory, paths relative to it and with the keys of listings. */
export function renderTextDump(directory: Directory): string {
  const lines: string[] = [];
  dumpInto(lines, '', directory);
  return lines.join('');
}

function dumpInto(lines: string[], path: string, node: TreeNode): void {
  if (node.kind === 'directory') {
    for (const child of node.recursive)
      dumpInto(lines, path === '' ? child.name : `${path}/${child.name}`, child.node);
  } else if (node.kind === 'list') {
    for (const item of node.items) lines.push(`${path} ${item}\n`);
  } else if (node.kind === 'text' || node.kind === 'number') {
    lines.push(`${path} ${renderText(node)}\n`);
  }
}

function isDirectory(node: TreeNode): boolean {
  return node.kind === 'directory' || (node.kind === 'gate' && node.covers === 'subtree');
}
