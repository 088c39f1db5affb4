/** What the tests of the audit log share: a directory of their own, and a trail that is written when they say so. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { NOW_MS, TestAlarms } from '../apis/api.fixture.ts';
import { silentLog } from '../kernel/ports.ts';
import { AuditLogFiles, type AuditLogLimits, STORED_LIMITS } from './audit-log-files.ts';
import type { AuditRecord } from './audit-record.ts';
import { AuditTrail, type AuditTrailOptions } from './audit-trail.ts';

/** Makes a directory that goes with the test; the log in it is not there yet. */
export function makeDirectory(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'audit-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  return join(directory, 'audit');
}

/** Makes a trail in a directory. */
export function makeTrail(
  directory: string,
  changed: Partial<AuditTrailOptions> & { readonly limits?: AuditLogLimits } = {},
) {
  const alarms = new TestAlarms();
  const { limits = STORED_LIMITS, ...options } = changed;
  const trail = new AuditTrail({
    files: new AuditLogFiles(directory, limits),
    defaultProjectId: 'default-project',
    setAlarm: alarms.set,
    log: silentLog,
    ...options,
  });
  return { trail, alarms };
}

/** A call of a caller without credentials. */
export function makeRecord(changed: Partial<AuditRecord> = {}): AuditRecord {
  return {
    requestId: '00',
    timeMs: NOW_MS,
    service: 'storage.googleapis.com',
    method: 'storage.objects.get',
    caller: { principal: { kind: 'anonymous' } },
    request: { verb: 'GET', path: {} },
    status: 200,
    error: undefined,
    message: '',
    latencyMs: 1,
    decisions: [],
    ...changed,
  };
}

/** Returns all that stands in the files of a log, the oldest first. */
export function readAll(directory: string): string {
  return readdirSync(directory)
    .sort()
    .map((name) => readFileSync(join(directory, name), 'utf8'))
    .join('');
}
