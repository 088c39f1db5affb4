import { MemoryStore } from './memory-store.ts';
import type { Change, Precondition } from './store.ts';

/** A store that counts its commits and lets something happen right before one. */
export class ObservedStore extends MemoryStore {
  commits = 0;
  /** Called before the next commit, once. */
  beforeCommit: (() => Promise<unknown>) | undefined;

  override async commit(
    changes: readonly Change[],
    preconditions?: readonly Precondition[],
  ): Promise<number> {
    const happening = this.beforeCommit;
    this.beforeCommit = undefined;
    await happening?.();
    const revision = await super.commit(changes, preconditions);
    this.commits += 1;
    return revision;
  }
}
