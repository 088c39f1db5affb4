import type { HttpRequest } from '../../http/message.ts';
import type { Services } from '../../http/services.ts';
import { ApiError } from '../../kernel/api-error.ts';
import { type Decoder, int32, list, object, oneOf, optional, string } from '../../kernel/decode.ts';
import { randomHex } from '../../kernel/identifiers.ts';
import { MINUTE_MS } from '../../kernel/timestamps.ts';
import {
  continueSession,
  NO_CHALLENGES,
  renderSession,
  startSession,
  type TwoFactorSession,
} from '../../protocol/metadata/os-login/os-login-sessions.ts';
import type { OsLogin } from '../../protocol/metadata/os-login/os-login-users.ts';
import { normalizePath } from '../../protocol/metadata/paths.ts';
import { type Refused, refuse } from '../../protocol/metadata/refusal.ts';
import type { Value } from '../../protocol/metadata/resolve.ts';
import type { InstanceView } from './instance-views.ts';
import { readBody } from './request-body.ts';

const SESSIONS = /^\/computeMetadata\/v1\/oslogin\/authenticate\/sessions\/(?:(start)|([^/]+)\/continue)$/;

/** Sessions that are kept of one instance; its oldest goes first. More people do not type codes at once. */
export const SESSION_LIMIT = 100;

/** How long a session waits for its code: time to look for a telephone. Guess: Google's is not known. */
export const SESSION_LIFETIME_MS = 10 * MINUTE_MS;

/** An e-mail address, a few types and a code, with much room. */
const BODY_LIMIT_BYTES = 16 * 1024;

const SESSION_ID_BYTES = 16;

/** What Google's client sends; what it does not send yet is ignored. */
const startRequest = object({ email: string, supportedChallengeTypes: list(string) }, 'ignore');
const continueRequest = object(
  {
    email: string,
    challengeId: int32,
    action: oneOf('RESPOND', 'START_ALTERNATE'),
    proposalResponse: optional(object({ credential: optional(string) }, 'ignore')),
  },
  'ignore',
);

interface KeptSession {
  readonly session: TwoFactorSession;
  readonly expiresAtMs: number;
}

/** Says whether a request is part of a login with a second factor (metadata notes 2.4, 8.7). */
export function isSessionRequest({ method }: HttpRequest, path: string, { profile }: InstanceView): boolean {
  return method === 'POST' && profile === 'gce' && SESSIONS.test(normalizePath(path) ?? '');
}

/** The logins with a second factor that wait for it; they do not outlive the cloud's process. */
export class OsLoginSessions {
  readonly #services: Services;
  /** By instance; of each, oldest first, so the first to expire are first too. */
  readonly #sessions = new Map<string, Map<string, KeptSession>>();

  constructor(services: Services) {
    this.#services = services;
  }

  /** Answers a request for which `isSessionRequest` holds. @param name - of the instance */
  async answer(
    request: HttpRequest,
    path: string,
    { metadata }: InstanceView,
    name: string,
  ): Promise<Value | Refused> {
    if (metadata.osLogin === undefined) return refuse('not-found');
    const body = await readBody(request, BODY_LIMIT_BYTES);
    if (typeof body !== 'string') return refuse('invalid-parameter');
    const [, start, sessionId = ''] = SESSIONS.exec(normalizePath(path) ?? '') ?? [];
    const made =
      start === undefined ? this.#continue(sessionId, body, name) : this.#start(metadata.osLogin, body, name);
    return typeof made === 'string'
      ? { kind: 'value', status: 200, contentType: 'application/json', body: made }
      : made;
  }

  #start({ users }: OsLogin, body: string, instance: string): string | Refused {
    const asked = decode(startRequest, body);
    if (asked === undefined) return refuse('invalid-parameter');
    const user = users.find(({ email }) => email === asked.email);
    if (user === undefined) return refuse('not-found');
    const session = startSession(user, asked.supportedChallengeTypes);
    if (session === undefined) return NO_CHALLENGES;
    const sessionId = randomHex(this.#services.random, SESSION_ID_BYTES);
    const expiresAtMs = this.#services.clock.now() + SESSION_LIFETIME_MS;
    this.#roomOf(instance).set(sessionId, { session, expiresAtMs });
    return renderSession(session, sessionId);
  }

  #continue(sessionId: string, body: string, instance: string): string | Refused {
    const asked = decode(continueRequest, body);
    if (asked === undefined) return refuse('invalid-parameter');
    const sessions = this.#sessions.get(instance);
    const kept = sessions?.get(sessionId);
    // The session of somebody else is none.
    if (kept?.session.email !== asked.email || kept.expiresAtMs <= this.#services.clock.now())
      return refuse('not-found');
    const credential = asked.proposalResponse?.credential;
    const continued = continueSession(kept.session, sessionId, {
      challengeId: asked.challengeId,
      action: asked.action,
      ...(credential === undefined ? {} : { credential }),
    });
    if (continued === undefined) return refuse('invalid-parameter');
    if (continued.session === undefined) sessions?.delete(sessionId);
    else sessions?.set(sessionId, { ...kept, session: continued.session });
    return continued.body;
  }

  /** Lets go of the sessions of an instance that is no more. */
  forget(instance: string): void {
    this.#sessions.delete(instance);
  }

  /** Returns the sessions of an instance, without those that have expired, and the oldest where there are too many. */
  #roomOf(instance: string): Map<string, KeptSession> {
    const sessions = this.#sessions.get(instance) ?? new Map<string, KeptSession>();
    this.#sessions.set(instance, sessions);
    const nowMs = this.#services.clock.now();
    for (const [id, { expiresAtMs }] of sessions) {
      if (expiresAtMs > nowMs && sessions.size < SESSION_LIMIT) break;
      sessions.delete(id);
    }
    return sessions;
  }
}

function decode<T>(decoder: Decoder<T>, body: string): T | undefined {
  try {
    return decoder(JSON.parse(body), '');
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof ApiError) return undefined;
    throw error;
  }
}
