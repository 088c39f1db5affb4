import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { NOW_MS, openTestCloud, PROJECT_ID, type TestRequest } from '../apis/api.fixture.ts';
import { googleApis } from '../apis.ts';
import { permissionDenied } from '../kernel/api-error.ts';
import { decide } from '../protocol/iam/decide.ts';
import { CLOUD_PLATFORM } from '../protocol/iam/scopes.ts';
import { makeDirectory, makeRecord, makeTrail, readAll } from './audit-trail.fixture.ts';
import { toLine } from './audit-trail.ts';
import { monitoredResource } from './audited-resources.ts';
import { readLogEntry } from './log-entry.ts';
import {
  AUTHORIZATION_LIMIT,
  LIST_LIMIT,
  LIST_TEXT_LIMIT,
  MESSAGE_LIMIT,
  RESOURCE_LIMIT,
  toLogEntry,
  USER_AGENT_LIMIT,
  WITHHELD,
  WITHHELD_ECHO,
} from './to-log-entry.ts';

const STORAGE = 'https://storage.googleapis.com/storage/v1';

/** Opens a cloud of all APIs whose calls are kept. */
async function openAudited(t: TestContext, mode: 'enforce' | 'audit' = 'enforce') {
  const directory = makeDirectory(t);
  const { trail } = makeTrail(directory);
  t.after(() => trail.close());
  const cloud = await openTestCloud(googleApis, { iamMode: mode }, undefined, trail);
  return {
    cloud,
    async lines(): Promise<string> {
      await trail.flush();
      return readAll(directory);
    },
    /** Sends a request and returns its entry. */
    // A test asserts whole entries; their type is what the assertion says.
    // oxlint-disable-next-line typescript/no-explicit-any
    async entryOf(method: string, url: string, request: TestRequest = {}): Promise<any> {
      await cloud.send(method, url, request);
      await trail.flush();
      return JSON.parse(readAll(directory).trimEnd().split('\n').at(-1) ?? '');
    },
  };
}

test('an allowed call is an entry as of Cloud Audit Logs', async (t) => {
  const { cloud, entryOf } = await openAudited(t);
  const email = await cloud.account('workload', 'roles/storage.admin');
  const token = await cloud.token(email);
  const uniqueId = (await cloud.services.resources.serviceAccounts.find(email))?.value.uniqueId;
  const entry = await entryOf('GET', `${STORAGE}/b?project=${PROJECT_ID}`, {
    token,
    headers: { 'user-agent': 'gcloud/1.2' },
  });
  const { insertId, ...rest } = entry;
  assert.match(insertId, /^[0-9a-f]{16}$/);
  const { acceptedScopes, ...metadata } = rest.protoPayload.metadata;
  assert.ok(acceptedScopes.includes(CLOUD_PLATFORM));
  assert.deepEqual(
    { ...rest, protoPayload: { ...rest.protoPayload, metadata } },
    {
      logName: `projects/${PROJECT_ID}/logs/cloudaudit.googleapis.com%2Fdata_access`,
      timestamp: '2026-11-23T05:00:00.000Z',
      severity: 'INFO',
      resource: { type: 'project', labels: { project_id: PROJECT_ID } },
      httpRequest: { requestMethod: 'GET', status: 200, latency: '0s' },
      protoPayload: {
        '@type': 'type.googleapis.com/google.cloud.audit.AuditLog',
        status: {},
        authenticationInfo: { principalEmail: email, principalSubject: `serviceAccount:${email}` },
        requestMetadata: {
          callerIp: 'private',
          callerSuppliedUserAgent: 'gcloud/1.2',
          requestAttributes: { time: '2026-11-23T05:00:00.000Z' },
        },
        serviceName: 'storage.googleapis.com',
        methodName: 'storage.buckets.list',
        authorizationInfo: [
          {
            resource: `projects/${PROJECT_ID}`,
            permission: 'storage.buckets.list',
            granted: true,
            resourceAttributes: {
              service: 'cloudresourcemanager.googleapis.com',
              name: `projects/${PROJECT_ID}`,
              type: 'cloudresourcemanager.googleapis.com/Project',
            },
          },
        ],
        resourceName: `projects/${PROJECT_ID}`,
        metadata: {
          '@type': 'accredit.local/CallMetadata',
          method: 'storage.buckets.list',
          mode: 'enforce',
          principalUniqueId: uniqueId,
          heldScopes: [CLOUD_PLATFORM],
          decisions: [{ carriedOut: true, scopes: 'sufficient' }],
        },
      },
    },
  );
  assert.equal(toLogEntry(makeRecord({ latencyMs: 1234 }), 'p').httpRequest?.latency, '1.234s');
  assert.deepEqual(
    readLogEntry(entry, '').protoPayload.authorizationInfo,
    rest.protoPayload.authorizationInfo,
  );
});

