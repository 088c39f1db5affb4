import type { Directory, DynamicLeaf, Leaf } from './nodes.ts';
import { findNode, normalizePath } from './paths.ts';
import { parseQuery, parseView, type Query, type View } from './queries.ts';
import { type Refused, refuse } from './refusal.ts';
import { etagOf, renderJson, renderListing, renderText, renderTextDump } from './views.ts';

export type ValueContentType = 'application/text' | 'application/json';

/** A body to send as it is, with status 200. */
export interface Value {
  readonly kind: 'value';
  readonly status: 200;
  readonly contentType: ValueContentType;
  readonly body: string;
  /** 16 lower-case hexadecimal digits, to be sent without quotes; absent above `v1/` (metadata notes 4.1.4). */
  readonly etag?: string;
}

/** A directory named without its slash, to be answered with status 301 (metadata notes 5.3). */
export interface Redirect {
  readonly kind: 'redirect';
  readonly status: 301;
  /** The path with its slash and the query as it came; the scheme and host belong in front of it. */
  readonly location: string;
  /** The path alone and a newline. */
  readonly body: string;
}

/** A token or identity request: `parseTokenQuery` or `parseIdentityQuery` reads the query. */
export interface Dynamic {
  readonly kind: 'dynamic';
  readonly key: DynamicLeaf['key'];
  /** The e-mail of an account that is attached. */
  readonly account: string;
  readonly query: Query;
}

export type Resolution = Value | Redirect | Dynamic | Refused;

/**
 * Says what a GET of a path and query means to an instance.
 *
 * @param rawPath - as in the request line, without the query
 * @param rawQuery - without the question mark; empty for none
 */
export function resolve(tree: Directory, rawPath: string, rawQuery: string): Resolution {
  const path = normalizePath(rawPath);
  const node = path === undefined ? undefined : findNode(tree, path);
  if (path === undefined || node === undefined) return refuse('not-found');
  if (node.kind === 'gate') return refuse(node.reason);
  if (node.kind === 'directory' && !path.endsWith('/')) return redirect(`${path}/`, rawQuery);
  const query = parseQuery(rawQuery);
  const view = parseView(query);
  if (view.kind === 'refused') return view;
  if (node.kind === 'dynamic') return { kind: 'dynamic', key: node.key, account: node.account, query };
  return node.kind === 'directory' ? showDirectory(node, view) : showLeaf(node, view.alt);
}

/** The query is kept: Google's image tests and guest agent ask for `DIR?recursive=true` (metadata notes 5.3.3). */
function redirect(path: string, rawQuery: string): Redirect {
  const location = rawQuery === '' ? path : `${path}?${rawQuery}`;
  return { kind: 'redirect', status: 301, location, body: `${path}\n` };
}

/**
 * Guess: above `v1/`, where nothing is recursive, `recursive` is ignored and `alt` is refused as on any listing.
 */
function showDirectory(directory: Directory, view: View): Resolution {
  if (view.recursive && directory.hasViews) return showRecursively(directory, view.alt);
  if (view.alt !== undefined) return refuse('alt-without-recursive');
  const listing = renderListing(directory);
  return value('application/text', listing, directory.hasViews ? etagOf(listing) : undefined);
}

function showRecursively(directory: Directory, alt: View['alt']): Value {
  const json = renderJson(directory);
  const etag = etagOf(json);
  return alt === 'text'
    ? value('application/text', renderTextDump(directory), etag)
    : value('application/json', json, etag);
}

function showLeaf(leaf: Leaf, alt: View['alt']): Value {
  const json = renderJson(leaf);
  const etag = etagOf(json);
  const chosen = alt ?? (leaf.kind === 'list' ? leaf.defaultAlt : 'text');
  return chosen === 'json'
    ? value('application/json', json, etag)
    : value('application/text', renderText(leaf), etag);
}

function value(contentType: ValueContentType, body: string, etag: string | undefined): Value {
  const shown = { kind: 'value', status: 200, contentType, body } as const;
  return etag === undefined ? shown : { ...shown, etag };
}
