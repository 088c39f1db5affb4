/** A plan for a way whose sockets are made by the test, or by nobody. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { silentLog } from '../../kernel/ports.ts';
import type { WayPlan } from './way.ts';

/** @returns a plan with a directory and an empty home of its own, which are gone after the test */
export function makeWayPlan(t: TestContext, changes: Partial<WayPlan> = {}): WayPlan {
  const root = mkdtempSync(join(tmpdir(), 'accredit-way-'));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  const [directory, home] = [join(root, 'run'), join(root, 'home')];
  mkdirSync(directory);
  mkdirSync(home);
  return {
    user: { platform: 'linux', environment: { PATH: '/bin', HOME: home }, homeDirectory: home },
    directory,
    caPem: '-----BEGIN CERTIFICATE-----\nours\n-----END CERTIFICATE-----\n',
    metadataSocket: join(root, 'm'),
    metadataAddress: '127.0.0.1:18080',
    tlsSocket: join(root, 't'),
    apiUrl: 'http://127.0.0.1:18443',
    allow: [],
    random: { bytes: (length) => Buffer.alloc(length, 7) },
    log: silentLog,
    dmiDirectory: join(root, 'dmi'),
    ...changes,
  };
}
