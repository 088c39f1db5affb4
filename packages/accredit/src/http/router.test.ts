import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AnyMethod, type Api, method } from './method.ts';
import { Router } from './router.ts';

function named<const H extends string>(id: string, http: H | readonly H[]): AnyMethod {
  return method({ id, http, open: 'a test', handle: () => ({}) });
}

const storage: Api = {
  name: 'storage',
  hosts: ['storage.googleapis.com'],
  family: 'storage',
  methods: [
    named('b.list', 'GET /storage/v1/b'),
    named('b.get', 'GET /storage/v1/b/{bucket}'),
    named('o.get', [
      'GET /storage/v1/b/{bucket}/o/{object}',
      'GET /download/storage/v1/b/{bucket}/o/{object}',
    ]),
    named('b.iam', 'GET /storage/v1/b/{bucket}/iam'),
  ],
};
const iam: Api = {
  name: 'iam',
  hosts: ['iam.googleapis.com', 'iam.example'],
  family: 'esf',
  methods: [
    named('sa.get', 'GET /v1/{name=projects/*/serviceAccounts/*}'),
    named('sa.list', 'GET /v1/{name=projects/*}/serviceAccounts'),
    named('sa.getIamPolicy', 'POST /v1/{resource=projects/*/serviceAccounts/*}:getIamPolicy'),
    named('keys.create', 'POST /v1/{name=projects/*/serviceAccounts/*}/keys'),
  ],
};
const projects: Api = {
  name: 'projects',
  hosts: ['cloudresourcemanager.googleapis.com'],
  family: 'esf',
  methods: [
    named('p.get', 'GET /v1/projects/{project}'),
    named('p.getIamPolicy', 'POST /v1/projects/{project}:getIamPolicy'),
  ],
};
const router = new Router([storage, iam, projects]);

type Row = readonly [
  host: string,
  verb: string,
  path: string,
  expected: string,
  variables?: Readonly<Record<string, string>>,
];

const rows: readonly Row[] = [
  ['storage.googleapis.com', 'GET', '/storage/v1/b', 'b.list', {}],
  ['storage.googleapis.com', 'GET', '/storage/v1/b/x', 'b.get', { bucket: 'x' }],
  ['storage.googleapis.com', 'GET', '/storage/v1/b/x/iam', 'b.iam', { bucket: 'x' }],
  ['storage.googleapis.com', 'GET', '/storage/v1/b/x/o/a%2Fb%20c', 'o.get', { bucket: 'x', object: 'a/b c' }],
  ['storage.googleapis.com', 'GET', '/storage/v1/b/x/o/a+b', 'o.get', { bucket: 'x', object: 'a+b' }],
  ['storage.googleapis.com', 'GET', '/storage/v1/b/x/o/%252F', 'o.get', { bucket: 'x', object: '%2F' }],
  [
    'storage.googleapis.com',
    'GET',
    '/storage/v1/b/x/o/..%2F..%2Fetc',
    'o.get',
    { bucket: 'x', object: '../../etc' },
  ],
  ['storage.googleapis.com', 'GET', '/storage/v1/b/x/o/a:b', 'o.get', { bucket: 'x', object: 'a:b' }],
  ['storage.googleapis.com', 'GET', '/download/storage/v1/b/x/o/y', 'o.get', { bucket: 'x', object: 'y' }],
  ['STORAGE.googleapis.com.:443', 'GET', '/storage/v1/b', 'b.list', {}],
  ['www.googleapis.com', 'GET', '/storage/v1/b', 'b.list', {}],
  ['127.0.0.1:8080', 'GET', '/storage/v1/b', 'b.list', {}],
  ['', 'GET', '/storage/v1/b', 'b.list', {}],
  ['iam.example', 'GET', '/v1/projects/p/serviceAccounts', 'sa.list', { name: 'projects/p' }],
  [
    'iam.googleapis.com',
    'GET',
    '/v1/projects/-/serviceAccounts/a@b.c',
    'sa.get',
    { name: 'projects/-/serviceAccounts/a@b.c' },
  ],
  [
    'iam.googleapis.com',
    'GET',
    '/v1/projects/-/serviceAccounts/a%40b.c',
    'sa.get',
    { name: 'projects/-/serviceAccounts/a@b.c' },
  ],
  [
    'iam.googleapis.com',
    'POST',
    '/v1/projects/p/serviceAccounts/a@b.c:getIamPolicy',
    'sa.getIamPolicy',
    { resource: 'projects/p/serviceAccounts/a@b.c' },
  ],
  [
    'iam.googleapis.com',
    'POST',
    '/v1/projects/p/serviceAccounts/a@b.c/keys',
    'keys.create',
    { name: 'projects/p/serviceAccounts/a@b.c' },
  ],
  ['www.googleapis.com', 'GET', '/v1/projects/p', 'p.get', { project: 'p' }],
  [
    'cloudresourcemanager.googleapis.com',
    'POST',
    '/v1/projects/p:getIamPolicy',
    'p.getIamPolicy',
    { project: 'p' },
  ],
  [
    'cloudresourcemanager.googleapis.com',
    'POST',
    '/v1/projects/example.com:p:getIamPolicy',
    'p.getIamPolicy',
    { project: 'example.com:p' },
  ],
  [
    'cloudresourcemanager.googleapis.com',
    'GET',
    '/v1/projects/example.com:p',
    'p.get',
    { project: 'example.com:p' },
  ],
  ['storage.googleapis.com', 'GET', '/v1/projects/p', 'unknown'],
  ['iam.googleapis.com', 'GET', '/storage/v1/b', 'unknown'],
  ['storage.googleapis.com', 'DELETE', '/storage/v1/b', 'otherVerb'],
  ['storage.googleapis.com', 'GET', '/storage/v1/b/', 'unknown'],
  ['storage.googleapis.com', 'GET', '/storage/v1/b/x/o/a/b', 'unknown'],
  ['storage.googleapis.com', 'GET', '/storage/v1/b/x/o/%', 'unknown'],
  ['storage.googleapis.com', 'GET', '/storage/v1/b/x/o/%ff', 'unknown'],
  ['storage.googleapis.com', 'GET', '/storage/v1/__proto__', 'unknown'],
  ['storage.googleapis.com', 'GET', '', 'unknown'],
  ['storage.googleapis.com', 'GET', '*storage/v1/b', 'unknown'],
  ['iam.googleapis.com', 'POST', '/v1/projects/p/serviceAccounts/a@b.c:nothing', 'otherVerb'],
];

