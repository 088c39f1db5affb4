import { ApiError, invalidArgument } from '../kernel/api-error.ts';
import { randomHex } from '../kernel/identifiers.ts';
import { toMember } from '../kernel/principals.ts';
import type { AuditLog } from '../observability/audit-log.ts';
import { assertInUse, authenticate, callerWithoutToken } from './authenticate.ts';
import { Authorizer } from './authorize.ts';
import { discardBody, readBody } from './bodies.ts';
import { checkConsumer } from './consumer.ts';
import { familyHeaders, renderError, renderUnknownPath } from './error-envelopes.ts';
import type { HttpRequest, HttpResponse } from './message.ts';
import type { Api, Call, Caller, CallTarget, Query, Reply } from './method.ts';
import { parseQuery } from './query.ts';
import { type Match, Router } from './router.ts';
import type { Services } from './services.ts';
import { encodeJson, readFormat, readSystemParameters, type SystemParameters } from './system-parameters.ts';

/** Verbs that a POST may stand for (`X-HTTP-Method-Override`). */
const OVERRIDES = new Set(['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE']);

/** Bytes of a request id; 16 hexadecimal digits lead from an answer to its log line. */
const REQUEST_ID_BYTES = 8;

/** Answers one request. */
export type RequestHandler = (request: HttpRequest) => Promise<HttpResponse>;

/**
 * Makes the handler of the APIs. A request goes through here from top to bottom:
 * route, authenticate, gates, body, gates that need the body, handler, encoding, audit.
 */
export function createPipeline(apis: readonly Api[], services: Services, audit: AuditLog): RequestHandler {
  const router = new Router(apis);
  return async (request) => {
    const question = request.target.indexOf('?');
    const pathname = question < 0 ? request.target : request.target.slice(0, question);
    const query = parseQuery(question < 0 ? '' : request.target.slice(question + 1));
    const result = router.find(request.headers.host ?? '', verbOf(request), pathname);
    if (result.outcome !== 'found') return unknownPath(result.outcome, result.api, pathname, services);
    const exchange = new Exchange(request, result.match, services);
    const response = await exchange.run(query);
    exchange.report(response, audit);
    return response;
  };
}

function verbOf(request: HttpRequest): string {
  const override = request.headers['x-http-method-override'];
  if (request.method === 'POST' && typeof override === 'string' && OVERRIDES.has(override.toUpperCase())) {
    return override.toUpperCase();
  }
  return request.method;
}

/** Storage answers a known path with another verb by 405; everybody else shows the page of the front end. */
function unknownPath(
  outcome: 'unknown' | 'otherVerb',
  api: Api | undefined,
  pathname: string,
  { log, random }: Services,
): HttpResponse {
  const requestId = randomHex(random, REQUEST_ID_BYTES);
  const isStorage = outcome === 'otherVerb' && api?.family === 'storage';
  log.info({ requestId, status: isStorage ? 405 : 404, api: api?.name }, 'request for nothing that is here');
  if (!isStorage) return renderUnknownPath(pathname);
  const message = 'The specified method is not allowed against this resource.';
  const error = new ApiError('UNIMPLEMENTED', message, { httpStatus: 405, reason: 'methodNotAllowed' });
  return renderError(error, { family: 'storage', legacyErrors: false, indent: 2, requestId });
}

/** One request on its way, with what its audit record will say. */
class Exchange {
  readonly #request: HttpRequest;
  readonly #match: Match;
  readonly #services: Services;
  readonly #requestId: string;
  readonly #startedMs: number;
  #caller: Caller | undefined;
  #authorizer: Authorizer | undefined;
  #thrown: unknown;

  constructor(request: HttpRequest, match: Match, services: Services) {
    this.#request = request;
    this.#match = match;
    this.#services = services;
    this.#requestId = randomHex(services.random, REQUEST_ID_BYTES);
    this.#startedMs = services.realClock.now();
  }

