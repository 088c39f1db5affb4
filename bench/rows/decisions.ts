import type { Principal } from '../../packages/accredit/src/kernel/principals.ts';
import type { ConditionContext } from '../../packages/accredit/src/protocol/iam/conditions/condition.ts';
import { loadConditions } from '../../packages/accredit/src/protocol/iam/conditions/load.ts';
import { decide, type Facts, type Question } from '../../packages/accredit/src/protocol/iam/decide.ts';
import {
  compileDenyPolicy,
  type DenyRule,
} from '../../packages/accredit/src/protocol/iam/deny/deny-policy.ts';
import { identitiesOf, NO_BELONGINGS } from '../../packages/accredit/src/protocol/iam/identities.ts';
import { type Binding, compilePolicy } from '../../packages/accredit/src/protocol/iam/policies/policy.ts';
import { findRole } from '../../packages/accredit/src/protocol/iam/roles/catalogue.ts';
import { CLOUD_PLATFORM, STORAGE_READ } from '../../packages/accredit/src/protocol/iam/scopes.ts';
import { type Row, rates } from '../row.ts';
import { policyChanges, principalsInStore } from './stored-policies.ts';

const PRINCIPAL: Principal = { kind: 'user', email: 'ada@example.com' };
const ADA = 'user:ada@example.com';
const VIEWER = 'roles/storage.objectViewer';
const OBJECT = 'projects/_/buckets/b/objects/o';
const LEVELS = ['projects/_/buckets/b', 'projects/p', 'folders/1', 'organizations/1'];

/** Members of the large policies, in all. */
const MEMBERS = 1500;

/** Bindings with a condition that is false, before none that grants. */
const CONDITIONS = 20;

/** Rules of the deny policy. */
const DENY_RULES = 500;

const question: Question = {
  principal: PRINCIPAL,
  permission: 'storage.objects.get',
  resource: OBJECT,
  heldScopes: [CLOUD_PLATFORM],
  acceptedScopes: STORAGE_READ,
  mode: 'enforce',
  timeMs: 1_795_410_000_000,
};

function factsOf(levels: Readonly<Record<string, readonly Binding[]>>, more: Partial<Facts> = {}): Facts {
  return {
    policies: Object.entries(levels).map(([resource, bindings]) =>
      compilePolicy(resource, { bindings }, { findRole }),
    ),
    denyPolicies: [],
    identities: identitiesOf(PRINCIPAL, NO_BELONGINGS),
    principalState: 'active',
    tags: [],
    ...more,
  };
}

/** What a decision costs at the least: who is a member of what, and what that holds. */
function lookUp(facts: Facts): () => void {
  const roles = new Map(
    facts.policies.flatMap(({ policy }) =>
      policy.bindings.flatMap(({ role, members }) => members.map((member) => [member, role] as const)),
    ),
  );
  const permissions = findRole(VIEWER)?.permissions ?? new Set<string>();
  return () => {
    if (roles.get(ADA) === undefined || !permissions.has(question.permission)) throw new Error('refused');
  };
}

function deciding(facts: Facts, verdict: 'allowed' | 'refused' = 'allowed'): () => void {
  return () => {
    if (decide(question, facts).verdict !== verdict) throw new Error(`not ${verdict}`);
  };
}

function rowOf(name: string, facts: Facts, target: number): Row {
  const measured = rates(deciding(facts), lookUp(facts));
  return {
    name: `IAM decisions, ${name}`,
    unit: 'per s',
    ...measured,
    floorIs: 'one look-up in a Map and one in a Set',
    target: `${target.toLocaleString('en-US')} a second`,
    met: measured.ours >= target,
  };
}

function oneBinding(): Row {
  return rowOf(
    '1 binding',
    factsOf({ 'projects/_/buckets/b': [{ role: VIEWER, members: [ADA] }] }),
    1_000_000,
  );
}

function manyMembers(): Row {
  const others = (level: number) =>
    Array.from({ length: MEMBERS / LEVELS.length - 1 }, (_, index) => `user:${level}-${index}@example.com`);
  const levels = LEVELS.map((resource, level): [string, readonly Binding[]] => [
    resource,
    [
      {
        role: level === LEVELS.length - 1 ? VIEWER : 'roles/storage.objectCreator',
        members: [...others(level), ADA],
      },
    ],
  ]);
  return rowOf('1,500 members over 4 levels', factsOf(Object.fromEntries(levels)), 400_000);
}

function denyRules(): Row {
  const rules = Array.from(
    { length: DENY_RULES },
    (_, index): DenyRule => ({
      deniedPrincipals: ['principalSet://goog/public:all'],
      exceptionPrincipals: index % 2 === 0 ? ['principal://goog/subject/ada@example.com'] : [],
      deniedPermissions: [
        index % 2 === 0 ? 'storage.googleapis.com/objects.get' : 'storage.googleapis.com/objects.delete',
      ],
      exceptionPermissions: [],
    }),
  );
  const facts = factsOf(
    { 'projects/_/buckets/b': [{ role: VIEWER, members: [ADA] }] },
    { denyPolicies: [compileDenyPolicy({ attachedTo: 'projects/p', id: 'd', rules })] },
  );
  return rowOf('500 deny rules, half on the permission', facts, 100_000);
}

/** Twenty conditions that do not hold, beside as many bare evaluations. */
async function conditionalBindings(): Promise<Row> {
  const { compileCondition } = await loadConditions();
  const expressions = Array.from(
    { length: CONDITIONS },
    (_, index) => `resource.name.startsWith("projects/_/buckets/b/objects/${index}/")`,
  );
  const bindings = expressions.map((expression) => ({
    role: VIEWER,
    members: [ADA],
    condition: { expression },
  }));
  const compiled = compilePolicy('projects/_/buckets/b', { bindings }, { findRole, compileCondition });
  const facts = factsOf({}, { policies: [compiled] });
  const bare = expressions.map(compileCondition);
  const context = (): ConditionContext => ({
    resource: { service: 'storage.googleapis.com', type: 'storage.googleapis.com/Object', name: OBJECT },
    timeMs: question.timeMs,
    tags: [],
    apiAttributes: {},
  });
  const measured = rates(deciding(facts, 'refused'), () => {
    const asked = context();
    for (const condition of bare) if (condition.evaluate(asked) !== false) throw new Error('true');
  });
  return {
    name: 'IAM decisions, 20 conditional bindings',
    unit: 'per s',
    ...measured,
    floorIs: '20 bare evaluations',
    target: '0.8 of as many bare evaluations',
    met: measured.ours >= 0.8 * measured.floor,
  };
}

/** IAM decisions a second, each beside what it costs at the least, and what the size of the store adds. */
export async function decisions(): Promise<readonly Row[]> {
  return [
    oneBinding(),
    manyMembers(),
    await conditionalBindings(),
    denyRules(),
    await principalsInStore(),
    await policyChanges(),
  ];
}