test('a refused call says what was missing, and a change is Admin Activity', async (t) => {
  const { cloud, entryOf } = await openAudited(t);
  const email = await cloud.account('workload');
  const token = await cloud.token(email);
  const entry = await entryOf('POST', `${STORAGE}/b?project=${PROJECT_ID}`, {
    token,
    body: { name: 'some-bucket' },
  });
  assert.equal(entry.logName, `projects/${PROJECT_ID}/logs/cloudaudit.googleapis.com%2Factivity`);
  assert.equal(entry.severity, 'ERROR');
  assert.equal(entry.protoPayload.methodName, 'storage.buckets.create');
  assert.equal(entry.protoPayload.status.code, 7);
  assert.match(entry.protoPayload.status.message, /does not have storage\.buckets\.create access/);
  assert.equal(entry.protoPayload.authorizationInfo[0].granted, false);
  assert.deepEqual(entry.protoPayload.metadata.decisions, [
    { carriedOut: true, refusedBy: 'iam', scopes: 'sufficient' },
  ]);
});

test('in audit mode a call goes through, and its entry says that it would not', async (t) => {
  const { cloud, entryOf } = await openAudited(t, 'audit');
  const token = await cloud.token(await cloud.account('workload'));
  const { protoPayload } = await entryOf('GET', `${STORAGE}/b?project=${PROJECT_ID}`, { token });
  assert.deepEqual(protoPayload.status, {});
  assert.equal(protoPayload.authorizationInfo[0].granted, false);
  assert.equal(protoPayload.metadata.decisions[0].carriedOut, false);
});

test('a caller without credentials is not named; a bucket is in the log of its project', async (t) => {
  const { cloud, entryOf } = await openAudited(t);
  const token = await cloud.token(await cloud.account('owner', 'roles/storage.admin'));
  await cloud.send('POST', `${STORAGE}/b?project=${PROJECT_ID}`, { token, body: { name: 'some-bucket' } });
  const { logName, resource, protoPayload } = await entryOf('GET', `${STORAGE}/b/some-bucket/o/a%2Fb`);
  assert.equal(logName, `projects/${PROJECT_ID}/logs/cloudaudit.googleapis.com%2Fdata_access`);
  assert.deepEqual(resource, {
    type: 'gcs_bucket',
    labels: { project_id: PROJECT_ID, bucket_name: 'some-bucket' },
  });
  assert.deepEqual(protoPayload.authenticationInfo, {});
  assert.equal(protoPayload.status.code, 16);
  assert.equal(protoPayload.resourceName, 'projects/_/buckets/some-bucket/objects/a/b');
});

test('a token that is no good names nobody; the path still says what was asked for', async (t) => {
  const { entryOf } = await openAudited(t);
  const url = `https://cloudresourcemanager.googleapis.com/v1/projects/${PROJECT_ID}`;
  const { protoPayload } = await entryOf('GET', url, { token: 'garbage' });
  assert.deepEqual(protoPayload.authenticationInfo, {});
  assert.equal(protoPayload.resourceName, `projects/${PROJECT_ID}`);
  assert.deepEqual(protoPayload.authorizationInfo, []);
  assert.equal(protoPayload.status.code, 16);
});

