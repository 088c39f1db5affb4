/** How long a cloud that stops when idle waits for its first workload. */
const FIRST_WORKLOAD_WAIT_MS = 30_000;

/** How long it waits for another one after the last; two commands in a row then share one start. */
const NEXT_WORKLOAD_WAIT_MS = 2_000;

/** Counts the workloads of a cloud, and says when it has been idle for too long. */
export class RunningWorkloads {
  readonly #onIdle: (() => void) | undefined;
  #count = 0;
  #timer: NodeJS.Timeout | undefined;
  #allCleared: () => void = () => {};

  /** @param onIdle - called once nobody runs, or has come, for a while; absent for a cloud that stays */
  constructor(onIdle: (() => void) | undefined) {
    this.#onIdle = onIdle;
  }

  get count(): number {
    return this.#count;
  }

  /** Begins to wait for the first one. */
  open(): void {
    this.#wait(FIRST_WORKLOAD_WAIT_MS);
  }

  /** Counts one more; the function that is returned says that it has ended, and may be called twice. */
  started(): () => void {
    clearTimeout(this.#timer);
    this.#count += 1;
    let running = true;
    return () => {
      if (!running) return;
      running = false;
      this.#count -= 1;
      if (this.#count > 0) return;
      this.#allCleared();
      this.#wait(NEXT_WORKLOAD_WAIT_MS);
    };
  }

  /** Stops waiting for further ones, and waits until those that run have ended. */
  async close(): Promise<void> {
    clearTimeout(this.#timer);
    const cleared = Promise.withResolvers<void>();
    this.#allCleared = cleared.resolve;
    if (this.#count > 0) await cleared.promise;
    clearTimeout(this.#timer);
  }

  #wait(waitMs: number): void {
    if (this.#onIdle !== undefined) this.#timer = setTimeout(this.#onIdle, waitMs);
  }
}
