import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CliContext } from '../context.ts';
import { type CloudStatus, showStatus } from './cloud-status.ts';

const STATUS: CloudStatus = {
  version: '1.0.0',
  pid: 42,
  iam: 'enforce',
  propagationDelayMs: 0,
  record: false,
  apiUrl: 'http://127.0.0.1:1',
  dataDirectory: '/data',
  memory: false,
  defaultProject: 'p',
  projects: ['p'],
  workloads: 0,
  stopsWhenIdle: false,
  uptimeSeconds: 0,
};

/** What a status says of the process. */
function processLine(changes: Partial<CloudStatus>): string | undefined {
  let text = '';
  const out = { write: (part: string) => (text += part) };
  // The members that are looked at.
  showStatus(
    { out, env: {} } as unknown as CliContext,
    { ...STATUS, ...changes },
    { format: 'table', isNamed: false },
  );
  return /^ {2}Process +(.+)$/m.exec(text)?.[1];
}

for (const [changes, line] of [
  [{}, '42, up for 0s, 0 workloads'],
  [{ uptimeSeconds: 1, workloads: 1 }, '42, up for 1s, 1 workload'],
  [{ uptimeSeconds: 3661, workloads: 2 }, '42, up for 1h1m1s, 2 workloads'],
] as const) {
  test(`a status says '${line}'`, () => assert.equal(processLine(changes), line));
}