for (const [host, verb, path, expected, variables] of rows) {
  test(`route ${verb} ${host}${path}`, () => {
    const result = router.find(host, verb, path);
    if (variables === undefined) {
      assert.equal(result.outcome, expected);
      return;
    }
    assert.ok(result.outcome === 'found');
    assert.equal(result.match.method.id, expected);
    assert.deepEqual({ ...result.match.path }, variables);
  });
}

test('two methods at one address are refused at start-up', () => {
  const twice: Api = { ...storage, methods: [named('a', 'GET /x/{a}'), named('b', 'GET /x/{b}')] };
  assert.throws(() => new Router([twice]), /is no route, or is taken/);
});

const OWN_NAMES = { ...named('own', 'GET /v1/{name=operations/*}'), ownNames: /^operations\/own\./ };
const ANY_NAME = named('any', 'GET /v1/{name=operations/*}');

test('two APIs share an address where the names of one can be told, in whatever order they come', () => {
  const first: Api = { ...iam, methods: [OWN_NAMES] };
  const second: Api = { ...projects, methods: [ANY_NAME] };
  for (const apis of [
    [first, second],
    [second, first],
  ]) {
    const shared = new Router(apis);
    const idAt = (host: string, path: string) => {
      const result = shared.find(host, 'GET', path);
      return result.outcome === 'found' ? result.match.method.id : result.outcome;
    };
    assert.equal(idAt('127.0.0.1:8080', '/v1/operations/own.1'), 'own');
    assert.equal(idAt('127.0.0.1:8080', '/v1/operations/cp.1'), 'any');
    assert.equal(
      idAt('iam.googleapis.com', '/v1/operations/cp.1'),
      'own',
      'on its own host it has all names',
    );
    assert.equal(idAt('cloudresourcemanager.googleapis.com', '/v1/operations/own.1'), 'any');
  }
});

test('two APIs at one address are refused at start-up where neither has names of its own', () => {
  const [first, second]: readonly Api[] = [
    { ...iam, methods: [ANY_NAME] },
    { ...projects, methods: [ANY_NAME] },
  ];
  assert.ok(first !== undefined && second !== undefined);
  assert.throws(() => new Router([first, second]), /is no route, or is taken/);
  const twice = { ...iam, methods: [OWN_NAMES, ANY_NAME] };
  assert.throws(() => new Router([twice]), /is no route, or is taken/);
});

test('a method without a permission must say why, and one with a permission must not', () => {
  const handle = () => ({});
  assert.throws(() => method({ id: 'x', http: 'GET /x', handle }), /needs either a permission or a reason/);
  const permission = { check: 'a.b.c', on: () => 'projects/p' };
  assert.throws(() => method({ id: 'x', http: 'GET /x', open: 'no', permission, handle }), /needs either/);
});
