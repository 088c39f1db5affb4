import type { HttpResponse, TextResponse } from '../../http/message.ts';
import type { SetAlarm } from '../../kernel/ports.ts';
import { SECOND_MS } from '../../kernel/timestamps.ts';
import { type Refused, refuse } from '../../protocol/metadata/refusal.ts';
import { look, type Value, type Wait, type WaitTarget } from '../../protocol/metadata/resolve.ts';
import type { Directory } from '../../protocol/metadata/tree/nodes.ts';
import type { Dialect } from './answers.ts';

/** One request that waits. There may be thousands: what they have in common stands in their group. */
interface Waiter {
  readonly answer: (response: HttpResponse) => void;
  cancelAlarm: (() => void) | undefined;
}

/** Requests that wait for the same value to become another: it is looked at once for all of them. */
interface Group {
  readonly instance: string;
  /** What the instance's groups are found by. */
  readonly key: string;
  readonly target: WaitTarget;
  /** The value that they all know. */
  readonly current: Value;
  /** How those are answered whose time is up: no view of the instance is kept for them. */
  readonly dialect: Dialect;
  readonly waiters: Set<Waiter>;
}

/** The requests that wait for a change of one instance. */
interface Waiting {
  readonly groups: Map<string, Group>;
  count: number;
  /** The newest look at the instance that they were told of. */
  lookNumber: number;
}

/** Makes an answer of what a wait ended with. @param path - of the key that was waited for */
export type Render = (ended: Value | Refused, path: string, dialect: Dialect) => TextResponse;

/** Characters of a body that costs more to encode than to send. */
const LARGE_BODY = 4096;

/** Answers that are sent in one go; between them others of the cloud have their turn. */
const ANSWERS_AT_ONCE = 50;

/**
 * The requests that wait for changes (metadata notes 7).
 *
 * A change is told, never looked for: who waits costs nothing until then, and all that wait for the same value get
 * one answer that is made once.
 */
export class Waiters {
  readonly #setAlarm: SetAlarm;
  readonly #render: Render;
  #looks = 0;
  readonly #byInstance = new Map<string, Waiting>();

  constructor(setAlarm: SetAlarm, render: Render) {
    this.#setAlarm = setAlarm;
    this.#render = render;
  }

  /** How many requests wait, at one instance or at all. */
  count(instance?: string): number {
    if (instance !== undefined) return this.#byInstance.get(instance)?.count ?? 0;
    let count = 0;
    for (const waiting of this.#byInstance.values()) count += waiting.count;
    return count;
  }

  /**
   * Waits until the value is another, the time is up or the client is gone.
   *
   * @param onGone - calls what it is given once nobody waits for the answer any more
   */
  wait(
    instance: string,
    wait: Wait,
    dialect: Dialect,
    onGone: ((listener: () => void) => void) | undefined,
  ): Promise<HttpResponse> {
    const waiting = this.#waitingAt(instance);
    const group = groupIn(waiting, instance, wait, dialect);
    const { promise, resolve } = Promise.withResolvers<HttpResponse>();
    const waiter: Waiter = { answer: resolve, cancelAlarm: undefined };
    // What this and the alarm refer to lives as long as the wait: not the request, and not its own look at the value.
    const leave = () => this.#leave(waiting, group, waiter);
    waiting.count += 1;
    group.waiters.add(waiter);
    if (wait.timeoutSeconds !== undefined) {
      waiter.cancelAlarm = this.#setAlarm(wait.timeoutSeconds * SECOND_MS, () => {
        leave();
        waiter.answer(this.#render(group.current, group.target.path, group.dialect));
      });
    }
    onGone?.(leave);
    return promise;
  }

  /** Numbers a look at an instance, before it begins: a later one may end first. */
  beginLook(): number {
    this.#looks += 1;
    return this.#looks;
  }

  /**
   * Answers those of an instance for whom its tree now shows something else.
   *
   * @param lookNumber - of `beginLook`; a look that is older than another, or than the first wait, tells nothing
   */
  wake(instance: string, lookNumber: number, tree: Directory, dialect: Dialect): void {
    const waiting = this.#byInstance.get(instance);
    if (waiting === undefined || lookNumber <= waiting.lookNumber) return;
    waiting.lookNumber = lookNumber;
    for (const group of waiting.groups.values()) {
      const now = look(tree, group.target);
      if (now.kind === 'value' && now.etag === group.current.etag) continue;
      this.#end(waiting, group, this.#render(now, group.target.path, dialect));
    }
  }

  /**
   * Lets everyone go, or all of one instance: the server is ending, or the instance is gone.
   *
   * Clients take 503 for a pause and ask again (metadata notes 7.16).
   */
  release(only?: string): void {
    for (const [instance, waiting] of this.#byInstance) {
      if (only !== undefined && instance !== only) continue;
      for (const group of waiting.groups.values()) {
        const { target, dialect } = group;
        this.#end(waiting, group, this.#render(refuse('unavailable'), target.path, dialect));
      }
    }
  }

  /** The instances at which somebody waits. */
  instances(): readonly string[] {
    return [...this.#byInstance.keys()];
  }

  #waitingAt(instance: string): Waiting {
    const known = this.#byInstance.get(instance);
    if (known !== undefined) return known;
    const waiting: Waiting = { groups: new Map(), count: 0, lookNumber: this.#looks };
    this.#byInstance.set(instance, waiting);
    return waiting;
  }

  #end(waiting: Waiting, group: Group, response: TextResponse): void {
    waiting.groups.delete(group.key);
    waiting.count -= group.waiters.size;
    this.#forgetIfEmpty(group.instance, waiting);
    const waiters = [...group.waiters];
    group.waiters.clear();
    for (const { cancelAlarm } of waiters) cancelAlarm?.();
    answerInTurns(waiters, waiters.length === 1 ? response : encodeOnce(response));
  }

  #leave(waiting: Waiting, group: Group, waiter: Waiter): void {
    if (!group.waiters.delete(waiter)) return;
    waiter.cancelAlarm?.();
    waiting.count -= 1;
    if (group.waiters.size === 0) waiting.groups.delete(group.key);
    this.#forgetIfEmpty(group.instance, waiting);
  }

  #forgetIfEmpty(instance: string, waiting: Waiting): void {
    if (waiting.count === 0 && this.#byInstance.get(instance) === waiting) this.#byInstance.delete(instance);
  }
}

/** Where many send the same large body, it becomes bytes once. */
function encodeOnce(response: TextResponse): HttpResponse {
  return response.body.length < LARGE_BODY ? response : { ...response, body: Buffer.from(response.body) };
}

function answerInTurns(waiters: readonly Waiter[], response: HttpResponse): void {
  for (const { answer } of waiters.slice(0, ANSWERS_AT_ONCE)) answer(response);
  if (waiters.length > ANSWERS_AT_ONCE)
    setImmediate(() => answerInTurns(waiters.slice(ANSWERS_AT_ONCE), response));
}

function groupIn({ groups }: Waiting, instance: string, { target, current }: Wait, dialect: Dialect): Group {
  const key = `${target.path} ${target.recursive} ${target.alt} ${current.etag}`;
  const known = groups.get(key);
  if (known !== undefined) return known;
  const group: Group = { instance, key, target, current, dialect, waiters: new Set() };
  groups.set(key, group);
  return group;
}
