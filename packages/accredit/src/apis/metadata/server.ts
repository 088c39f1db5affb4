import type { IncomingHttpHeaders } from 'node:http';
import type { HttpRequest, HttpResponse } from '../../http/message.ts';
import type { Services } from '../../http/services.ts';
import { DEFAULT_TOKEN_LIFETIME_SECONDS } from '../../identity/issuer.ts';
import { isCacheable, TokenCache } from '../../identity/token-cache.ts';
import { randomHex } from '../../kernel/identifiers.ts';
import { toUnixSeconds } from '../../kernel/timestamps.ts';
import { renderRefusal } from '../../protocol/metadata/error-pages.ts';
import { identityClaims, parseIdentityQuery } from '../../protocol/metadata/identity-claims.ts';
import { type Refused, refuse } from '../../protocol/metadata/refusal.ts';
import { type Dynamic, resolve, type Value } from '../../protocol/metadata/resolve.ts';
import { parseTokenQuery } from '../../protocol/metadata/token-query.ts';
import { renderToken } from '../../protocol/metadata/token-response.ts';
import type { Instance } from '../../resources/instances.ts';
import { toInstanceMetadata } from './instance-metadata.ts';
import { type InstanceView, InstanceViews } from './views.ts';

/** Issuer of identity tokens, as in production (metadata notes 9.4.5). */
const ISSUER = 'https://accounts.google.com';

/** Bytes of the request id that a refusal is logged with. */
const REQUEST_ID_BYTES = 8;

/** What a request without `Host` (HTTP/1.0) is redirected to. */
const DEFAULT_HOST = 'metadata.google.internal';

/**
 * The names that are a metadata server's own. Anything else in `Host` is a page that was tricked into asking
 * (DNS rebinding), and is refused.
 */
const OWN_HOSTS = new Set([
  'metadata.google.internal',
  'metadata.google.internal.',
  'metadata',
  'metadata.goog',
  '169.254.169.254',
  '[fd20:ce::254]',
  'localhost',
  '127.0.0.1',
  '[::1]',
]);

/** The metadata servers of a cloud: one tree an instance, one handler for all. */
export class MetadataServer {
  readonly #services: Services;
  readonly #views: InstanceViews;
  readonly #tokens: TokenCache;
  #date = { second: 0, text: '' };

  constructor(services: Services) {
    this.#services = services;
    this.#tokens = new TokenCache(services.clock);
    const { resources } = services;
    const toMetadata = async (instance: Instance) => {
      const project = await resources.projects.get(instance.projectId);
      return project === undefined ? undefined : toInstanceMetadata(instance, project.value);
    };
    this.#views = new InstanceViews(resources, toMetadata, services.realClock);
  }

  /**
   * Answers a request to the metadata server of an instance.
   *
   * Synchronous wherever the instance's view is at hand, which is nearly always: a cached token costs no promise.
   *
   * @param name - the instance that the listener stands for
   */
  handle(request: HttpRequest, name: string): HttpResponse | Promise<HttpResponse> {
    const question = request.target.indexOf('?');
    const path = question < 0 ? request.target : request.target.slice(0, question);
    const query = question < 0 ? '' : request.target.slice(question + 1);
    const refused = checkRequest(request, path);
    if (refused !== undefined) return this.#refuse(refused, request.method, path);
    const view = this.#views.ready(name);
    if (view !== undefined) return this.#answer(view, request, path, query, name);
    return this.#views
      .get(name)
      .then((loaded) =>
        loaded === undefined
          ? this.#refuse(refuse('unavailable'), request.method, path)
          : this.#answer(loaded, request, path, query, name),
      );
  }

