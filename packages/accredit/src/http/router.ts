import type { AnyMethod, Api } from './method.ts';

/** A method found for a request, with the variables of its path. */
export interface Match {
  readonly api: Api;
  readonly method: AnyMethod;
  readonly path: Readonly<Record<string, string>>;
}

/** What a look-up says: a method, or what is there instead. */
export type RouteResult =
  | { readonly outcome: 'found'; readonly match: Match }
  /** The path is known, but not with this verb. */
  | { readonly outcome: 'otherVerb'; readonly api: Api }
  /** Nothing there; the API whose host was asked, where one host belongs to one API. */
  | { readonly outcome: 'unknown'; readonly api: Api | undefined };

/** The host under which, as in production, all APIs answer. */
const SHARED_HOST = 'www.googleapis.com';

interface Variable {
  readonly name: string;
  /** First and last segment that it covers. */
  readonly from: number;
  readonly to: number;
}

interface Route {
  readonly api: Api;
  readonly method: AnyMethod;
  readonly variables: readonly Variable[];
}

/** A node of the tree of path segments. `*` stands for any one segment. */
interface Node {
  readonly literals: Map<string, Node>;
  any: Node | undefined;
  /** Routes that end here, by custom verb (`''` for none) and then by HTTP verb; those with names of their own first. */
  readonly routes: Map<string, Map<string, readonly Route[]>>;
}

function emptyNode(): Node {
  return { literals: new Map(), any: undefined, routes: new Map() };
}

/**
 * Finds the method of a request by host, verb and path, from the method tables.
 *
 * Each API answers on its own hosts; on the shared host, and on any host that is nobody's (loopback), all of them do.
 */
export class Router {
  readonly #byHost = new Map<string, { readonly root: Node; readonly api: Api }>();
  readonly #shared = emptyNode();