test('who came by way of others, or with a key, is shown with them', () => {
  const email = 'target@my-project.iam.gserviceaccount.com';
  const { protoPayload } = toLogEntry(
    makeRecord({
      caller: {
        principal: { kind: 'serviceAccount', email, uniqueId: '1' },
        grantId: 'serviceAccountKeys/0123abcd',
        instance: 'projects/my-project/zones/z/instances/vm',
        delegationChain: [
          'first@my-project.iam.gserviceaccount.com',
          'principal://iam.googleapis.com/x/subject/s',
        ],
      },
    }),
    'p',
  );
  assert.deepEqual(protoPayload.authenticationInfo, {
    principalEmail: email,
    principalSubject: `serviceAccount:${email}`,
    serviceAccountKeyName: `//iam.googleapis.com/projects/my-project/serviceAccounts/${email}/keys/0123abcd`,
    serviceAccountDelegationInfo: [
      {
        principalSubject: 'serviceAccount:first@my-project.iam.gserviceaccount.com',
        firstPartyPrincipal: { principalEmail: 'first@my-project.iam.gserviceaccount.com' },
      },
      { principalSubject: 'principal://iam.googleapis.com/x/subject/s' },
    ],
  });
  assert.equal(protoPayload.metadata.instance, 'projects/my-project/zones/z/instances/vm');
  assert.equal(protoPayload.requestMetadata.callerIp, 'gce-internal-ip');
});

for (const [remoteAddress, callerIp] of [
  ['127.0.0.1', '127.0.0.1'],
  ['::ffff:127.0.0.1', '127.0.0.1'],
  ['::1', '::1'],
  [undefined, 'private'],
] as const) {
  test(`the caller's address ${remoteAddress} is ${callerIp}`, () => {
    const { protoPayload } = toLogEntry(
      makeRecord({ request: { verb: 'GET', path: {}, remoteAddress } }),
      'p',
    );
    assert.equal(protoPayload.requestMetadata.callerIp, callerIp);
  });
}

for (const [name, expected] of [
  ['projects/_/buckets/b/objects/o/p', { type: 'gcs_bucket', labels: { project_id: 'p', bucket_name: 'b' } }],
  ['projects/q', { type: 'project', labels: { project_id: 'q' } }],
  [
    'projects/q/serviceAccounts/a@q.iam.gserviceaccount.com',
    { type: 'service_account', labels: { project_id: 'q', email_id: 'a@q.iam.gserviceaccount.com' } },
  ],
  ['projects/q/zones/z/instances/i', { type: 'gce_instance', labels: { project_id: 'q', zone: 'z' } }],
  ['folders/1', { type: 'folder', labels: { project_id: 'p', folder_id: '1' } }],
  [undefined, { type: 'audited_resource', labels: { project_id: 'p', service: 's', method: 'm' } }],
] as const) {
  test(`the monitored resource of ${name} is ${expected.type}`, () => {
    assert.deepEqual(monitoredResource(name, 'p', { service: 's', method: 'm' }), expected);
  });
}

