import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MemoryStore } from '../store/memory-store.ts';
import { type Instance, Instances, type NetworkInterface } from './instances.ts';

const CLOCK = { now: () => 0 };

function open() {
  const store = new MemoryStore();
  let counter = 0;
  const instances = new Instances(store, CLOCK, { bytes: (length) => Buffer.alloc(length, (counter += 1)) });
  return { store, instances, holdings: instances.holdings };
}

type Cloud = ReturnType<typeof open>;

function add({ store, instances, holdings }: Cloud, name: string, zone = 'us-central1-a'): Promise<Instance> {
  return holdings.exclusively(async () => {
    const networkIP = await holdings.freeInternal('p', zone.slice(0, -2));
    const accessConfig = { name: 'External NAT', natIP: await holdings.freeExternal() };
    assert.ok(networkIP !== undefined);
    const instance = draft(instances, name, { networkIP, accessConfig }, zone);
    await store.commit([instances.put(instance)]);
    return instance;
  });
}

function draft(
  instances: Instances,
  name: string,
  changed: Partial<NetworkInterface> = {},
  zone = 'us-central1-a',
): Instance {
  const plain = instances.draft({ projectId: 'p', zone, name });
  return { ...plain, networkInterfaces: plain.networkInterfaces.map((nic) => ({ ...nic, ...changed })) };
}

function addresses({ networkInterfaces: [nic] }: Instance): readonly (string | undefined)[] {
  return [nic?.networkIP, nic?.accessConfig?.natIP];
}

test('addresses are the lowest free ones of the subnet and of the documentation ranges (compute notes 5.4)', async () => {
  const cloud = open();
  assert.deepEqual(addresses(await add(cloud, 'a')), ['10.128.0.2', '203.0.113.1']);
  assert.deepEqual(addresses(await add(cloud, 'b', 'us-central1-b')), ['10.128.0.3', '203.0.113.2']);
  assert.deepEqual(addresses(await add(cloud, 'c', 'europe-west3-a')), ['10.156.0.2', '203.0.113.3']);
});

test('what an instance held is free when it goes, whoever removes it', async () => {
  const cloud = open();
  const [a, , c] = [await add(cloud, 'a'), await add(cloud, 'b'), await add(cloud, 'c')];
  await cloud.store.commit([...cloud.instances.remove(a), ...cloud.instances.remove(c)]);
  assert.deepEqual(addresses(await add(cloud, 'd')), ['10.128.0.2', '203.0.113.1']);
  assert.deepEqual(addresses(await add(cloud, 'e')), ['10.128.0.4', '203.0.113.3']);
});

test('instances that were there before the first question count', async () => {
  const { store, instances, holdings } = open();
  await store.commit([instances.put(draft(instances, 'early'))]);
  assert.equal(await holdings.freeInternal('p', 'us-central1'), '10.128.0.3');
  assert.equal(await holdings.hasDisk('projects/p/zones/us-central1-a/disks/early'), true);
});

test('work that asks and takes is done one after the other, also behind work that failed', async () => {
  const cloud = open();
  const failed = cloud.holdings.exclusively(() => Promise.reject(new Error('no')));
  const made = Promise.all(Array.from({ length: 20 }, (_, index) => add(cloud, `vm-${index}`)));
  await assert.rejects(failed, { message: 'no' });
  const given = (await made).map((instance) => addresses(instance)[0]);
  assert.deepEqual(
    given,
    given.map((_, index) => `10.128.0.${index + 2}`),
  );
});

const named: readonly (readonly [string, 'taken' | 'outside' | 'free'])[] = [
  ['10.128.0.2', 'taken'],
  ['10.128.0.3', 'free'],
  ['10.128.15.253', 'free'],
  ['10.128.0.0', 'outside'],
  ['10.128.0.1', 'outside'],
  ['10.128.15.254', 'outside'],
  ['10.128.15.255', 'outside'],
  ['10.128.16.0', 'outside'],
  ['10.132.0.5', 'outside'],
  ['10.128.0.256', 'outside'],
  ['10.128.0', 'outside'],
  ['host', 'outside'],
];

for (const [address, expected] of named) {
  test(`an address of the caller's choice: ${address} is ${expected} (compute notes 5.4, 7.3)`, async () => {
    const cloud = open();
    await add(cloud, 'a');
    assert.equal(await cloud.holdings.internalState('p', 'us-central1', address), expected);
  });
}

test('a chosen address is not given out again, and the lowest free one is still found', async () => {
  const cloud = open();
  const { store, instances } = cloud;
  await store.commit([instances.put(draft(instances, 'chosen', { networkIP: '10.128.0.3' }))]);
  const given = [await add(cloud, 'a'), await add(cloud, 'b')].map((instance) => addresses(instance)[0]);
  assert.deepEqual(given, ['10.128.0.2', '10.128.0.4']);
});

test('a subnet has 4,092 addresses for instances; external ones begin again after 508', async () => {
  const { store, instances, holdings } = open();
  for (let host = 2; host < 4093; host += 1) {
    const networkIP = `10.128.${host >> 8}.${host & 255}`;
    const natIP = host < 256 ? `203.0.113.${host - 1}` : `198.51.100.${1 + ((host - 256) % 254)}`;
    const changed = { networkIP, accessConfig: { name: 'External NAT', natIP } };
    await store.commit([instances.put(draft(instances, `vm-${host}`, changed))]);
  }
  assert.equal(await holdings.freeInternal('p', 'us-central1'), '10.128.15.253');
  await store.commit([instances.put(draft(instances, 'last', { networkIP: '10.128.15.253' }))]);
  assert.equal(await holdings.freeInternal('p', 'us-central1'), undefined);
  assert.match(
    await holdings.freeExternal(),
    /^(203\.0\.113|198\.51\.100)\.([1-9]|[1-9]\d|1\d\d|2[0-4]\d|25[0-4])$/,
  );
});

test('the name of a disk is taken while an instance has it', async () => {
  const cloud = open();
  const a = await add(cloud, 'a');
  const disk = 'projects/p/zones/us-central1-a/disks/a';
  assert.equal(await cloud.holdings.hasDisk(disk), true);
  await cloud.store.commit(cloud.instances.remove(a));
  assert.equal(await cloud.holdings.hasDisk(disk), false);
});

test('instances that share an address each hold it', async () => {
  const { store, instances, holdings } = open();
  const [first, second] = [draft(instances, 'a'), draft(instances, 'b')];
  await store.commit([instances.put(first), instances.put(second)]);
  assert.equal(await holdings.internalState('p', 'us-central1', '10.128.0.2'), 'taken');
  await store.commit(instances.remove(first));
  assert.equal(await holdings.internalState('p', 'us-central1', '10.128.0.2'), 'taken');
  await store.commit(instances.remove(second));
  assert.equal(await holdings.internalState('p', 'us-central1', '10.128.0.2'), 'free');
});
