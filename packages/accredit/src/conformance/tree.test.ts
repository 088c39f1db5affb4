import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseJson } from './json.ts';
import { Probe } from './probe.ts';
import { httpServer } from './raw-server.fixture.ts';
import { findInJson, toText, WALK_LIMIT, walk } from './tree.ts';

const V1 = '/computeMetadata/v1/';

test('a walk asks for every key below a directory, but for what mints credentials or is entered by nobody', async (t) => {
  const listings: Readonly<Record<string, string>> = {
    'instance/': 'credentials/\ndisks/\nid\nservice-accounts/\n',
    'instance/disks/': '0/\n',
    'instance/disks/0/': 'type\n',
    'instance/service-accounts/': 'default/\n',
    'instance/service-accounts/default/': 'email\nidentity\ntoken\n',
  };
  const asked: string[] = [];
  const target = await httpServer(t, ({ url = '' }, response) => {
    const path = url.slice(V1.length);
    asked.push(path);
    response.end(listings[path] ?? 'value');
  });
  const probe = new Probe(target);
  const leaves = await walk(probe, 'instance/');
  await probe.tidy();
  const paths = ['instance/id', 'instance/disks/0/type', 'instance/service-accounts/default/email'];
  assert.deepEqual(leaves.map(({ path }) => path).sort(), [...paths].sort());
  assert.deepEqual(asked.sort(), [...Object.keys(listings), ...paths].sort());
});

test('a walk through a tree without end is cut off', async (t) => {
  let asked = 0;
  const target = await httpServer(t, ({ url = '' }, response) => {
    asked += 1;
    response.end(url.endsWith('/') ? 'deeper/\nvalue\n' : 'x');
  });
  const probe = new Probe(target);
  await walk(probe, 'instance/');
  await probe.tidy();
  assert.ok(asked <= WALK_LIMIT + 1, String(asked));
});

test('a key is found in recursive output by its own name, else in camel case', () => {
  const json = parseJson(
    '{"attributes":{"ssh-keys":"a"},"networkInterfaces":[{"mtu":1460,"dnsServers":["b","c"]}]}',
  );
  const cases: readonly (readonly [string, string | undefined])[] = [
    ['attributes/ssh-keys', 'a'],
    ['network-interfaces/0/mtu', '1460'],
    ['network-interfaces/0/dns-servers', 'b\nc\n'],
    ['network-interfaces/1/mtu', undefined],
    ['network-interfaces', undefined],
    ['nosuch', undefined],
  ];
  for (const [path, text] of cases) assert.equal(toText(findInJson(json, path)), text, path);
});