test('what a condition asked of a call, and who came from elsewhere, is there to decide again', () => {
  const pool = 'projects/1/locations/global/workloadIdentityPools/pool';
  const principal = {
    kind: 'federated',
    pool,
    subject: 's',
    groups: ['g'],
    attributes: { repository: 'r' },
  } as const;
  const question = {
    principal,
    permission: 'resourcemanager.projects.setIamPolicy',
    resource: 'projects/p',
    heldScopes: undefined,
    acceptedScopes: undefined,
    apiAttributes: { 'iam.googleapis.com/modifiedGrantsByRole': ['roles/viewer', 'ya29.c.secret'] },
    mode: 'enforce',
    timeMs: NOW_MS,
  } as const;
  const facts = {
    policies: [],
    denyPolicies: [],
    identities: [],
    principalState: 'active',
    tags: [],
  } as const;
  const record = makeRecord({ caller: { principal }, decisions: [decide(question, facts)] });
  const { protoPayload } = readLogEntry(JSON.parse(toLine(toLogEntry(record, 'p'))), '');
  assert.deepEqual(protoPayload.authenticationInfo, {
    principalSubject: `principal://iam.googleapis.com/${pool}/subject/s`,
  });
  assert.deepEqual(protoPayload.metadata.principalGroups, ['g']);
  assert.equal(protoPayload.metadata.principalAttributes?.repository, 'r');
  assert.deepEqual(
    protoPayload.metadata.decisions[0]?.apiAttributes?.['iam.googleapis.com/modifiedGrantsByRole'],
    ['roles/viewer', '[secret]'],
  );
});

test('what is text of the caller’s is bounded', () => {
  const path = { bucket: 'b', object: 'o'.repeat(10_000) };
  const entry = toLogEntry(
    makeRecord({
      request: { verb: 'GET', path, userAgent: 'u/1 '.repeat(25_000) },
      status: 403,
      error: permissionDenied('m'.repeat(100_000)),
      message: 'm'.repeat(100_000),
    }),
    'p',
  );
  const { protoPayload } = entry;
  assert.equal(
    protoPayload.requestMetadata.callerSuppliedUserAgent,
    `${'u/1 '.repeat(USER_AGENT_LIMIT / 4)}…`,
  );
  assert.equal(protoPayload.status.message, `${'m'.repeat(MESSAGE_LIMIT)}…`);
  assert.equal(protoPayload.resourceName?.length, RESOURCE_LIMIT + 1);
});

test('of the scopes of a credential and the groups of its holder so many are kept, and so much of each', () => {
  const texts = Array.from({ length: LIST_LIMIT + 1 }, () => 'g'.repeat(LIST_TEXT_LIMIT + 1));
  const principal = {
    kind: 'federated',
    pool: 'projects/1/locations/global/workloadIdentityPools/pool',
    subject: 's',
    groups: texts,
    attributes: {},
  } as const;
  const question = {
    principal,
    permission: 'resourcemanager.projects.get',
    resource: 'projects/p',
    heldScopes: texts,
    acceptedScopes: [CLOUD_PLATFORM],
    mode: 'enforce',
    timeMs: NOW_MS,
  } as const;
  const facts = {
    policies: [],
    denyPolicies: [],
    identities: [],
    principalState: 'active',
    tags: [],
  } as const;
  const record = makeRecord({ caller: { principal }, decisions: [decide(question, facts)] });
  const { metadata } = toLogEntry(record, 'p').protoPayload;
  const kept = Array.from({ length: LIST_LIMIT }, () => `${'g'.repeat(LIST_TEXT_LIMIT)}…`);
  assert.deepEqual(metadata.principalGroups, kept);
  assert.deepEqual(metadata.heldScopes, kept);
});

/** Calls whose refusals repeat what their body, query or headers said, with the status that they get. */
const echoing: readonly (readonly [
  name: string,
  method: string,
  url: string,
  status: number,
  request: TestRequest,
])[] = [
  [
    'a service that there is not',
    'POST',
    `https://serviceusage.googleapis.com/v1/projects/${PROJECT_ID}/services:batchEnable`,
    403,
    { body: { serviceIds: ['hunter2'] } },
  ],
  [
    'a quota project that there is not',
    'GET',
    `https://iam.googleapis.com/v1/projects/${PROJECT_ID}/serviceAccounts`,
    403,
    { headers: { 'x-goog-user-project': 'hunter2' } },
  ],
  [
    'a template that there is not',
    'POST',
    `https://compute.googleapis.com/compute/v1/projects/${PROJECT_ID}/zones/us-central1-a/instances?sourceInstanceTemplate=global/instanceTemplates/hunter2`,
    404,
    { body: { name: 'vm-1' } },
  ],
];

