/** What the tables of deny policies share. */
import type { Case, Denial } from './row.fixture.ts';
import { ADA, CSV, GOODS, SHOP, VIEWER } from './world.fixture.ts';

export const ALL = 'principalSet://goog/public:all';
export const GET = 'storage.googleapis.com/objects.get';

/** A rule that denies everybody to read objects, changed. */
export const rule = (change: Denial = {}): Denial => ({
  deniedPrincipals: [ALL],
  deniedPermissions: [GET],
  ...change,
});

/** A deny policy on a resource, or on the project. */
export const on = (place: string, ...rules: readonly Denial[]): Case => ({ deny: { [place]: rules } });
export const denied = (...rules: readonly Denial[]): Case => on(SHOP, ...rules);

/** A user reads an object that everybody may read. */
export const reads = {
  caller: ADA,
  permission: 'storage.objects.get',
  resource: CSV,
  on: { [GOODS]: [[VIEWER, 'allUsers']] },
} as const;
