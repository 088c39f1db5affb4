import type { HttpResponse } from '../../http/message.ts';
import type { SetAlarm } from '../../kernel/ports.ts';
import { SECOND_MS } from '../../kernel/timestamps.ts';
import { type Refused, refuse } from '../../protocol/metadata/refusal.ts';
import { look, type Value, type Wait, type WaitTarget } from '../../protocol/metadata/resolve.ts';
import type { Directory } from '../../protocol/metadata/tree/nodes.ts';

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
  /** Makes the answer of those whose time is up. */
  readonly render: Render;
  readonly waiters: Set<Waiter>;
}

/** The requests that wait for a change of one instance. */
interface Waiting {
  readonly groups: Map<string, Group>;
  count: number;
}

/** Makes an answer of what a wait ended with. */
type Render = (ended: Value | Refused, target: WaitTarget) => HttpResponse;

/**
 * The requests that wait for changes (metadata notes 7).
 *
 * A change is told, never looked for: who waits costs nothing until then, and all that wait for the same value get
 * one answer that is made once.
 */
export class Waiters {
  readonly #setAlarm: SetAlarm;
  readonly #byInstance = new Map<string, Waiting>();

  constructor(setAlarm: SetAlarm) {
    this.#setAlarm = setAlarm;
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
    render: Render,
    onGone: ((listener: () => void) => void) | undefined,
  ): Promise<HttpResponse> {
    const waiting = this.#waitingAt(instance);
    const group = groupIn(waiting, instance, wait, render);
    const { promise, resolve } = Promise.withResolvers<HttpResponse>();
    const waiter: Waiter = { answer: resolve, cancelAlarm: undefined };
    // What this and the alarm refer to lives as long as the wait: not the request, and not its own look at the value.
    const leave = () => this.#leave(waiting, group, waiter);
    waiting.count += 1;
    group.waiters.add(waiter);
    if (wait.timeoutSeconds !== undefined) {
      waiter.cancelAlarm = this.#setAlarm(wait.timeoutSeconds * SECOND_MS, () => {
        leave();
        waiter.answer(group.render(group.current, group.target));
      });
    }
    onGone?.(leave);
    return promise;
  }

  /** Answers those of an instance for whom its tree now shows something else. */
  wake(instance: string, tree: Directory, render: Render): void {
    const waiting = this.#byInstance.get(instance);
    if (waiting === undefined) return;
    for (const [key, group] of waiting.groups) {
      const now = look(tree, group.target);
      if (now.kind === 'value' && now.etag === group.current.etag) continue;
      this.#end(instance, waiting, key, render(now, group.target));
    }
  }

  /**
   * Lets everyone go, or all of one instance: the server is ending, or the instance is gone.
   *
   * Clients take 503 for a pause and ask again (metadata notes 7.16).
   */
  release(render: Render, only?: string): void {
    for (const [instance, waiting] of this.#byInstance) {
      if (only !== undefined && instance !== only) continue;
      for (const [key, group] of waiting.groups)
        this.#end(instance, waiting, key, render(refuse('unavailable'), group.target));
    }
  }

  /** The instances at which somebody waits. */
  instances(): readonly string[] {
    return [...this.#byInstance.keys()];
  }

  #waitingAt(instance: string): Waiting {
    const known = this.#byInstance.get(instance);
    if (known !== undefined) return known;
    const waiting: Waiting = { groups: new Map(), count: 0 };
    this.#byInstance.set(instance, waiting);
    return waiting;
  }

  #end(instance: string, waiting: Waiting, key: string, response: HttpResponse): void {
    const group = waiting.groups.get(key);
    if (group === undefined) return;
    waiting.groups.delete(key);
    waiting.count -= group.waiters.size;
    this.#forgetIfEmpty(instance, waiting);
    for (const { answer, cancelAlarm } of group.waiters) {
      cancelAlarm?.();
      answer(response);
    }
    group.waiters.clear();
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

function groupIn({ groups }: Waiting, instance: string, { target, current }: Wait, render: Render): Group {
  const key = `${target.path} ${target.recursive} ${target.alt} ${current.etag}`;
  const known = groups.get(key);
  if (known !== undefined) return known;
  const group: Group = { instance, key, target, current, render, waiters: new Set() };
  groups.set(key, group);
  return group;
}
