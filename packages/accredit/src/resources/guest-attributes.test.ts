import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openTestCloud, PROJECT_ID } from '../apis/api.fixture.ts';
import { settingsOf } from '../protocol/metadata/settings.ts';

const VM = { projectId: PROJECT_ID, zone: 'us-central1-a', name: 'vm-1' };
const OTHER = { ...VM, name: 'vm-2' };
const VM_NAME = `projects/${PROJECT_ID}/zones/us-central1-a/instances/vm-1`;

async function open() {
  const { resources } = (await openTestCloud([])).services;
  const { instances, guestAttributes } = resources;
  await resources.commit([instances.put(instances.draft(VM)), instances.put(instances.draft(OTHER))]);
  const values = async (instance = VM) => (await guestAttributes.get(instance))?.value;
  return { resources, instances, guestAttributes, values };
}

test('attributes are written and removed one by one, each instance has its own', async () => {
  const { guestAttributes, values } = await open();
  assert.equal(await values(), undefined);
  assert.equal(await guestAttributes.set(VM, 'ns', 'a', '1', settingsOf()), undefined);
  assert.equal(await guestAttributes.set(VM, 'ns', 'b', '', settingsOf()), undefined);
  assert.equal(await guestAttributes.set(OTHER, 'ns', 'a', '2', settingsOf()), undefined);
  assert.deepEqual(await values(), { ns: { a: '1', b: '' } });
  assert.deepEqual(await values(OTHER), { ns: { a: '2' } });
  assert.equal(await guestAttributes.delete(VM, 'ns', 'a'), true);
  assert.equal(await guestAttributes.delete(VM, 'ns', 'a'), false);
  assert.deepEqual(await values(), { ns: { b: '' } });
  assert.equal(await guestAttributes.delete(VM, 'ns', 'b'), true);
  assert.equal(await values(), undefined);
});

test('what is refused is not written', async () => {
  const { guestAttributes, values } = await open();
  const tooLong = 'a'.repeat(settingsOf().guestAttributeValueBytes + 1);
  assert.equal(await guestAttributes.set(VM, 'a/b', 'k', 'v', settingsOf()), 'bad-name');
  assert.equal(await guestAttributes.set(VM, 'ns', 'k', tooLong, settingsOf()), 'value-too-large');
  assert.equal(await values(), undefined);
});

test('a hundred writes at once all count', async () => {
  const { guestAttributes, values } = await open();
  const keys = Array.from({ length: 100 }, (_, index) => `k${index}`);
  await Promise.all(keys.map((key) => guestAttributes.set(VM, 'ns', key, key, settingsOf())));
  assert.deepEqual((await values())?.['ns'], Object.fromEntries(keys.map((key) => [key, key])));
  await Promise.all(keys.map((key) => guestAttributes.delete(VM, 'ns', key)));
  assert.equal(await values(), undefined);
});

test('a write that another write of its instance overtakes is done again', async () => {
  const { resources, instances, guestAttributes, values } = await open();
  const stored = await instances.get(VM.projectId, VM.zone, VM.name);
  assert.ok(stored);
  const writing = guestAttributes.set(VM, 'ns', 'a', '1', settingsOf());
  await resources.commit([instances.put({ ...stored.value, description: 'changed' })]);
  assert.equal(await writing, undefined);
  assert.deepEqual(await values(), { ns: { a: '1' } });
});

test('an instance that goes takes its attributes with it, and a later one of its name has none', async () => {
  const { resources, instances, guestAttributes, values } = await open();
  await guestAttributes.set(VM, 'ns', 'a', '1', settingsOf());
  await guestAttributes.set(OTHER, 'ns', 'a', '2', settingsOf());
  await resources.commit(instances.remove(VM));
  assert.equal(await values(), undefined);
  assert.equal(await guestAttributes.set(VM, 'ns', 'a', '1', settingsOf()), 'no-instance');
  assert.equal(await guestAttributes.delete(VM, 'ns', 'a'), false);
  await resources.commit([instances.put(instances.draft(VM))]);
  assert.equal(await values(), undefined);
  assert.deepEqual(await values(OTHER), { ns: { a: '2' } });
});

test('a write leaves nothing behind, whenever its instance goes', async () => {
  // The removal comes after so many steps of the write, before, between and after what it reads and writes.
  for (let steps = 0; steps < 20; steps += 1) {
    const { resources, instances, guestAttributes, values } = await open();
    const writing = guestAttributes.set(VM, 'ns', 'a', '1', settingsOf());
    for (let step = 0; step < steps; step += 1) await Promise.resolve();
    await resources.commit(instances.remove(VM));
    await writing;
    assert.equal(await values(), undefined, `after ${steps} steps`);
  }
});

test('each write and removal is told, with the name of the instance', async () => {
  const { resources, instances, guestAttributes } = await open();
  const told: string[] = [];
  const stop = guestAttributes.watch((instance) => told.push(instance));
  await guestAttributes.set(VM, 'ns', 'a', '1', settingsOf());
  await guestAttributes.delete(VM, 'ns', 'a');
  await resources.commit(instances.remove(VM));
  assert.deepEqual(told, [VM_NAME, VM_NAME, VM_NAME]);
  stop();
  await guestAttributes.set(OTHER, 'ns', 'a', '1', settingsOf());
  assert.equal(told.length, 3);
});
