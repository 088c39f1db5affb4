import assert from 'node:assert/strict';
import {
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { BACKGROUND_LOG_LIMIT_BYTES, oldLogOf, rotateBackgroundLog } from './background-log.ts';

function makeLogFile(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'accredit-log-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  return join(directory, 'accredit.log');
}

test('a log that has grown too large becomes the old one, of which one is kept', (t) => {
  const logFile = makeLogFile(t);
  const oldLog = oldLogOf(logFile);
  rotateBackgroundLog(logFile);
  assert.equal(existsSync(oldLog), false, 'nothing was written yet');
  writeFileSync(oldLog, 'older\n');
  writeFileSync(logFile, 'first\n');
  truncateSync(logFile, BACKGROUND_LOG_LIMIT_BYTES);
  rotateBackgroundLog(logFile);
  assert.equal(readFileSync(oldLog, 'utf8'), 'older\n', 'what is at the limit stays');
  truncateSync(logFile, BACKGROUND_LOG_LIMIT_BYTES + 1);
  rotateBackgroundLog(logFile);
  assert.equal(existsSync(logFile), false);
  assert.equal(statSync(oldLog).size, BACKGROUND_LOG_LIMIT_BYTES + 1);
  assert.equal(readFileSync(oldLog, 'latin1').slice(0, 6), 'first\n');
});
