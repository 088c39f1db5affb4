import type { HttpResponse, TextResponse } from '../../http/message.ts';
import type { Clock } from '../../kernel/ports.ts';
import { toUnixSeconds } from '../../kernel/timestamps.ts';
import { type RefusedRequest, renderRefusal } from '../../protocol/metadata/error-pages.ts';
import { renderFault } from '../../protocol/metadata/fault-page.ts';
import type { Refused } from '../../protocol/metadata/refusal.ts';
import type { Value } from '../../protocol/metadata/resolve.ts';
import type { MetadataSettings, ProfileName } from '../../protocol/metadata/settings.ts';

type Headers = Record<string, string>;

/** What GKE's server says of a missing header, as it was recorded in 2019 (metadata notes 13.1.2). */
const GKE_MISSING_FLAVOR =
  'GKE Metadata Server encountered an error: Missing required header "Metadata-Flavor": "Google"\n';

/** What is written of an answer beside its content: how Google's servers differ (metadata notes 4.1, 13). */
export interface Dialect {
  readonly profile: ProfileName;
  readonly settings: MetadataSettings;
}

/** Gives every answer of metadata servers its headers, in the order of published transcripts (metadata notes 4.1). */
export class Answers {
  readonly #realClock: Clock;
  #date = { second: 0, text: '' };

  /** @param realClock - the date of an answer is real time, as every HTTP date is */
  constructor(realClock: Clock) {
    this.#realClock = realClock;
  }

  value({ contentType, body, etag }: Value, dialect: Dialect): TextResponse {
    const headers: Headers = { 'Metadata-Flavor': 'Google', 'Content-Type': contentType };
    if (etag !== undefined && dialect.profile !== 'gke') headers.ETag = etag;
    return { status: 200, headers: this.#finish(headers, body, dialect), body };
  }

  /** A token is like any value but for what is known to be different (metadata notes 4.1.4, 4.1.5, 14). */
  token(value: Value, etag: () => string, dialect: Dialect): TextResponse {
    const { tokenEtag, tokenFlavor } = dialect.settings;
    const response = this.value(tokenEtag ? { ...value, etag: etag() } : value, dialect);
    if (tokenFlavor) return response;
    const { 'Metadata-Flavor': _, ...headers } = response.headers;
    return { ...response, headers };
  }

  /** An identity token: the content type that Google gives it is not known (metadata notes 4.2). */
  identity(body: string, dialect: Dialect): HttpResponse {
    const headers: Headers = {
      'Metadata-Flavor': 'Google',
      'Content-Type': dialect.settings.identityContentType,
    };
    return { status: 200, headers: this.#finish(headers, body, dialect), body };
  }

  redirect(location: string, body: string, dialect: Dialect): HttpResponse {
    const headers: Headers = { 'Metadata-Flavor': 'Google', Location: location, 'Content-Type': 'text/html' };
    return { status: 301, headers: this.#finish(headers, body, dialect), body };
  }

  /** What was written is acknowledged without a body. Guess: its content type. */
  done(dialect: Dialect): HttpResponse {
    const headers: Headers = { 'Metadata-Flavor': 'Google', 'Content-Type': 'application/text' };
    return { status: 200, headers: this.#finish(headers, '', dialect), body: '' };
  }

  refuse(refused: Refused, request: RefusedRequest, dialect: Dialect): TextResponse {
    const { profile, settings } = dialect;
    const isMissingFlavor = refused.reason === 'missing-flavor';
    if (isMissingFlavor && profile === 'gke') return this.#gkeMissingFlavor(dialect);
    const page = renderRefusal(refused, request, settings.errorBodies);
    // Cloud Run's refusal of a missing header has none itself (metadata notes 13.2.2).
    const headers: Headers =
      isMissingFlavor && profile === 'cloud-run' ? {} : { 'Metadata-Flavor': 'Google' };
    headers['Content-Type'] = page.contentType;
    if (page.status === 405 && settings.allowHeader) headers.Allow = 'GET, HEAD';
    if (page.status === 403) headers.Connection = 'close';
    return { status: page.status, headers: this.#finish(headers, page.body, dialect), body: page.body };
  }

  /** An error that was asked for. @param status - 400 to 599 */
  fault(status: number, dialect: Dialect): HttpResponse {
    const body = renderFault(status);
    const headers: Headers = { 'Metadata-Flavor': 'Google', 'Content-Type': 'text/html; charset=UTF-8' };
    return { status, headers: this.#finish(headers, body, dialect), body };
  }

  #gkeMissingFlavor(dialect: Dialect): TextResponse {
    const headers: Headers = {
      'Content-Type': 'text/plain; charset=utf-8',
      'X-Content-Type-Options': 'nosniff',
    };
    return {
      status: 403,
      headers: this.#finish(headers, GKE_MISSING_FLAVOR, dialect),
      body: GKE_MISSING_FLAVOR,
    };
  }

  #finish(headers: Headers, body: string, { profile, settings }: Dialect): Headers {
    headers.Date = this.#now();
    headers.Server = profile === 'gke' ? 'GKE Metadata Server' : 'Metadata Server for VM';
    headers['Content-Length'] = String(Buffer.byteLength(body));
    if (profile === 'gke') return headers;
    headers['X-XSS-Protection'] = settings.xssProtection;
    headers['X-Frame-Options'] = 'SAMEORIGIN';
    return headers;
  }

  /** The date is made once a second. */
  #now(): string {
    const second = toUnixSeconds(this.#realClock.now());
    if (second !== this.#date.second) this.#date = { second, text: new Date(second * 1000).toUTCString() };
    return this.#date.text;
  }
}
