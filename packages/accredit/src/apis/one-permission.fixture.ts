/** Roles for the tests that a permission is necessary and sufficient, whatever the real roles hold. */
import type { FindRole } from '../protocol/iam/policies/policy.ts';
import { listRoles } from '../protocol/iam/roles/catalogue.ts';

/** Every permission that a role of the catalogue gives. */
export const EVERY_PERMISSION: ReadonlySet<string> = new Set(
  listRoles().flatMap(({ permissions }) => [...permissions]),
);

/** `only/P,Q` holds those permissions and no others, `except/P,Q` holds all others. */
export const findTestRole: FindRole = (name) => {
  const [kind, list = ''] = name.split('/');
  const named = new Set(list.split(','));
  if (kind === 'only') return { permissions: named };
  if (kind !== 'except') return undefined;
  return { permissions: new Set([...EVERY_PERMISSION].filter((other) => !named.has(other))) };
};