for (const [name, method, url, status, request] of echoing) {
  test(`a message that repeats what the request said is shown to the caller alone: ${name}`, async (t) => {
    const { cloud, lines } = await openAudited(t);
    const token = await cloud.token(await cloud.account('workload', 'roles/owner'));
    const response = await cloud.send(method, url, { token, ...request });
    assert.equal(response.status, status, response.text);
    assert.match(response.json.error.message, /hunter2/);
    const log = await lines();
    assert.ok(log.includes(WITHHELD_ECHO));
    assert.doesNotMatch(log, /hunter2/);
  });
}

test('a call that asks for very many permissions keeps a hundred of them, and says how many more there were', async (t) => {
  const { cloud } = await openAudited(t);
  const token = await cloud.token(await cloud.account('workload'));
  await cloud.send('GET', `${STORAGE}/b?project=${PROJECT_ID}`, { token });
  const principal = { kind: 'user', email: 'a@b.c' } as const;
  const decision = {
    verdict: 'allowed',
    carriedOut: true,
    refusedBy: undefined,
    scopes: 'notApplicable',
    question: { principal, permission: 'p', resource: 'projects/p', mode: 'enforce', timeMs: NOW_MS },
    facts: { policies: [] },
  };
  // Only what an entry is made of.
  const decisions = Array.from({ length: 250 }, () => decision) as never;
  const { protoPayload } = toLogEntry(makeRecord({ decisions }), 'p');
  assert.equal(AUTHORIZATION_LIMIT, 100);
  assert.equal(protoPayload.authorizationInfo.length, AUTHORIZATION_LIMIT);
  assert.equal(protoPayload.metadata.decisions.length, AUTHORIZATION_LIMIT);
  assert.equal(protoPayload.metadata.moreAuthorizations, 150);
});

test('control characters cannot break a line, and come back as they were', () => {
  const userAgent = 'a\nb\r\u0000\u001b[31m\u007f\u0085\u009b\u2028\u2029\ud800"\\';
  const line = toLine(toLogEntry(makeRecord({ request: { verb: 'GET', path: {}, userAgent } }), 'p'));
  // oxlint-disable-next-line no-control-regex
  assert.match(line, /^[^\u0000-\u001f\u007f-\u009f\u2028\u2029]*\n$/);
  const read = readLogEntry(JSON.parse(line), '');
  assert.equal(read.protoPayload.requestMetadata.callerSuppliedUserAgent, userAgent);
});

/** Secrets of every form that has one, and some that have none. */
const SECRETS = {
  token: 'ya29.c.AAAAsecretAAAA',
  jwt: 'eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJzZWNyZXQifQ.c2VjcmV0c2lnbmF0dXJl',
  pem: '-----BEGIN PRIVATE KEY-----\nMIIsecretkey\n-----END PRIVATE KEY-----',
  refresh: '1//0gsecretrefresh',
  code: '4/0Asecretcode',
  client: 'GOCSPX-secretclient',
  apiKey: 'AIzaSyA-secretapikey-0123456789012345678',
} as const;
const PASSWORD = 'correct-horse-battery';