  #answer(
    view: InstanceView,
    request: HttpRequest,
    path: string,
    query: string,
    name: string,
  ): HttpResponse | Promise<HttpResponse> {
    const realSecond = toUnixSeconds(this.#services.realClock.now());
    // Rounded up, as the remainder of a token's life is rounded down.
    const cloudSecond = Math.ceil(this.#services.clock.now() / 1000);
    const kept = view.answers.get(request.target, realSecond, cloudSecond);
    if (kept !== undefined) return kept;
    const resolution = resolve(view.tree, path, query);
    switch (resolution.kind) {
      case 'value':
        return keepAnswer(view, request, this.#value(resolution));
      case 'refused':
        return this.#refuse(resolution, request.method, path);
      case 'redirect': {
        const location = `http://${request.headers.host ?? DEFAULT_HOST}${resolution.location}`;
        return this.#redirect(location, resolution.body);
      }
      case 'dynamic':
        break;
    }
    if (resolution.key === 'identity') return this.#identity(view, resolution, request.method, path);
    const token = this.#token(view, resolution, name);
    if (token.kind === 'refused') return this.#refuse(token, request.method, path);
    const response = this.#value(token);
    return isCacheable(lifetimeOf(view)) ? keepAnswer(view, request, response) : response;
  }

  #token(view: InstanceView, { account, query }: Dynamic, name: string): Value | Refused {
    const attached = view.metadata.serviceAccounts.find(({ email }) => email === account);
    const state = view.accounts.get(account);
    // Guess: what Google says of a disabled or deleted account is not known; clients take 404 as "no account".
    if (attached === undefined || state === undefined || state.state !== 'active') return refuse('not-found');
    const request = parseTokenQuery(query, attached, view.enforcesScopes);
    if (request.kind === 'refused') return request;
    // No scopes, no token (IAM notes 1.10).
    if (request.scopes.length === 0) return refuse('not-found');
    const lifetimeSeconds = lifetimeOf(view);
    const mint = () =>
      this.#services.issuer.mintAccessToken({
        grantId: `instances/${view.instance.id}`,
        principal: { kind: 'serviceAccount', email: account, uniqueId: state.uniqueId },
        scopes: request.scopes,
        instance: name,
        lifetimeSeconds,
      });
    if (!isCacheable(lifetimeSeconds) && !this.#views.rateOf(name).admit()) return refuse('rate-limited');
    const key = `${name} ${view.instance.id} ${state.uniqueId} ${lifetimeSeconds} ${request.scopes.join(' ')}`;
    const { token, expiresAtMs } = isCacheable(lifetimeSeconds) ? this.#tokens.get(key, mint) : mint();
    const remaining = Math.max(Math.floor((expiresAtMs - this.#services.clock.now()) / 1000), 1);
    return renderToken(token, remaining, request.alt);
  }

  async #identity(
    view: InstanceView,
    { account, query }: Dynamic,
    method: string,
    path: string,
  ): Promise<HttpResponse> {
    const state = view.accounts.get(account);
    if (state === undefined || state.state !== 'active')
      return this.#refuse(refuse('not-found'), method, path);
    const request = parseIdentityQuery(query);
    if (request.kind === 'refused') return this.#refuse(request, method, path);
    const claims = identityClaims(request, {
      instance: view.metadata,
      account: { email: account, uniqueId: state.uniqueId },
      issuer: ISSUER,
      issuedAtSeconds: toUnixSeconds(this.#services.clock.now()),
    });
    const body = await this.#services.issuer.signIdToken({ ...claims });
    return this.#value({ kind: 'value', status: 200, contentType: 'application/text', body });
  }

  /** The headers and their order are those of published transcripts (metadata notes 4.1). */
  #value({ contentType, body, etag }: Value): HttpResponse {
    const headers: Record<string, string> = { 'Metadata-Flavor': 'Google', 'Content-Type': contentType };
    if (etag !== undefined) headers.ETag = etag;
    return { status: 200, headers: this.#finish(headers, body), body };
  }

  #redirect(location: string, body: string): HttpResponse {
    const headers = { 'Metadata-Flavor': 'Google', Location: location, 'Content-Type': 'text/html' };
    return { status: 301, headers: this.#finish(headers, body), body };
  }

  #refuse(refused: Refused, method: string, path: string): HttpResponse {
    const page = renderRefusal(refused, { method, path });
    const { log, random } = this.#services;
    const requestId = randomHex(random, REQUEST_ID_BYTES);
    log.info({ requestId, status: page.status, reason: refused.reason }, 'metadata request refused');
    const headers: Record<string, string> = { 'Metadata-Flavor': 'Google', 'Content-Type': page.contentType };
    if (page.status === 403) headers.Connection = 'close';
    return { status: page.status, headers: this.#finish(headers, page.body), body: page.body };
  }

  #finish(headers: Record<string, string>, body: string): Record<string, string> {
    headers.Date = this.#now();
    headers.Server = 'Metadata Server for VM';
    headers['Content-Length'] = String(Buffer.byteLength(body));
    headers['X-XSS-Protection'] = '0';
    headers['X-Frame-Options'] = 'SAMEORIGIN';
    return headers;
  }

  /** The date of the answer, made once a second: real time, as every HTTP date is. */
  #now(): string {
    const second = toUnixSeconds(this.#services.realClock.now());
    if (second !== this.#date.second) this.#date = { second, text: new Date(second * 1000).toUTCString() };
    return this.#date.text;
  }
}

function lifetimeOf({ instance }: InstanceView): number {
  return instance.tokenLifetimeSeconds ?? DEFAULT_TOKEN_LIFETIME_SECONDS;
}

function keepAnswer(view: InstanceView, { target }: HttpRequest, response: HttpResponse): HttpResponse {
  view.answers.put(target, response);
  return response;
}

/**
 * Checks what does not depend on the instance, in the order X-Forwarded-For, flavor, host, method (notes 2.6).
 *
 * Deviation: a `Host` that is not its own is refused, and so is `X-Forwarded-For` at every path. It is stricter than what
 * is known of Google's; pinned by 'what is asked without being answered has its status and its page'.
 */
function checkRequest({ headers, method }: HttpRequest, path: string): Refused | undefined {
  if (headers['x-forwarded-for'] !== undefined) return refuse('forwarded-for');
  if (path !== '/' && !hasFlavor(headers)) return refuse('missing-flavor');
  if (headers.host !== undefined && !isOwnHost(headers.host)) return refuse('foreign-host');
  if (method !== 'GET' && method !== 'HEAD') return refuse('method-not-allowed');
  return undefined;
}

/** Node joins a header that comes twice with a comma, which then is not `Google` any more (metadata notes 3.5). */
function hasFlavor(headers: IncomingHttpHeaders): boolean {
  return headers['metadata-flavor'] === 'Google' || headers['x-google-metadata-request'] === 'True';
}

function isOwnHost(host: string): boolean {
  return OWN_HOSTS.has(host) || OWN_HOSTS.has(host.toLowerCase().replace(/:\d+$/, ''));
}
