import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { test } from 'node:test';
import { type Log, silentLog } from '../kernel/ports.ts';
import { AuditLogFiles, STORED_LIMITS } from './audit-log-files.ts';
import { makeDirectory, makeRecord, makeTrail, readAll } from './audit-trail.fixture.ts';
import { WAITING_LIMIT, WRITE_DELAY_MS } from './audit-trail.ts';

/** Files that count how often they are written. */
class CountingFiles extends AuditLogFiles {
  readonly batches: number[] = [];

  override async append(lines: Buffer): Promise<void> {
    this.batches.push(lines.length);
    await super.append(lines);
  }
}

function keepErrors() {
  const errors: string[] = [];
  const log: Log = {
    ...silentLog,
    error: ({ records }, message) => errors.push(`${message}: ${String(records)}`),
  };
  return { errors, log };
}

test('calls are written together, behind them', async (t) => {
  const directory = makeDirectory(t);
  const files = new CountingFiles(directory, STORED_LIMITS);
  const { trail, alarms } = makeTrail(directory, { files });
  for (let call = 0; call < 20; call += 1) trail.add(makeRecord({ requestId: `${call}` }));
  assert.deepEqual(alarms.delaysMs, [WRITE_DELAY_MS]);
  assert.ok(!existsSync(directory));
  alarms.ring(WRITE_DELAY_MS);
  await trail.close();
  assert.equal(files.batches.length, 1);
  const ids = readAll(directory)
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).insertId as string);
  assert.deepEqual(
    ids,
    Array.from({ length: 20 }, (_, call) => `${call}`),
  );
});

test('many calls are put into lines some at a time, so that other work has its turn', async (t) => {
  const directory = makeDirectory(t);
  const files = new CountingFiles(directory, STORED_LIMITS);
  const { trail } = makeTrail(directory, { files });
  for (let call = 0; call < 1000; call += 1) trail.add(makeRecord());
  await trail.close();
  assert.equal(readAll(directory).split('\n').length, 1001);
  assert.ok(files.batches.length > 5, `${files.batches.length} batches`);
  assert.ok(Math.max(...files.batches) < 70_000);
});

test('calls beyond what may wait are dropped and counted, and none fails', async (t) => {
  const directory = makeDirectory(t);
  const { errors, log } = keepErrors();
  const { trail } = makeTrail(directory, { log });
  for (let call = 0; call < WAITING_LIMIT + 7; call += 1) trail.add(makeRecord());
  await trail.close();
  assert.equal(readAll(directory).split('\n').length, WAITING_LIMIT + 1);
  assert.deepEqual(errors, ['the audit log lost records: its disk is too slow: 7']);
});

test('a log that cannot be written is said once a batch, and no call fails', async (t) => {
  const directory = makeDirectory(t);
  writeFileSync(`${dirname(directory)}/audit`, 'no directory');
  const { errors, log } = keepErrors();
  const { trail } = makeTrail(directory, { log });
  for (let call = 0; call < 3; call += 1) trail.add(makeRecord());
  await trail.close();
  assert.deepEqual(errors, ['the audit log could not be written: 3']);
});

test("the cloud's own API is not a part of what is emulated, and has no entries", async (t) => {
  const directory = makeDirectory(t);
  const { trail } = makeTrail(directory);
  trail.add(makeRecord({ service: 'control.accredit.local', method: 'control.status.get' }));
  await trail.close();
  assert.ok(!existsSync(directory));
});
