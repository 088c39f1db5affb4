/**
 * The tests that every API has of what its methods ask their callers for: each permission is necessary and all together
 * are sufficient, at each address of the method, and so are the scopes.
 *
 * They come from a list that is written by hand, `permissions.fixture.ts` of the API, and not from the method table:
 * from the table itself they would only say that what is declared is asked for. `apis.test.ts` compares the two.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AnyMethod, Api } from '../http/method.ts';
import type { ResourceName } from '../kernel/resource-names.ts';
import { PROJECT_ID, type TestCloud, type TestRequest, type TestResponse } from './api.fixture.ts';
import { EVERY_PERMISSION } from './one-permission.fixture.ts';

/** A permission, and the resource that it is asked for on. */
export type Asked = readonly [permission: string, resource: ResourceName];

/** What Google asks the callers of one method for. A method without a permission is open to every caller. */
export interface ExpectedMethod {
  /** Accepted scopes, without `https://www.googleapis.com/auth/`; absent for a method that takes no access token. */
  readonly scopes?: readonly string[];
  /** The permissions of the method table, in its order. */
  readonly asks?: readonly Asked[];
  /** Those that the handler asks for, after these, since the body says which they are. */
  readonly asksInside?: readonly Asked[];
  /** The permission without which the answer shows nothing, to whoever may call an open method. */
  readonly showsBy?: string;
}

/** What Google asks for, by the id of the method. */
export type ExpectedMethods = Readonly<Record<string, ExpectedMethod>>;

/** One address of a method. */
export interface CalledAddress {
  readonly id: string;
  readonly verb: string;
  /** The path as the method table has it: `/v1/projects/{resource}`. */
  readonly template: string;
}

/** A cloud in which a call goes through, once its caller may make it. */
export interface PreparedCall {
  readonly cloud: TestCloud;
  readonly url: string;
  readonly request?: TestRequest;
}

/** What the tests must know of an API. */
export interface PermissionSuite {
  readonly api: Api;
  /** Where Google's permissions are written: `IAM notes 3.1`. */
  readonly source: string;
  readonly expected: ExpectedMethods;
  /** Where the caller's role is given, so that it holds on all that is asked about. Default: the project. */
  readonly grantedOn?: readonly ResourceName[];
  /** Opens a cloud of the test roles (`findTestRole`), and makes what the method needs beside a permission. */
  prepare(called: CalledAddress): Promise<PreparedCall>;
  /** Says whether a call went through. Default: 200. */
  wentThrough?(response: TestResponse, called: CalledAddress): boolean;
  /** Asserts that an answer refuses a permission in the words of the API. */
  assertRefused(response: TestResponse, asked: Asked, called: CalledAddress): void;
  /** Asserts that an answer refuses the scopes in the words of the API. Absent where no method has any. */
  assertScopesRefused?(response: TestResponse, called: CalledAddress): void;
}

/** Address of the account that calls. */
export const CALLER = `caller@${PROJECT_ID}.iam.gserviceaccount.com`;

/** The scopes of OpenID Connect, which are no addresses. */
const OPENID_SCOPES: ReadonlySet<string> = new Set(['openid', 'email', 'profile']);

/** A scope that no method here takes. */
const OTHER_SCOPE = 'https://www.googleapis.com/auth/logging.admin';

function toScope(name: string): string {
  return OPENID_SCOPES.has(name) ? name : `https://www.googleapis.com/auth/${name}`;
}

/** What can be compared of a method: permissions and scopes, whole. */
type Compared = Readonly<
  Record<string, { readonly permissions: readonly string[]; readonly scopes?: readonly string[] }>
>;

/** Returns what a method table declares. */
export function declaredIn(methods: readonly AnyMethod[]): Compared {
  const entries = methods.map(({ id, permissions, scopes }) => {
    const checks = permissions.map(({ check }) => check);
    return [id, { permissions: checks, ...(scopes === undefined ? {} : { scopes }) }] as const;
  });
  return Object.fromEntries(entries);
}

/** Returns what it ought to declare. */
export function declaredAs(expected: ExpectedMethods): Compared {
  const entries = Object.entries(expected).map(([id, { asks = [], scopes }]) => {
    const permissions = asks.map(([permission]) => permission);
    return [id, { permissions, ...(scopes === undefined ? {} : { scopes: scopes.map(toScope) }) }] as const;
  });
  return Object.fromEntries(entries);
}

/** Declares the tests of an API. */
export function testPermissions(suite: PermissionSuite): void {
  for (const [id, expected] of Object.entries(suite.expected)) {
    const http = suite.api.methods.find((method) => method.id === id)?.http;
    assert.ok(http !== undefined, `the method table has ${id}`);
    for (const address of http) {
      const [verb = '', template = ''] = address.split(' ');
      testAddress(suite, expected, { id, verb, template });
    }
  }
}

