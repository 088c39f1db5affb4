import type { Principal } from '../../packages/accredit/src/kernel/principals.ts';
import { decide, type Facts, type Question } from '../../packages/accredit/src/protocol/iam/decide.ts';
import { identitiesOf, NO_BELONGINGS } from '../../packages/accredit/src/protocol/iam/identities.ts';
import { compilePolicy } from '../../packages/accredit/src/protocol/iam/policy.ts';
import { findRole } from '../../packages/accredit/src/protocol/iam/roles/catalogue.ts';
import { CLOUD_PLATFORM, STORAGE_READ } from '../../packages/accredit/src/protocol/iam/scopes.ts';
import { type Row, rates } from '../row.ts';

const MEMBERS = 1500;

/** IAM decisions a second over a bucket and a project whose policies name 1,500 members, beside a bare look-up. */
export async function decisions(): Promise<readonly Row[]> {
  const email = (index: number) => `user-${index}@example.com`;
  const principal: Principal = { kind: 'user', email: email(MEMBERS - 1) };
  const half = Array.from({ length: MEMBERS / 2 }, (_, index) => `user:${email(index)}`);
  const rest = Array.from({ length: MEMBERS / 2 }, (_, index) => `user:${email(index + MEMBERS / 2)}`);
  const facts: Facts = {
    policies: [
      compilePolicy(
        'projects/_/buckets/b',
        { bindings: [{ role: 'roles/storage.objectCreator', members: half }] },
        { findRole },
      ),
      compilePolicy(
        'projects/p',
        { bindings: [{ role: 'roles/storage.objectViewer', members: rest }] },
        { findRole },
      ),
    ],
    denyPolicies: [],
    identities: identitiesOf(principal, NO_BELONGINGS),
    principalState: 'active',
    tags: [],
  };
  const question: Question = {
    principal,
    permission: 'storage.objects.get',
    resource: 'projects/_/buckets/b/objects/o',
    heldScopes: [CLOUD_PLATFORM],
    acceptedScopes: STORAGE_READ,
    mode: 'enforce',
    timeMs: 0,
  };
  const roleOf = new Map([...half, ...rest].map((member) => [member, 'roles/storage.objectViewer']));
  const permissions = findRole('roles/storage.objectViewer')?.permissions ?? new Set<string>();
  const measured = rates(
    () => {
      if (decide(question, facts).verdict !== 'allowed') throw new Error('refused');
    },
    () => {
      if (roleOf.get(`user:${principal.email}`) === undefined || !permissions.has(question.permission))
        throw new Error('refused');
    },
  );
  return [
    {
      name: 'IAM decisions, 1,500 members over 2 levels',
      unit: 'per s',
      ...measured,
      floorIs: 'one look-up in a Map and one in a Set',
      target: '400,000 a second',
      met: measured.ours >= 400_000,
    },
  ];
}
