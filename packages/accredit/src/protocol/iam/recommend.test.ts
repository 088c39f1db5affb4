import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ANONYMOUS, type Principal } from '../../kernel/principals.ts';
import { policyHolderOf } from './policy-holders.ts';
import { type Proposal, type RecommendLevel, recommend } from './recommend.ts';
import type { CountedUse } from './uses.ts';

const PROGRAM: Principal = {
  kind: 'serviceAccount',
  email: 'my-program@p.iam.gserviceaccount.com',
  uniqueId: '1',
};
const ADA: Principal = { kind: 'user', email: 'ada@example.com' };

function use(permission: string, resource: string, principal: Principal = PROGRAM): CountedUse {
  return {
    principal,
    permission,
    resource: policyHolderOf(resource).resource,
    ...(resource.startsWith('projects/_/') ? { projectId: 'p' } : {}),
    method: 'a.method',
    outcome: 'allowed',
    count: 2,
    calls: 2,
    firstMs: 0,
    lastMs: 1,
  };
}

const line = ({ resource, roles }: Proposal) =>
  `${resource}: ${roles.map(({ role }) => role.slice('roles/'.length)).join(' ')}`;

const B = 'projects/_/buckets/b';
const VM = 'projects/p/zones/us-central1-a/instances/vm-1';
const ACCOUNT = 'projects/p/serviceAccounts/a@p.iam.gserviceaccount.com';

const cases: readonly (readonly [
  what: string,
  uses: readonly (readonly [string, string])[],
  expected: readonly string[],
  level?: RecommendLevel,
])[] = [
  [
    'objects that are read: the bucket',
    [
      ['storage.objects.get', `${B}/objects/x`],
      ['storage.objects.list', B],
    ],
    [`${B}: storage.objectViewer`],
  ],
  [
    'a bucket and its objects: two small roles rather than a legacy one',
    [
      ['storage.objects.get', `${B}/objects/x`],
      ['storage.buckets.get', B],
    ],
    [`${B}: storage.bucketViewer storage.objectViewer`],
  ],
  [
    'one project where that is asked for',
    [
      ['storage.objects.get', `${B}/objects/x`],
      ['storage.objects.get', 'projects/_/buckets/c/objects/x'],
    ],
    ['projects/p: storage.objectViewer'],
    'project',
  ],
  [
    'buckets that the program makes itself: the project, since they are not there yet',
    [
      ['storage.buckets.create', 'projects/p'],
      ['storage.buckets.get', B],
    ],
    ['projects/p: storage.bucketViewer storage.editor'],
  ],
  [
    'what the project’s role gives is not given again below it',
    [
      ['storage.objects.get', 'projects/p'],
      ['storage.objects.list', B],
    ],
    ['projects/p: storage.objectViewer', `${B}: `],
  ],
  [
    'what an operation is in: the project',
    [['compute.zoneOperations.get', 'projects/p/zones/z/operations/o']],
    ['projects/p: compute.viewer'],
  ],
  ['an instance', [['compute.instances.start', VM]], [`${VM}: compute.instanceAdmin`]],
  ['an account to act as', [['iam.serviceAccounts.actAs', ACCOUNT]], [`${ACCOUNT}: iam.serviceAccountUser`]],
];

for (const [what, uses, expected, level = 'resource'] of cases) {
  test(`roles are proposed for ${what}`, () => {
    const proposals = recommend(
      uses.map(([permission, resource]) => use(permission, resource)),
      level,
    );
    assert.deepEqual(proposals.map(line), expected);
  });
}
void ADA, ANONYMOUS;
