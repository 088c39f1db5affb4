import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { FixedClock, openTestCloud } from '../apis/api.fixture.ts';
import { ApiError } from '../kernel/api-error.ts';
import { decide } from '../protocol/iam/decide.ts';
import { toFacts, toQuestion } from '../protocol/iam/decision-tables/facts.fixture.ts';
import { generatedCase } from '../protocol/iam/decision-tables/generated-case.fixture.ts';
import type { Case } from '../protocol/iam/decision-tables/row.fixture.ts';
import { ADA, NOBODY } from '../protocol/iam/decision-tables/world.fixture.ts';
import { openWorld } from '../resources/decision-world.fixture.ts';
import { Authorizer } from './authorize.ts';
import { type Api, type Caller, method } from './method.ts';
import type { Services } from './services.ts';

/** Each case opens a store, so they are few; on failure the seed is printed, and the smallest case that fails. */
const RUNS = { numRuns: 150 };

const api = { name: 'storage', hosts: ['storage.googleapis.com'], family: 'storage', methods: [] } as const;

/** Generated cases without tags, which a store keeps elsewhere. */
const cases = generatedCase.map((given): Case => ({ ...given, tags: [] }));

/** What a generated case asks, of a cloud in its state. */
async function authorizerOf(given: Case, services: Services): Promise<Authorizer> {
  const resources = await openWorld(given);
  const caller: Caller = {
    principal: given.caller ?? ADA,
    scopes: given.held,
    ...(given.boundary === undefined ? {} : { boundary: given.boundary }),
  };
  const clock = new FixedClock(toQuestion(given).timeMs);
  const called = method({
    id: 'test.method',
    http: 'GET /test',
    scopes: given.accepted ?? [],
    open: 'the properties ask for permissions themselves',
    handle: () => ({}),
  });
  return new Authorizer({ api: api satisfies Api, method: called, path: {} }, caller, {
    ...services,
    resources,
    clock,
  });
}

async function passes(authorizer: Authorizer, permission: string, resource: string): Promise<boolean> {
  try {
    await authorizer.require(permission, resource);
    return true;
  } catch (error) {
    if (error instanceof ApiError) return false;
    throw error;
  }
}

test('what testIamPermissions says is what the call then gets (IAM notes 1.7)', async () => {
  const { services } = await openTestCloud([]);
  await fc.assert(
    fc.asyncProperty(cases, async (given) => {
      const { permission = '', resource = '' } = given;
      const authorizer = await authorizerOf(given, services);
      const says = await authorizer.may(permission, resource);
      assert.equal(await passes(authorizer, permission, resource), says);
      assert.equal(authorizer.decisions[0]?.verdict, says ? 'allowed' : 'refused');
    }),
    RUNS,
  );
});

test('permissions that are asked about together are held as each by itself', async () => {
  const { services } = await openTestCloud([]);
  await fc.assert(
    fc.asyncProperty(cases, async (given) => {
      const { permission = '', resource = '' } = given;
      const authorizer = await authorizerOf(given, services);
      const asked = ['storage.buckets.get', permission, 'resourcemanager.projects.get', permission];
      const each = [];
      for (const one of asked) if (await authorizer.may(one, resource)) each.push(one);
      assert.deepEqual(await authorizer.held(asked, resource), each);
      assert.deepEqual(authorizer.decisions, [], 'a no is an answer, and not recorded');
    }),
    RUNS,
  );
});

test('others have their turns while many permissions are asked about', async () => {
  const { services } = await openTestCloud([]);
  const [given] = fc.sample(cases, { numRuns: 1, seed: 1 });
  assert.ok(given !== undefined);
  const authorizer = await authorizerOf(given, services);
  let turns = 0;
  let isOver = false;
  const count = () => {
    turns += 1;
    if (!isOver) setImmediate(count);
  };
  setImmediate(count);
  const asked = Array.from({ length: 100 }, (_, index) => `storage.buckets.p${index}`);
  await authorizer.held(asked, given.resource ?? '');
  isOver = true;
  assert.ok(turns >= asked.length);
});

test('in audit mode testIamPermissions still says what would be, and only who has no credentials is refused', async () => {
  const { services } = await openTestCloud([], { iamMode: 'audit' });
  await fc.assert(
    fc.asyncProperty(cases, async (given) => {
      const { permission = '', resource = '' } = given;
      const authorizer = await authorizerOf(given, services);
      const says = await authorizer.may(permission, resource);
      assert.equal(await passes(authorizer, permission, resource), says || given.caller !== NOBODY);
      assert.equal(authorizer.decisions[0]?.verdict, says ? 'allowed' : 'refused');
    }),
    RUNS,
  );
});

test('what a call gets follows from stored state as from the policies themselves (IAM notes 1.3)', async () => {
  const { services } = await openTestCloud([]);
  await fc.assert(
    fc.asyncProperty(cases, async (given) => {
      const { permission = '', resource = '' } = given;
      const authorizer = await authorizerOf(given, services);
      const { verdict } = decide(toQuestion(given), toFacts(given));
      assert.equal(await passes(authorizer, permission, resource), verdict === 'allowed');
    }),
    RUNS,
  );
});
