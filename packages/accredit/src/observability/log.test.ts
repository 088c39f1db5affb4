import assert from 'node:assert/strict';
import { generateKeyPairSync, sign } from 'node:crypto';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { NOW_MS, openTestCloud } from '../apis/api.fixture.ts';
import { cloudResourceManager } from '../apis/cloudresourcemanager/index.ts';
import { iam } from '../apis/iam/index.ts';
import { oauth2 } from '../apis/oauth2/index.ts';
import { MASK, Secret } from '../kernel/secret.ts';
import { type LogOptions, maskCredentials, maskEncoded, openLog } from './log.ts';

/** A log that keeps its lines, and waits until what was said is written. */
function keepLines(options: Partial<LogOptions> = {}) {
  const lines: string[] = [];
  const clock = { now: () => NOW_MS };
  const log = openLog({ level: 'debug', form: 'json', clock, write: (line) => lines.push(line), ...options });
  const written = async (count: number) => {
    // The first line waits for pino to be loaded, which takes some turns of the event loop.
    while (lines.length < count) await turn();
    return lines;
  };
  return { log, lines, written };
}

test('a program gets one JSON object a line: level, time, fields, message', async () => {
  const { log, written } = keepLines();
  log.info({ status: 403, method: 'storage.buckets.list' }, 'request refused');
  log.debug({}, 'request answered');
  assert.deepEqual(await written(2), [
    '{"level":"info","time":"2026-11-23T05:00:00.000Z","status":403,"method":"storage.buckets.list","msg":"request refused"}\n',
    '{"level":"debug","time":"2026-11-23T05:00:00.000Z","msg":"request answered"}\n',
  ]);
});

test('a person gets short lines, coloured by importance where that is wanted', async () => {
  const plain = keepLines({ form: 'text' });
  plain.log.warn({ name: 'x', words: 'a b', list: [1] }, 'message');
  assert.deepEqual(await plain.written(1), ['05:00:00.000 warn  message  name=x  words="a b"  list=[1]\n']);
  const coloured = keepLines({ form: 'text', colour: true });
  coloured.log.error({}, 'message');
  coloured.log.info({}, 'message');
  assert.deepEqual(await coloured.written(2), [
    '05:00:00.000 \u001b[31merror\u001b[0m message\n',
    '05:00:00.000 info  message\n',
  ]);
});

test('an error is written with its stack and its causes', async () => {
  const error = new Error('outer', { cause: new Error('inner') });
  const json = keepLines();
  json.log.error({ err: error }, 'failed');
  const [line = ''] = await json.written(1);
  const { err } = JSON.parse(line) as { readonly err: { readonly message: string; readonly stack: string } };
  assert.equal(err.message, 'outer: inner');
  assert.match(err.stack, /Error: outer\n {4}at .*caused by: Error: inner\n/s);
  const text = keepLines({ form: 'text' });
  text.log.error({ err: error }, 'failed');
  assert.match((await text.written(1)).join(''), /^05:00:00\.000 error failed\nError: outer\n {4}at /);
});

test('lines below the level are not written, and of a silent log none', async () => {
  const { log, written } = keepLines({ level: 'warn' });
  log.debug({}, 'a');
  log.info({}, 'b');
  log.warn({}, 'c');
  log.error({}, 'd');
  const lines = await written(2);
  assert.deepEqual(
    lines.map((line) => (JSON.parse(line) as { readonly msg: string }).msg),
    ['c', 'd'],
  );
  const silent = keepLines({ level: 'silent' });
  silent.log.error({}, 'e');
  await turn();
  assert.deepEqual(silent.lines, []);
});

test('what is said before pino is there follows in order, and what comes after it does not overtake', async () => {
  const { log, written } = keepLines();
  for (let index = 0; index < 50; index += 1) log.info({ index }, 'early');
  await written(1);
  for (let index = 50; index < 100; index += 1) log.info({ index }, 'late');
  const order = (await written(100)).map((line) => (JSON.parse(line) as { readonly index: number }).index);
  assert.deepEqual(order, [...Array(100).keys()]);
});

test('a terminal is not spoken to by what a caller sent', async () => {
  const { log, written } = keepLines({ form: 'text' });
  const error = new Error('\u001b[2J\u0007gone');
  error.stack = 'Error: \u001b[2J\u0007gone';
  log.info({ message: '\u001b[2J', err: error }, 'request refused');
  const text = (await written(1)).join('');
  assert.equal(text, '05:00:00.000 info  request refused  message="\\u001b[2J"\nError: [2Jgone\n');
});

const { privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});
const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const unsigned = `${encode({ alg: 'RS256', typ: 'JWT' })}.${encode({ iss: 'a@b.c', scope: 's' })}`;
const assertion = `${unsigned}.${sign('RSA-SHA256', Buffer.from(unsigned), privateKey).toString('base64url')}`;

/** The parts of a secret that must not be found: whole, its end, and a piece of its middle. */
function piecesOf(secret: string): readonly string[] {
  const plain = secret.replaceAll('\n', '');
  return [plain, plain.slice(-40, -28), plain.slice(plain.length / 2, plain.length / 2 + 12)];
}

