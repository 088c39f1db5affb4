import type { HttpRequest, HttpResponse, TextResponse } from '../../http/message.ts';
import type { Services } from '../../http/services.ts';
import { randomHex } from '../../kernel/identifiers.ts';
import { toUnixSeconds } from '../../kernel/timestamps.ts';
import type { AppliedFault } from '../../protocol/metadata/faults.ts';
import { type Refused, refuse } from '../../protocol/metadata/refusal.ts';
import { type Dynamic, resolve, type Value, type Wait } from '../../protocol/metadata/resolve.ts';
import { settingsOf } from '../../protocol/metadata/settings.ts';
import { Answers, type Dialect } from './answers.ts';
import { applyFault } from './apply-fault.ts';
import { Credentials } from './credentials.ts';
import type { FaultBook } from './faults.ts';
import { isGuestAttributeWrite, writeGuestAttribute } from './guest-attribute-writes.ts';
import { type InstanceView, InstanceViews } from './instance-views.ts';
import { isSessionRequest, OsLoginSessions } from './os-login-sessions.ts';
import { checkRequest } from './request-checks.ts';
import { RequestRates } from './request-rate.ts';
import { Waiters } from './waiters.ts';

/** Bytes of the request id that a refusal is logged with. */
const REQUEST_ID_BYTES = 8;

/** What a request without `Host` (HTTP/1.0) is redirected to. */
const DEFAULT_HOST = 'metadata.google.internal';

/** How a server answers of whose instance nothing is known. */
const NO_INSTANCE: Dialect = { profile: 'gce', settings: settingsOf() };

/** A request with its target taken apart. */
interface Asked {
  readonly request: HttpRequest;
  /** Resource name of the instance whose server was asked. */
  readonly name: string;
  /** As in the request line. */
  readonly path: string;
  /** Without the question mark; empty for none. */
  readonly query: string;
}

/**
 * The metadata servers of a cloud: one tree an instance, one handler for all.
 *
 * Deviation: that of a stopped instance still answers, as a program that runs as the instance is not ended with it;
 * pinned by 'the server of a stopped instance still answers who asks it'.
 */
export class MetadataServer {
  readonly #services: Services;
  readonly #views: InstanceViews;
  readonly #answers: Answers;
  readonly #credentials: Credentials;
  readonly #waiters: Waiters;
  readonly #faults: Pick<FaultBook, 'take'> | undefined;
  readonly #osLoginSessions: OsLoginSessions;
  readonly #guestWrites: RequestRates;
  #isEnding = false;

