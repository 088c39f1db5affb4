import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settingsOf } from '../../protocol/metadata/settings.ts';
import { FLAVOR, openServer, V1 } from './metadata.fixture.ts';

const DIRECTORY = `${V1}/instance/guest-attributes`;
const { guestAttributeValueBytes, guestAttributesBytes } = settingsOf();
const RESULT = `${DIRECTORY}/testing/result`;
const ON = { metadata: [{ key: 'enable-guest-attributes', value: 'TRUE' }] };

test('guest attributes are written, read, listed and removed (metadata notes 8.5, checks 137 to 141)', async () => {
  const { ask } = await openServer(ON);
  const written = await ask(RESULT, { method: 'PUT', body: 'x' });
  assert.deepEqual([written.status, written.body, written.headers['Content-Length']], [200, '', '0']);
  assert.equal((await ask(RESULT)).body, 'x');
  assert.equal((await ask(`${DIRECTORY}/hostkeys/ssh-rsa`, { method: 'PUT' })).status, 200);
  const empty = await ask(`${DIRECTORY}/hostkeys/ssh-rsa`);
  assert.deepEqual([empty.status, empty.body], [200, '']);
  assert.equal((await ask(`${DIRECTORY}/`)).body, 'hostkeys/\ntesting/\n');
  assert.equal((await ask(`${DIRECTORY}/testing/`)).body, 'result\n');
  assert.equal(
    (await ask(`${DIRECTORY}?recursive=true`)).headers.Location,
    `http://metadata.google.internal${DIRECTORY}/?recursive=true`,
  );
  assert.equal(
    (await ask(`${DIRECTORY}/?recursive=true`)).body,
    '{"hostkeys":{"ssh-rsa":""},"testing":{"result":"x"}}',
  );
  assert.match(String((await ask(`${V1}/instance/?recursive=true`)).body), /"guestAttributes":\{"hostkeys":/);
  assert.equal((await ask(RESULT, { method: 'DELETE' })).status, 200);
  assert.equal((await ask(RESULT)).status, 404);
  assert.equal((await ask(RESULT, { method: 'DELETE' })).status, 404);
  assert.equal((await ask(`${DIRECTORY}/testing/`)).status, 404, 'an empty namespace is none');
});

test('values are kept byte for byte', async () => {
  const { ask } = await openServer(ON);
  for (const value of ['\ufeffwith a mark', 'Grüße\r\n\u0000 \t', '{"a":1}', ' ']) {
    await ask(RESULT, { method: 'PUT', body: value });
    assert.equal((await ask(RESULT)).body, value);
  }
});

test('they are on where the instance says so, or its project (metadata notes 8.5.1, check 136)', async () => {
  const { ask, changeProject, change } = await openServer();
  for (const method of ['GET', 'PUT', 'DELETE']) {
    const refused = await ask(RESULT, { method, ...(method === 'PUT' ? { body: 'x' } : {}) });
    assert.deepEqual([refused.status, refused.body], [403, 'Guest attributes endpoint access is disabled.']);
  }
  await changeProject(ON.metadata);
  assert.equal((await ask(RESULT, { method: 'PUT', body: 'x' })).status, 200);
  await change({ metadata: [{ key: 'enable-guest-attributes', value: 'FALSE' }] });
  assert.equal((await ask(RESULT)).status, 403);
});

test('a write wakes who waits for guest attributes, and not who waits for others (metadata notes 8.5.8, check 142)', async () => {
  const { ask, begin, untilWaiting, server } = await openServer(ON);
  const guests = begin(`${DIRECTORY}/?recursive=true&wait_for_change=true`);
  const attributes = begin(`${V1}/instance/attributes/?recursive=true&wait_for_change=true`);
  await untilWaiting(2);
  await ask(RESULT, { method: 'PUT', body: 'x' });
  assert.equal((await guests.response).body, '{"testing":{"result":"x"}}');
  assert.equal(server.waiterCount, 1);
  attributes.leave();
});

test('a write is refused like any request: by its headers, its name, its size (metadata notes 2, 8.5.7, check 139)', async () => {
  const { ask } = await openServer(ON);
  const cases: readonly (readonly [string, string, Record<string, string>, string | Buffer, number])[] = [
    ['PUT', RESULT, { host: FLAVOR.host }, 'x', 403],
    ['PUT', RESULT, { ...FLAVOR, 'x-forwarded-for': '1.2.3.4' }, 'x', 403],
    ['PUT', RESULT, { ...FLAVOR, host: 'evil.example' }, 'x', 403],
    ['POST', RESULT, FLAVOR, 'x', 405],
    ['PATCH', RESULT, FLAVOR, 'x', 405],
    ['PUT', `${V1}/instance/attributes/greeting`, FLAVOR, 'x', 405],
    ['PUT', `${V1}/instance/guest-attributes`, FLAVOR, 'x', 405],
    ['PUT', `${DIRECTORY}/../name`, FLAVOR, 'x', 405],
    ['PUT', `${DIRECTORY}/`, FLAVOR, 'x', 400],
    ['PUT', `${DIRECTORY}/testing`, FLAVOR, 'x', 400],
    ['PUT', `${DIRECTORY}/testing/`, FLAVOR, 'x', 400],
    ['PUT', `${DIRECTORY}/testing/a/b`, FLAVOR, 'x', 400],
    ['PUT', `${DIRECTORY}/testing/a:b`, FLAVOR, 'x', 400],
    ['PUT', `${DIRECTORY}/testing/a%20b`, FLAVOR, 'x', 405],
    ['PUT', RESULT, FLAVOR, Buffer.from([0xff, 0xfe]), 400],
    ['PUT', RESULT, FLAVOR, 'x'.repeat(guestAttributeValueBytes + 1), 413],
  ];
  for (const [method, target, headers, body, status] of cases) {
    const response = await ask(target, { method, headers, body });
    assert.equal(response.status, status, `${method} ${target} ${status}`);
    assert.equal(response.headers['Metadata-Flavor'], 'Google');
  }
  assert.equal((await ask(`${DIRECTORY}/`)).body, '', 'nothing was written');
});

test('all of an instance together are bounded', async () => {
  const { ask } = await openServer(ON);
  const value = 'x'.repeat(guestAttributeValueBytes);
  const statuses: number[] = [];
  for (const key of ['a', 'b', 'c']) {
    statuses.push((await ask(`${DIRECTORY}/ns/${key}`, { method: 'PUT', body: value })).status);
  }
  assert.ok(3 * value.length > guestAttributesBytes);
  assert.deepEqual(statuses.at(-1), 413);
  assert.equal(statuses[0], 200);
});