test('no line holds a token, wherever a caller puts it', async () => {
  const { log, written, lines } = keepLines();
  const cloud = await openTestCloud([cloudResourceManager, iam, oauth2], { log });
  const email = await cloud.account('caller');
  const token = await cloud.token(email);
  const expired = await cloud.token(email, { lifetimeSeconds: 1 });
  cloud.clock.nowMs += 2_000;
  const host = 'https://cloudresourcemanager.googleapis.com';
  const policyUrl = `${host}/v1/projects/lab-project:setIamPolicy`;
  const owner = { listener: { kind: 'owner' as const } };
  await cloud.grant('projects/lab-project', 'roles/owner', 'user:owner@accredit.local');
  const secrets = [token, expired, assertion, privateKey];
  for (const secret of secrets) {
    const text = encodeURIComponent(secret);
    const header = secret.replaceAll('\n', ' ');
    await cloud.send('GET', `${host}/v1/projects/lab-project`, { token: header });
    await cloud.send('GET', `${host}/v1/projects/lab-project`, {
      headers: { authorization: `Basic ${header}` },
    });
    await cloud.send('GET', `${host}/v1/projects/lab-project?access_token=${text}`);
    await cloud.send('GET', `${host}/v1/projects/${text}`, owner);
    await cloud.send('POST', policyUrl, { ...owner, body: { policy: secret } });
    await cloud.send('POST', policyUrl, { ...owner, body: { [secret]: 1 } });
    await cloud.send('POST', policyUrl, { ...owner, body: secret });
    await cloud.send('POST', policyUrl, { ...owner, body: { policy: { etag: secret } } });
    const bindings = [{ role: secret, members: [secret] }];
    await cloud.send('POST', policyUrl, { ...owner, body: { policy: { bindings } } });
    await cloud.send('POST', 'https://oauth2.googleapis.com/token', {
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: `grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=${text}`,
    });
    await cloud.send('GET', `https://oauth2.googleapis.com/tokeninfo?access_token=${text}`);
  }
  await written(secrets.length * 8);
  const text = lines.join('');
  for (const [index, secret] of secrets.entries()) {
    for (const piece of piecesOf(secret))
      assert.equal(text.includes(piece), false, `secret ${index} is in the log`);
  }
  assert.equal(text.includes(MASK), true, 'messages that repeat what was sent were written, masked');
});

test('a secret of ours prints as its mask', async () => {
  const { log, written } = keepLines();
  log.info({ token: new Secret('planted') }, 'message');
  assert.match((await written(1)).join(''), /"token":"\[secret\]"/);
});

const masked: readonly (readonly [string, string, string])[] = [
  ['an access token', 'got "ya29.c.a-b_c.d~e+f/g==" here', `got "${MASK}" here`],
  ['a JSON Web Token', `x ${unsigned}.sig-na_ture y`, `x ${MASK} y`],
  ['a JSON Web Token without its signature', `"${unsigned}"`, `"${MASK}"`],
  [
    'a key as it stands in JSON',
    '"-----BEGIN PRIVATE KEY-----\\nMIIE\\n-----END PRIVATE KEY-----\\n"',
    `"${MASK}\\n"`,
  ],
  ['a key that is cut off', '"-----BEGIN RSA PRIVATE KEY-----\\nMIIE...', `"${MASK}`],
  ['a word that only looks like one', 'eyJust and ya2', 'eyJust and ya2'],
  ['a certificate, which is no secret', '-----BEGIN CERTIFICATE-----', '-----BEGIN CERTIFICATE-----'],
];
for (const [name, line, expected] of masked) {
  test(`the mask covers ${name}`, () => assert.equal(maskCredentials(line), expected));
}

const SEALED = `ya29.c.${'aB3_'.repeat(30)}`;

for (const [form, text] of [
  ['as it is', SEALED],
  ['percent-encoded', SEALED.replace('.', '%252e')],
  ['in Base64', Buffer.from(SEALED).toString('base64')],
  ['cut', 'x'.repeat(40)],
] as const) {
  test(`an encoded credential is masked: ${form}`, () => {
    assert.equal(maskEncoded(`client/1.0 ${text} (linux)`).includes(text.slice(10, 50)), false);
    assert.match(maskEncoded(`client/1.0 ${text} (linux)`), /^client\/1\.0 .*\(linux\)$/);
  });
}

test('what clients say of themselves is no credential', () => {
  const gcloud =
    'google-cloud-sdk gcloud/528.0.0 command/gcloud.beta.iam.service-accounts.keys.get-public-key ' +
    'invocation-id/33813bafee6c419d85b75a33e0531fb0 environment/GCE client-os-ver/6.18.44 python/3.12.10 (Linux 6.18.44-fc-v669)';
  assert.equal(maskEncoded(gcloud), gcloud);
  const library = 'gl-node/20.19.0 gccl/7.17.3 gccl-invocation-id/6f7a2b6e-1f0e-4a53-9f4e-aa22bb33cc44';
  assert.equal(maskEncoded(library), library);
});