  /** @param faults - what is to go wrong; absent: nothing */
  constructor(services: Services, faults?: Pick<FaultBook, 'take'>) {
    this.#services = services;
    this.#faults = faults;
    this.#answers = new Answers(services.realClock);
    this.#credentials = new Credentials(services, this.#answers);
    this.#waiters = new Waiters(services.setAlarm, (ended, path, dialect) =>
      this.#render(ended, path, dialect),
    );
    this.#osLoginSessions = new OsLoginSessions(services);
    this.#guestWrites = new RequestRates(services.realClock);
    this.#views = new InstanceViews(services, {
      changed: (name, isGone) => this.#changed(name, isGone),
      allChanged: () => {
        for (const name of this.#waiters.instances()) this.#wake(name);
      },
    });
  }

  /** How many requests wait for a change. */
  get waiterCount(): number {
    return this.#waiters.count();
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
    const asked = { request, name, path, query };
    const view = this.#views.ready(name);
    if (view !== undefined) return this.#answer(view, asked);
    return this.#withView(asked, (loaded) => this.#answer(loaded, asked));
  }

  /** Answers from what the instance shows now, once that is read. */
  async #withView(
    asked: Asked,
    answer: (view: InstanceView) => HttpResponse | Promise<HttpResponse>,
  ): Promise<HttpResponse> {
    const view = await this.#views.get(asked.name);
    return view === undefined ? this.#refuse(refuse('unavailable'), asked, NO_INSTANCE) : answer(view);
  }

  /** Says that the cloud's time was moved: instances may have come to a turn of their lives. */
  timeMoved(): void {
    this.#views.changeAll();
  }

  /** Lets go of all that wait, and lets nobody wait any more: the cloud is ending. */
  release(): void {
    this.#isEnding = true;
    this.#waiters.release();
  }

  #answer(view: InstanceView, asked: Asked): HttpResponse | Promise<HttpResponse> {
    const { request, path, name } = asked;
    const refused = checkRequest(request, path, view.settings);
    if (refused !== undefined) return this.#refuse(this.#orNotFound(refused, view, asked), asked, view);
    const fault = this.#faults?.take(name, path);
    return fault === undefined ? this.#respond(view, asked) : this.#applyFault(fault, view, asked);
  }

  /** The true answer is that of when it is given: the instance may change in a delay. */
  #applyFault(fault: AppliedFault, view: InstanceView, asked: Asked): Promise<HttpResponse> {
    const { issuer, setAlarm } = this.#services;
    return applyFault(fault, () => this.#withView(asked, (now) => this.#respond(now, asked)), {
      issuer,
      setAlarm,
      renderStatus: (status) => this.#answers.fault(status, view),
      onGone: (listener) => asked.request.onGone?.(listener),
    });
  }

  #respond(view: InstanceView, asked: Asked): HttpResponse | Promise<HttpResponse> {
    const { request, path, query } = asked;
    if (request.method !== 'GET' && request.method !== 'HEAD') return this.#write(view, asked);
    const realSecond = toUnixSeconds(this.#services.realClock.now());
    // Rounded up, as the remainder of a token's life is rounded down.
    const cloudSecond = Math.ceil(this.#services.clock.now() / 1000);
    const kept = view.answers.get(request.target, realSecond, cloudSecond);
    if (kept !== undefined) return kept;
    const resolution = view.waits.get(request.target) ?? resolve(view.tree, path, query, view.settings);
    switch (resolution.kind) {
      case 'value':
        return keepAnswer(view, request, this.#answers.value(resolution, view));
      case 'refused':
        return this.#refuse(resolution, asked, view);
      case 'redirect':
        return this.#answers.redirect(originOf(request) + resolution.location, resolution.body, view);
      case 'wait':
        // Guess: Cloud Run, which has no waits (metadata notes 13.2.6), takes the parameter for one that it does not know.
        if (view.profile === 'cloud-run') return this.#answers.value(resolution.current, view);
        return this.#wait(view, resolution, asked);
      case 'dynamic':
        return this.#credential(view, resolution, asked);
    }
  }

  #credential(view: InstanceView, dynamic: Dynamic, asked: Asked): HttpResponse | Promise<HttpResponse> {
    const orRefuse = (made: HttpResponse | Refused) =>
      'kind' in made ? this.#refuse(made, asked, view) : made;
    if (dynamic.key === 'identity') return this.#credentials.identity(view, dynamic).then(orRefuse);
    const made = this.#credentials.token(view, dynamic, asked.name);
    if ('kind' in made || !this.#credentials.isKeepable(view)) return orRefuse(made);
    return keepAnswer(view, asked.request, made);
  }

  #wait(view: InstanceView, wait: Wait, asked: Asked): HttpResponse | Promise<HttpResponse> {
    const { name, request } = asked;
    if (this.#isEnding) return this.#refuse(refuse('unavailable'), asked, view);
    // Many ask alike and wait for the same: what they wait for is made out once.
    view.waits.put(request.target, wait, wait.current.body.length);
    if (this.#waiters.count(name) >= view.settings.waiterLimit)
      return this.#refuse(refuse('too-many-waiters'), asked, view);
    const answer = this.#waiters.wait(name, wait, dialectOf(view), (leave) => request.onGone?.(leave));
    // What was looked at may have changed before the wait began, while it was being read.
    if (this.#views.ready(name) !== view) this.#wake(name);
    return answer;
  }

  /** Everything but GET and HEAD: allowed where programs in an instance may write. */
  async #write(view: InstanceView, asked: Asked): Promise<HttpResponse> {
    const { request, path, name } = asked;
    if (isSessionRequest(request, path, view)) {
      const made = await this.#osLoginSessions.answer(request, path, view, name);
      return made.kind === 'refused' ? this.#refuse(made, asked, view) : this.#answers.value(made, view);
    }
    if (!isGuestAttributeWrite(request, path, view))
      return this.#refuse(refuse('method-not-allowed'), asked, view);
    if (!this.#guestWrites.admit(name, view.settings.guestAttributeWritesPerSecond))
      return this.#refuse(refuse('too-many-writes'), asked, view);
    const refused = await writeGuestAttribute(request, path, view, this.#services);
    return refused === undefined ? this.#answers.done(view) : this.#refuse(refused, asked, view);
  }

  #changed(name: string, isGone: boolean): void {
    if (isGone) this.#forget(name);
    if (this.#waiters.count(name) > 0) this.#wake(name);
  }

  /** Lets go of what belongs to an instance that is no more. */
  #forget(name: string): void {
    this.#credentials.forget(name);
    this.#osLoginSessions.forget(name);
    this.#guestWrites.forget(name);
  }

  /** Tells those that wait at an instance what it shows now. */
  #wake(name: string): void {
    const lookNumber = this.#waiters.beginLook();
    const wake = (view: InstanceView | undefined) => {
      if (view === undefined) this.#waiters.release(name);
      else this.#waiters.wake(name, lookNumber, view.tree, view);
    };
    this.#views.get(name).then(wake, (error: unknown) => {
      this.#services.log.error(
        { err: error, instance: name },
        'an instance that is waited for could not be read',
      );
    });
  }

  #render(ended: Value | Refused, path: string, dialect: Dialect): TextResponse {
    if (ended.kind === 'value') return this.#answers.value(ended, dialect);
    return this.#answers.refuse(ended, { method: 'GET', path }, dialect);
  }

  /** Whether a missing header or an unknown path is told first is a matter of settings (metadata notes 3.9). */
  #orNotFound(refused: Refused, view: InstanceView, { path }: Asked): Refused {
    const { unknownPathWithoutFlavor } = view.settings;
    if (refused.reason !== 'missing-flavor' || unknownPathWithoutFlavor === 403) return refused;
    const resolution = resolve(view.tree, path, '', view.settings);
    return resolution.kind === 'refused' && resolution.reason === 'not-found' ? resolution : refused;
  }

  #refuse(refused: Refused, { request, path }: Asked, dialect: Dialect): HttpResponse {
    const { log, random } = this.#services;
    const requestId = randomHex(random, REQUEST_ID_BYTES);
    log.info({ requestId, status: refused.status, reason: refused.reason }, 'metadata request refused');
    return this.#answers.refuse(refused, { method: request.method, path }, dialect);
  }
}

function keepAnswer(view: InstanceView, { target }: HttpRequest, response: TextResponse): TextResponse {
  view.answers.put(target, response, response.body.length);
  return response;
}

/** Returns how a view speaks, for what outlives it: whoever waits must not keep the whole of it. */
function dialectOf({ profile, settings }: InstanceView): Dialect {
  return { profile, settings };
}

/** Where a request was sent, for the address that it is redirected to. */
function originOf({ headers, listener }: HttpRequest): string {
  const isSecure = listener.kind === 'metadata' && listener.secure === true;
  return `${isSecure ? 'https' : 'http'}://${headers.host ?? DEFAULT_HOST}`;
}
