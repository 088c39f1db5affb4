import { findNode, normalizePath } from './paths.ts';
import { parseBoolean, parseQuery, parseView, type Query, type View, type WaitTerms } from './queries.ts';
import { type Refused, refuse } from './refusal.ts';
import type { MetadataSettings } from './settings.ts';
import type { Directory, DynamicLeaf, Leaf, QueryLeaf } from './tree/nodes.ts';
import { etagOf, renderJson, renderListing, renderText, renderTextDump } from './tree/render.ts';

export type ValueContentType = 'application/text' | 'application/json' | 'text/plain';

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
  readonly alt: View['alt'];
}

/** A value that is to be answered once it is another, or the time is up. */
export interface Wait {
  readonly kind: 'wait';
  /** The value now; it has an etag. */
  readonly current: Value;
  readonly timeoutSeconds: number | undefined;
  /** What to look at again. */
  readonly target: WaitTarget;
}

/** A node with the way to show it. */
export interface WaitTarget {
  /** Normalised. */
  readonly path: string;
  readonly recursive: boolean;
  readonly alt: View['alt'];
}

export type Resolution = Value | Redirect | Dynamic | Wait | Refused;

/**
 * Says what a GET of a path and query means to an instance.
 *
 * @param rawPath - as in the request line, without the query
 * @param rawQuery - without the question mark; empty for none
 */
export function resolve(
  tree: Directory,
  rawPath: string,
  rawQuery: string,
  settings: MetadataSettings,
): Resolution {
  const path = normalizePath(rawPath);
  const node = path === undefined ? undefined : findNode(tree, path);
  if (path === undefined || node === undefined) return refuse('not-found');
  if (node.kind === 'gate') return refuse(node.reason);
  const query = parseQuery(rawQuery);
  const isSlashless = node.kind === 'directory' && !path.endsWith('/');
  const valueAlt = isSlashless ? node.valueAlt : undefined;
  if (isSlashless && valueAlt === undefined && !isAnsweredDirectly(query, settings))
    return redirect(`${path}/`, rawQuery);
  const parsed = parseView(query, settings);
  if (parsed.kind === 'refused') return parsed;
  const view = valueAlt === undefined ? parsed : asValue(parsed, valueAlt);
  if (node.kind === 'dynamic') return showDynamic(node, query, view);
  if (node.kind === 'query') return showQuery(node, query, view);
  const shown = node.kind === 'directory' ? showDirectory(node, view, settings) : showLeaf(node, view.alt);
  if (view.wait === undefined || shown.kind === 'refused') return shown;
  if (node.kind === 'directory' && !(view.recursive && node.hasViews)) return refuse('wait-on-listing');
  return waitFor(shown, view.wait, { path, recursive: view.recursive, alt: view.alt });
}

/** A directory that is asked for as a value: whole, and as JSON where it is asked for as a directory too. */
function asValue(view: View, valueAlt: 'text' | 'json'): View {
  return { ...view, recursive: true, alt: view.alt ?? (view.recursive ? 'json' : valueAlt) };
}

/**
 * Shows what a wait is for as it is now.
 *
 * @returns a refusal where the key is gone, which ends the wait (metadata notes 7.12)
 */
export function look(tree: Directory, { path, recursive, alt }: WaitTarget): Value | Refused {
  const node = findNode(tree, path);
  if (node?.kind === 'gate') return refuse(node.reason);
  if (node === undefined || node.kind === 'dynamic' || node.kind === 'query') return refuse('not-found');
  if (node.kind !== 'directory') return showLeaf(node, alt);
  // A leaf that has become a directory meanwhile is no longer what was asked for.
  return recursive ? showRecursively(node, alt) : refuse('not-found');
}

/** A value that is not the client's is answered at once, and so is one that it gives no time (metadata notes 7.4, 7.5). */
function waitFor(current: Value, { lastEtag, timeoutSeconds }: WaitTerms, target: WaitTarget): Value | Wait {
  const isNews = lastEtag !== undefined && lastEtag !== current.etag;
  if (isNews || timeoutSeconds === 0) return current;
  return { kind: 'wait', current, timeoutSeconds, target };
}

function isAnsweredDirectly(query: Query, { slashlessRecursive }: MetadataSettings): boolean {
  return slashlessRecursive === 'directly' && parseBoolean(query.get('recursive')) === true;
}

/** The query is kept: Google's image tests and guest agent ask for `DIR?recursive=true` (metadata notes 5.3.3). */
function redirect(path: string, rawQuery: string): Redirect {
  const location = rawQuery === '' ? path : `${path}?${rawQuery}`;
  return { kind: 'redirect', status: 301, location, body: `${path}\n` };
}

/** A token changes all the time, so nobody can wait for it (metadata notes 7.3). */
function showDynamic({ key, account }: DynamicLeaf, query: Query, view: View): Dynamic | Refused {
  if (view.wait !== undefined) return refuse('wait-on-token');
  return { kind: 'dynamic', key, account, query, alt: view.alt };
}

function showQuery({ answer }: QueryLeaf, query: Query, view: View): Value | Refused {
  if (view.wait !== undefined) return refuse('wait-on-listing');
  const body = answer(query);
  return typeof body === 'string' ? value('application/json', body, undefined) : body;
}

/**
 * Guess: above `v1/`, where nothing is recursive, `recursive` is ignored and `alt` is refused as on any listing.
 */
function showDirectory(
  directory: Directory,
  view: View,
  { altOnListing }: MetadataSettings,
): Value | Refused {
  if (view.recursive && directory.hasViews) return showRecursively(directory, view.alt);
  if (view.alt !== undefined && altOnListing === 'refused') return refuse('alt-without-recursive');
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
  if (chosen === 'json') return value('application/json', json, etag);
  const contentType = leaf.kind === 'text' ? (leaf.contentType ?? 'application/text') : 'application/text';
  return value(contentType, renderText(leaf), etag);
}

function value(contentType: ValueContentType, body: string, etag: string | undefined): Value {
  const shown = { kind: 'value', status: 200, contentType, body } as const;
  return etag === undefined ? shown : { ...shown, etag };
}