  async run(query: Query): Promise<HttpResponse> {
    const { family } = this.#match.api;
    try {
      const parameters = readSystemParameters(query, family);
      const reply = await this.#call(query, parameters);
      return this.#encode(reply, parameters);
    } catch (thrown) {
      this.#thrown = thrown;
      // Storage says the message alone to whoever asked for bytes (storage notes 6.5).
      const bareText = family === 'storage' && query.get('alt') === 'media';
      return renderError(thrown, { family, ...readFormat(query), bareText, requestId: this.#requestId });
    } finally {
      discardBody(this.#request.body);
    }
  }

  async #call(query: Query, parameters: SystemParameters): Promise<Reply> {
    const { method, path } = this.#match;
    const target: CallTarget<Readonly<Record<string, string>>> = { path, query, services: this.#services };
    let gates = await this.#openGates(target);
    if (parameters.media && method.media !== true) throw notDownload();
    const body = await this.#readBody(gates.authorizer, query);
    // A body comes as slowly as its sender likes. What was true when it began may be over, so the gates are asked
    // again; the first time was to refuse early.
    if (method.body !== undefined) gates = await this.#openGates(target);
    const { caller, authorizer } = gates;
    await this.#checkLate({ ...target, body }, authorizer);
    const call: Call<Readonly<Record<string, string>>, unknown> = {
      ...target,
      body,
      headers: this.#request.headers,
      caller,
      requestId: this.#requestId,
      parameters,
      origin: originOf(this.#request),
      authorize: (permission, resource, attributes) => authorizer.require(permission, resource, attributes),
      may: (permission, resource) => authorizer.may(permission, resource),
      held: (permissions, resource) => authorizer.held(permissions, resource),
    };
    return method.handle(call);
  }

  /** Says who calls, and checks what path and query suffice for. */
  async #openGates(
    target: CallTarget<Readonly<Record<string, string>>>,
  ): Promise<{ readonly caller: Caller; readonly authorizer: Authorizer }> {
    const { api, method } = this.#match;
    const { headers, listener } = this.#request;
    const called = { service: api.hosts[0], method: method.id };
    const credentials = { headers, listener, query: target.query, hosts: api.hosts };
    const identified = takesAccessToken(this.#match)
      ? authenticate(credentials, this.#services, called)
      : callerWithoutToken(listener);
    const caller = identified instanceof Promise ? await identified : identified;
    const authorizer = new Authorizer(this.#match, caller, this.#services);
    this.#caller = caller;
    await assertInUse(caller, this.#services, called);
    this.#authorizer = authorizer;
    if (method.permissions.length > 0 || method.scopes !== undefined) authorizer.requireCaller();
    await checkConsumer({ api, target, headers, caller, authorizer });
    if (method.permissions.length === 0) authorizer.requireScopes();
    await this.#checkEarly(target, authorizer);
    return { caller, authorizer };
  }

  /** Checks the permissions whose resource follows from path and query. */
  async #checkEarly(
    target: CallTarget<Readonly<Record<string, string>>>,
    authorizer: Authorizer,
  ): Promise<void> {
    for (const { check, on, attributes } of this.#match.method.permissions) {
      if (on === undefined) continue;
      const resource = await orScopeRefusal(authorizer, async () => on(target, check));
      await authorizer.require(check, resource, attributes?.(target));
    }
  }

  async #readBody(authorizer: Authorizer, query: Query): Promise<unknown> {
    const { body: reader } = this.#match.method;
    if (reader === undefined) return undefined;
    const { headers, body } = this.#request;
    return orScopeRefusal(authorizer, () => readBody<unknown>(reader, { headers, query }, body));
  }

  /** Checks the permissions whose resource stands in the body. */
  async #checkLate(
    target: CallTarget<Readonly<Record<string, string>>> & { readonly body: unknown },
    authorizer: Authorizer,
  ): Promise<void> {
    for (const { check, onBody } of this.#match.method.permissions) {
      if (onBody === undefined) continue;
      await authorizer.require(check, await orScopeRefusal(authorizer, async () => onBody(target, check)));
    }
  }

  #encode(reply: Reply, parameters: SystemParameters): HttpResponse {
    const headers = familyHeaders(this.#match.api.family, reply.headers);
    if (reply.json === undefined) {
      const status = reply.status ?? 200;
      return { status, headers, ...(reply.body === undefined ? {} : { body: reply.body }) };
    }
    return {
      status: reply.status ?? 200,
      headers: { 'Content-Type': 'application/json; charset=UTF-8', ...headers },
      body: encodeJson(reply.json, parameters),
    };
  }

  /** Writes the audit record and the log line. Neither holds a token, a key, or content. */
  report(response: HttpResponse, audit: AuditLog): void {
    const services = this.#services;
    const { api, method, path } = this.#match;
    const { method: verb, headers, remoteAddress } = this.#request;
    const caller = this.#caller;
    const thrown = this.#thrown;
    const latencyMs = services.realClock.now() - this.#startedMs;
    const principal = caller === undefined ? 'unauthenticated' : toMember(caller.principal);
    const message = thrown instanceof Error && response.status < 500 ? thrown.message : '';
    audit.record({
      requestId: this.#requestId,
      timeMs: services.clock.now(),
      service: api.hosts[0],
      method: method.id,
      caller,
      request: { verb, path, userAgent: headers['user-agent'], remoteAddress },
      status: response.status,
      error: thrown,
      message,
      latencyMs,
      decisions: this.#authorizer?.decisions ?? [],
      scopeDecision: this.#authorizer?.scopeDecision,
    });
    const fields = {
      requestId: this.#requestId,
      method: method.id,
      principal,
      status: response.status,
      latencyMs,
    };
    if (response.status >= 500) services.log.error({ ...fields, err: thrown }, 'request failed');
    else if (response.status >= 400) services.log.info({ ...fields, message }, 'request refused');
    else services.log.debug(fields, 'request answered');
  }
}

/**
 * An OAuth endpoint without scopes takes no access token: what stands in the header or the query there is a client's
 * credential or the very thing that is asked about (RFC 6749 §2.3.1), and is the endpoint's own to judge.
 */
function takesAccessToken({ api, method }: Match): boolean {
  return api.family !== 'oauth' || method.scopes !== undefined;
}

/** Guess: the reason is documented, the text is not (storage notes 3.0). */
function notDownload(): ApiError {
  return invalidArgument("This method returns no media. Leave 'alt=media' out.", {
    reason: 'notDownload',
    location: { type: 'parameter', name: 'alt' },
  });
}

/** A request that is wrong in itself is refused for its scopes first, where they do not suffice. */
async function orScopeRefusal<T>(authorizer: Authorizer, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    authorizer.requireScopes();
    throw thrown;
  }
}

function originOf({ headers, listener }: HttpRequest): string {
  const host = headers.host ?? 'www.googleapis.com';
  // Only Google's names are served over TLS; loopback addresses speak plain HTTP.
  const scheme = listener.kind === 'api' && /^(localhost|127\.|\[)/.test(host) ? 'http' : 'https';
  return `${scheme}://${host}`;
}
