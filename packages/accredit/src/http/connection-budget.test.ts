import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  CERTAIN_CONNECTIONS,
  CONNECTION_LIMITS,
  ConnectionBudget,
  type ConnectionShare,
  REFUSALS_AT_ONCE,
  RESERVED_FILES,
} from './connection-budget.ts';

/** Takes connections until there is none. */
function fill(share: ConnectionShare, most = Number.POSITIVE_INFINITY): number {
  let taken = 0;
  while (taken < most && share.take()) taken += 1;
  return taken;
}

/** A budget with the listeners of a cloud that has so many instances, each on its socket and on a port. */
function openCloud(openFiles: number, instances: number) {
  const budget = new ConnectionBudget(openFiles);
  const open = (kind: 'api' | 'owner' | 'metadata') => budget.open(kind, CONNECTION_LIMITS[kind]);
  return {
    budget,
    api: open('api'),
    tls: open('api'),
    owner: open('owner'),
    sockets: Array.from({ length: instances }, () => open('metadata')),
    ports: Array.from({ length: instances }, () => open('metadata')),
  };
}

test('the APIs and an instance have what their limits say where files are no matter', () => {
  const { api, tls, owner, ports } = openCloud(Number.POSITIVE_INFINITY, 1);
  assert.deepEqual(
    [fill(api), fill(tls), fill(owner), ports.map((port) => fill(port))],
    [10_000, 0, 1_000, [1_000]],
  );
});

const CLOUDS: readonly (readonly [openFiles: number, instances: number, certain: number])[] = [
  [256, 1, 12],
  [1_024, 4, 23],
  [4_096, 2, CERTAIN_CONNECTIONS],
  [4_096, 20, 29],
  [20_000, 20, CERTAIN_CONNECTIONS],
  [20_000, 500, 6],
];

for (const [openFiles, instances, certain] of CLOUDS) {
  test(`with ${openFiles} files, whoever floods the APIs and an instance leaves ${certain} connections to each other of ${instances}`, () => {
    const { api, tls, owner, sockets, ports } = openCloud(openFiles, instances);
    const [flooded, ...rest] = ports;
    assert.ok(flooded !== undefined);
    const reserve = Math.min(RESERVED_FILES, openFiles / 4);
    const listeners = 3 + sockets.length + ports.length;
    const taken = 2 * (fill(api) + fill(tls)) + fill(flooded);
    for (const share of [owner, ...sockets, ...rest]) assert.equal(fill(share, certain), certain);
    const others = certain * (1 + sockets.length + rest.length);
    assert.ok(listeners + taken + others <= openFiles - reserve);
  });
}

test('one listener has a quarter of the files at most, the APIs a third', () => {
  const { api, tls, ports } = openCloud(4_096, 2);
  assert.equal(fill(api) + fill(tls), 1_280);
  const alone = openCloud(2_048, 2);
  assert.deepEqual(
    alone.ports.map((port) => fill(port)),
    [448, 448],
  );
  assert.equal(ports.length, 2);
});

test('10,000 may wait at 20 instances where there are files for them', () => {
  const { ports } = openCloud(12_000, 20);
  assert.deepEqual(
    ports.map((port) => fill(port, 500)),
    ports.map(() => 500),
  );
});

test('what is given back can be taken again, also by a listener that is new', () => {
  const budget = new ConnectionBudget(120);
  const one = budget.open('metadata', 1_000);
  const two = budget.open('metadata', 1_000);
  const three = budget.open('metadata', 1_000);
  const firsts = [fill(one), fill(two), fill(three)];
  assert.deepEqual(firsts, [22, 22, 22]);
  for (let count = 0; count < 22; count += 1) one.release();
  one.close();
  one.close();
  const four = budget.open('metadata', 1_000);
  assert.equal(fill(four), 22);
});

test('what is told that there is no connection is bounded over all listeners', () => {
  const budget = new ConnectionBudget(4_096);
  const taken = Array.from({ length: REFUSALS_AT_ONCE }, () => budget.takeRefusal());
  assert.equal(taken.every(Boolean), true);
  assert.equal(budget.takeRefusal(), false);
  budget.releaseRefusal();
  assert.equal(budget.takeRefusal(), true);
});