test('no secret of a request is in the log, wherever it stood', async (t) => {
  const { cloud, lines } = await openAudited(t);
  const email = await cloud.account('workload', 'roles/owner', 'roles/storage.admin');
  const token = await cloud.token(email);
  const shapes = Object.values(SECRETS);
  const send = (method: string, url: string, request: TestRequest = {}) =>
    cloud.send(method, url, { token, ...request });
  const bodies = [{ [PASSWORD]: PASSWORD }, { name: { password: PASSWORD } }, `{"a": "${PASSWORD}`, PASSWORD];
  for (const body of bodies) {
    await send('POST', `${STORAGE}/b?project=${PROJECT_ID}`, { body });
    await send('POST', `https://iam.googleapis.com/v1/projects/${PROJECT_ID}/serviceAccounts`, { body });
    await send('POST', `https://cloudresourcemanager.googleapis.com/v1/projects/${PROJECT_ID}:setIamPolicy`, {
      body,
    });
    const zone = `https://compute.googleapis.com/compute/v1/projects/${PROJECT_ID}/zones/us-central1-a/instances`;
    await send('POST', zone, { body });
    await cloud.send('POST', 'https://oauth2.googleapis.com/token', { body });
  }
  const usage = `https://serviceusage.googleapis.com/v1/projects/${PROJECT_ID}/services`;
  await send('POST', `${usage}:batchEnable`, { body: { serviceIds: [PASSWORD] } });
  await send('GET', usage, { headers: { 'x-goog-user-project': PASSWORD } });
  await send('GET', `${usage}?userProject=${PASSWORD}`);
  for (const secret of shapes) {
    const quoted = encodeURIComponent(secret);
    const headers = { 'user-agent': `agent ${secret}`, 'x-password': PASSWORD, cookie: PASSWORD };
    await send('GET', `${STORAGE}/b/some-bucket/o/${quoted}?x=${PASSWORD}&access_token=${quoted}`, {
      headers,
    });
    await send('GET', `${STORAGE}/b/${quoted}?ifMetagenerationMatch=${PASSWORD}`, { headers });
    await send('GET', `${STORAGE}/b?project=${quoted}&maxResults=${PASSWORD}&pageToken=${PASSWORD}`);
    await send('GET', `https://iam.googleapis.com/v1/projects/${PROJECT_ID}/serviceAccounts/${quoted}`);
    await cloud.send('GET', `https://oauth2.googleapis.com/tokeninfo?access_token=${quoted}`);
    await cloud.send('GET', `${STORAGE}/b?project=${PROJECT_ID}`, { token: secret.replaceAll('\n', '') });
    await cloud.send('GET', `${STORAGE}/b?project=${PROJECT_ID}`, {
      headers: { authorization: `Basic ${PASSWORD}` },
    });
  }
  await send('POST', `${STORAGE}/b?project=${PROJECT_ID}`, { body: { name: 'some-bucket' } });
  const text = { 'content-type': 'text/plain' };
  const upload =
    'https://storage.googleapis.com/upload/storage/v1/b/some-bucket/o?uploadType=media&name=content';
  assert.equal((await send('POST', upload, { body: PASSWORD, headers: text })).status, 200);
  assert.equal((await send('GET', `${STORAGE}/b/some-bucket/o/content?alt=media`)).text, PASSWORD);
  const log = await lines();
  assert.ok(log.split('\n').length > 60);
  for (const replaced of [WITHHELD, WITHHELD_ECHO]) assert.ok(log.includes(replaced), replaced);
  for (const secret of [token, PASSWORD, ...shapes]) {
    assert.ok(!log.includes(secret), 'a secret is in the log');
    assert.ok(!log.includes(JSON.stringify(secret).slice(1, -1)), 'a secret is in the log, escaped');
  }
  for (const piece of [
    'secretAAAA',
    'c2VjcmV0',
    'secretkey',
    'secretrefresh',
    'secretcode',
    'secretclient',
    'secretapikey',
  ]) {
    assert.ok(!log.includes(piece), `a piece of a secret is in the log`);
  }
});

test('the call of a disabled account names it', async (t) => {
  const { entryOf, cloud } = await openAudited(t);
  const { serviceAccounts, commit } = cloud.services.resources;
  const email = await cloud.account('disabled-1');
  const token = await cloud.token(email);
  const account = await serviceAccounts.find(email);
  assert.ok(account);
  await commit(serviceAccounts.put({ ...account.value, disabled: true }));
  const url = `https://cloudresourcemanager.googleapis.com/v1/projects/${PROJECT_ID}`;
  const { protoPayload } = await entryOf('GET', url, { token });
  assert.equal(protoPayload.status.code, 16);
  assert.equal(protoPayload.authenticationInfo.principalEmail, email);
});