  /** @throws {Error} at start-up, for two methods at one address */
  constructor(apis: readonly Api[]) {
    for (const api of apis) {
      const root = emptyNode();
      for (const host of api.hosts) this.#byHost.set(host, { root, api });
      for (const method of api.methods) {
        for (const http of method.http) {
          addRoute(root, api, method, http);
          addRoute(this.#shared, api, method, http);
        }
      }
    }
  }

  /**
   * @param host - the `Host` header; a port and a closing dot do not matter
   * @param pathname - still percent-encoded
   */
  find(host: string, verb: string, pathname: string): RouteResult {
    const name = host.replace(/:\d+$/, '').replace(/\.$/, '').toLowerCase();
    const own = name === SHARED_HOST ? undefined : this.#byHost.get(name);
    const segments = decodeSegments(pathname);
    if (segments === undefined) return { outcome: 'unknown', api: own?.api };
    const found = walk(own?.root ?? this.#shared, segments, 0, verb);
    if (found === undefined) return { outcome: 'unknown', api: own?.api };
    if (found.route === undefined) return { outcome: 'otherVerb', api: found.api };
    const plain = found.customVerb === undefined ? segments : withoutVerb(segments, found.customVerb);
    return { outcome: 'found', match: chooseMatch(found.route, found.alternatives, plain) };
  }
}

/** Returns the match of the first route whose own names the path's name is one of, else of the last one. */
function chooseMatch(route: Route, alternatives: readonly Route[], segments: readonly string[]): Match {
  const match = toMatch(route, segments);
  const [next, ...others] = alternatives;
  if (next === undefined || route.method.ownNames?.test(match.path.name ?? '') !== false) return match;
  return chooseMatch(next, others, segments);
}

function toMatch({ api, method, variables }: Route, segments: readonly string[]): Match {
  const path: Record<string, string> = {};
  for (const variable of variables)
    path[variable.name] = segments.slice(variable.from, variable.to + 1).join('/');
  return { api, method, path };
}

/** Splits a path and decodes each segment once; `undefined` for one that cannot be decoded. */
function decodeSegments(pathname: string): readonly string[] | undefined {
  if (!pathname.startsWith('/')) return undefined;
  try {
    return pathname
      .slice(1)
      .split('/')
      .map((segment) => (segment.includes('%') ? decodeURIComponent(segment) : segment));
  } catch {
    return undefined;
  }
}

function withoutVerb(segments: readonly string[], customVerb: string): readonly string[] {
  const last = segments.at(-1) ?? '';
  return [...segments.slice(0, -1), last.slice(0, -(customVerb.length + 1))];
}

interface Found {
  readonly api: Api;
  readonly route: Route | undefined;
  /** Further routes at the same address, for names that are not the route's own. */
  readonly alternatives: readonly Route[];
  readonly customVerb: string | undefined;
}

/** Literal segments win over variables; a wrong turn is walked back. */
function walk(node: Node, segments: readonly string[], depth: number, verb: string): Found | undefined {
  if (depth === segments.length) return atEnd(node, verb, undefined);
  const segment = segments[depth] ?? '';
  const isLast = depth === segments.length - 1;
  const colon = isLast ? segment.lastIndexOf(':') : -1;
  const candidates: (Found | undefined)[] = [];
  const literal = node.literals.get(segment);
  if (literal !== undefined) candidates.push(walk(literal, segments, depth + 1, verb));
  if (colon > 0) {
    const target = node.literals.get(segment.slice(0, colon)) ?? node.any;
    if (target !== undefined) candidates.push(atEnd(target, verb, segment.slice(colon + 1)));
  }
  if (node.any !== undefined && segment !== '') candidates.push(walk(node.any, segments, depth + 1, verb));
  return (
    candidates.find((found) => found?.route !== undefined) ?? candidates.find((found) => found !== undefined)
  );
}

function atEnd(node: Node, verb: string, customVerb: string | undefined): Found | undefined {
  const routes = node.routes.get(customVerb ?? '');
  const [[first] = []] = routes?.values() ?? [];
  if (routes === undefined || first === undefined) return undefined;
  const [route, ...alternatives] = routes.get(verb) ?? [];
  return { api: (route ?? first).api, route, alternatives, customVerb };
}

function addRoute(root: Node, api: Api, method: AnyMethod, http: string): void {
  const [, verb = '', template = ''] = /^([A-Z]+) \/(.*)$/.exec(http) ?? [];
  const { segments, variables, customVerb } = parseTemplate(template);
  let node = root;
  for (const segment of segments)
    node = segment === '*' ? (node.any ??= emptyNode()) : literalChild(node, segment);
  const routes = node.routes.get(customVerb ?? '') ?? new Map<string, readonly Route[]>();
  const present = routes.get(verb) ?? [];
  if (verb === '' || present.some((other) => areInEachOthersWay(other, api, method))) {
    throw new Error(`'${http}' of ${method.id} is no route, or is taken.`);
  }
  const route = { api, method, variables };
  const together = method.ownNames === undefined ? [...present, route] : [route, ...present];
  node.routes.set(customVerb ?? '', routes.set(verb, together));
}

/** Two APIs may share an address where the names of one of them can be told from the other's. */
function areInEachOthersWay(other: Route, api: Api, method: AnyMethod): boolean {
  if (other.api === api) return true;
  return other.method.ownNames === undefined && method.ownNames === undefined;
}

function literalChild(node: Node, segment: string): Node {
  const present = node.literals.get(segment);
  if (present !== undefined) return present;
  const made = emptyNode();
  node.literals.set(segment, made);
  return made;
}

/** Takes a template apart: its segments, the variables over them, and the verb after the last colon. */
function parseTemplate(template: string): {
  readonly segments: readonly string[];
  readonly variables: readonly Variable[];
  readonly customVerb: string | undefined;
} {
  const [, body = '', customVerb] = /^(.*?)(?::([A-Za-z]+))?$/.exec(template) ?? [];
  const segments: string[] = [];
  const variables: Variable[] = [];
  for (const part of body.match(/\{[^}]*\}|[^/]+/g) ?? []) {
    if (!part.startsWith('{')) {
      segments.push(part);
      continue;
    }
    const [name = '', pattern = '*'] = part.slice(1, -1).split('=');
    const inner = pattern.split('/');
    variables.push({ name, from: segments.length, to: segments.length + inner.length - 1 });
    segments.push(...inner);
  }
  return { segments, variables, customVerb };
}