function testAddress(suite: PermissionSuite, expected: ExpectedMethod, called: CalledAddress): void {
  const { asks = [], asksInside = [], scopes = [], showsBy } = expected;
  const asked = [...asks, ...asksInside];
  const name = `${called.id}, ${called.verb} ${called.template}`;
  testSufficient(suite, name, expected, called);
  for (const one of asked) testNecessary(suite, name, expected, called, one);
  if (scopes.length > 0) testScopes(suite, name, expected, called);
  if (showsBy !== undefined) testShown(suite, name, expected, called, showsBy);
}

function testSufficient(
  suite: PermissionSuite,
  name: string,
  expected: ExpectedMethod,
  called: CalledAddress,
): void {
  const role = sufficientRole(expected);
  const what =
    role === undefined ? 'no permission is asked for' : `${role.slice('only/'.length)} is sufficient`;
  test(`${name}: ${what} (${suite.source})`, async () => {
    assertWentThrough(suite, await call(suite, expected, called, role), called);
  });
}

function testNecessary(
  suite: PermissionSuite,
  name: string,
  expected: ExpectedMethod,
  called: CalledAddress,
  asked: Asked,
): void {
  const [permission] = asked;
  const { asks = [], asksInside = [] } = expected;
  test(`${name}: ${permission} is necessary (${suite.source})`, async () => {
    assert.ok(EVERY_PERMISSION.has(permission), 'a role of the catalogue gives it');
    // Who has none is told of the first.
    const [first = asked] = [...asks, ...asksInside];
    for (const [role, told] of [[`except/${permission}`, asked] as const, [undefined, first] as const]) {
      const { cloud, response } = await call(suite, expected, called, role);
      assert.equal(response.status, 403, response.text);
      suite.assertRefused(response, told, called);
      const [refusal] = await cloud.audit.refusals(1);
      assert.deepEqual([refusal?.decision.permission, refusal?.decision.resource], told);
    }
  });
}

function testScopes(
  suite: PermissionSuite,
  name: string,
  expected: ExpectedMethod,
  called: CalledAddress,
): void {
  test(`${name}: each of its scopes is sufficient, and one of them is necessary (${suite.source})`, async () => {
    const role = sufficientRole(expected);
    for (const scope of expected.scopes ?? []) {
      assertWentThrough(suite, await call(suite, expected, called, role, toScope(scope)), called);
    }
    const { response } = await call(suite, expected, called, role, OTHER_SCOPE);
    assert.equal(response.status, 403, response.text);
    assert.ok(suite.assertScopesRefused !== undefined, 'the API says how it refuses scopes');
    suite.assertScopesRefused(response, called);
  });
}

function testShown(
  suite: PermissionSuite,
  name: string,
  expected: ExpectedMethod,
  called: CalledAddress,
  permission: string,
): void {
  test(`${name}: ${permission} decides what it shows (${suite.source})`, async () => {
    assert.ok(EVERY_PERMISSION.has(permission), 'a role of the catalogue gives it');
    const shown = async (role?: string) => (await call(suite, expected, called, role)).response.text;
    const nothing = await shown();
    assert.equal(await shown(`except/${permission}`), nothing);
    assert.notEqual(await shown(`only/${permission}`), nothing);
  });
}

/** Returns a role with all that a method asks for and nothing else; `undefined` where that is nothing. */
function sufficientRole({ asks = [], asksInside = [] }: ExpectedMethod): string | undefined {
  const permissions = [...asks, ...asksInside].map(([permission]) => permission);
  return permissions.length === 0 ? undefined : `only/${permissions.join(',')}`;
}

interface CallResult {
  readonly cloud: TestCloud;
  readonly response: TestResponse;
}

/**
 * Calls a method in a cloud of its own, as an account with one role and a token with one scope.
 *
 * @param role - absent for an account without any
 * @param scope - default: the first that the method takes
 */
async function call(
  suite: PermissionSuite,
  { scopes: [first] = [] }: ExpectedMethod,
  called: CalledAddress,
  role: string | undefined,
  scope = first === undefined ? undefined : toScope(first),
): Promise<CallResult> {
  const { cloud, url, request } = await suite.prepare(called);
  const caller = await cloud.account('caller');
  if (role !== undefined) {
    for (const resource of suite.grantedOn ?? [`projects/${PROJECT_ID}`])
      await cloud.grant(resource, role, `serviceAccount:${caller}`);
  }
  const credentials = scope === undefined ? {} : { token: await cloud.token(caller, { scopes: [scope] }) };
  return { cloud, response: await cloud.send(called.verb, url, { ...credentials, ...request }) };
}

function assertWentThrough(suite: PermissionSuite, { response }: CallResult, called: CalledAddress): void {
  const wentThrough = suite.wentThrough?.(response, called) ?? response.status === 200;
  assert.ok(wentThrough, `${response.status} ${response.text}`);
}
