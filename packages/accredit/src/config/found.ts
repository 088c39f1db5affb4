import type { ServiceAccount } from '../resources/service-accounts.ts';
import type { Change, Precondition } from '../store/store.ts';

/** What stands under the name of a declaration. */
export interface Found {
  /** See `Declaration`. */
  readonly identity: string;
  /** Why it cannot go; `undefined` where nothing is in the way. */
  readonly obstacle?: string | undefined;
  readonly changes: readonly Change[];
  readonly preconditions: readonly Precondition[];
  /** Service accounts that go with it. */
  readonly accounts?: readonly ServiceAccount[];
  /** Bytes that nothing names any more when it is gone. */
  readonly bytesId?: string;
}
