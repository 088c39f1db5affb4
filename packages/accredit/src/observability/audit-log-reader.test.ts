import assert from 'node:assert/strict';
import { appendFileSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { NOW_MS } from '../apis/api.fixture.ts';
import { ANONYMOUS, type Principal } from '../kernel/principals.ts';
import { decide } from '../protocol/iam/decide.ts';
import { LINE_LIMIT_BYTES } from './audit-lines.ts';
import { type AuditLogLimits, fileNameOf } from './audit-log-files.ts';
import {
  type AuditLine,
  endOfAuditLog,
  followAuditLog,
  readNewestFirst,
  readOldestFirst,
} from './audit-log-reader.ts';
import type { AuditQuery } from './audit-query.ts';
import type { AuditRecord } from './audit-record.ts';
import { makeDirectory, makeRecord, makeTrail } from './audit-trail.fixture.ts';

const SMALL: AuditLogLimits = { fileBytes: 2000, files: 100 };

/** Writes calls with the ids 0, 1, … a second apart. */
async function writeCalls(t: TestContext, count: number, limits = SMALL) {
  const directory = makeDirectory(t);
  const add = async (...ids: readonly number[]) => {
    for (const id of ids) {
      const { trail } = makeTrail(directory, { limits });
      trail.add(makeRecord({ requestId: `${id}`, timeMs: NOW_MS + id * 1000 }));
      await trail.close();
    }
  };
  await add(...Array.from({ length: count }, (_, id) => id));
  return { directory, add };
}

async function idsOf(lines: AsyncIterable<AuditLine>): Promise<readonly number[]> {
  const ids: number[] = [];
  for await (const { entry } of lines) ids.push(Number(entry.insertId));
  return ids;
}

const upTo = (count: number) => Array.from({ length: count }, (_, id) => id);

test('entries are read over all files, the oldest or the newest first', async (t) => {
  const { directory } = await writeCalls(t, 30);
  assert.ok(readdirSync(directory).length > 5);
  assert.deepEqual(await idsOf(readOldestFirst(directory, {})), upTo(30));
  assert.deepEqual(await idsOf(readNewestFirst(directory, {})), upTo(30).reverse());
});

test('where there is no log there are no entries', async (t) => {
  const directory = makeDirectory(t);
  assert.deepEqual(await idsOf(readOldestFirst(directory, {})), []);
  assert.deepEqual(await idsOf(readNewestFirst(directory, {})), []);
  assert.deepEqual(await endOfAuditLog(directory), { file: 0, offset: 0 });
});

test('what is no entry is passed over: a torn line, garbage, one that is too long', async (t) => {
  const { directory, add } = await writeCalls(t, 3, { fileBytes: 16_000_000, files: 2 });
  const file = join(directory, fileNameOf(1));
  appendFileSync(file, `garbage\n{"insertId":1}\n[]\n\n${'x'.repeat(LINE_LIMIT_BYTES + 1)}\n`);
  await add(3);
  appendFileSync(file, '{"insertId":"4","logN');
  assert.deepEqual(await idsOf(readOldestFirst(directory, {})), upTo(4));
  assert.deepEqual(await idsOf(readNewestFirst(directory, {})), upTo(4).reverse());
});

test('lines of any length are whole, wherever a chunk ends', async (t) => {
  const directory = makeDirectory(t);
  const { trail } = makeTrail(directory);
  for (const id of upTo(300)) {
    const object = 'ö'.repeat(id * 2);
    trail.add(makeRecord({ requestId: `${id}`, request: { verb: 'GET', path: { bucket: 'b', object } } }));
  }
  await trail.close();
  assert.deepEqual(await idsOf(readOldestFirst(directory, {})), upTo(300));
  assert.deepEqual(await idsOf(readNewestFirst(directory, {})), upTo(300).reverse());
});

test("a line of somebody else's hides no entry, whatever time it says", async (t) => {
  const { directory, add } = await writeCalls(t, 2, { fileBytes: 16_000_000, files: 2 });
  const file = join(directory, fileNameOf(1));
  const [line = ''] = readFileSync(file, 'utf8').split('\n');
  const entry = JSON.parse(line);
  for (const timestamp of ['1999-01-01T00:00:00.000Z', 'not a time']) {
    appendFileSync(file, `${JSON.stringify({ ...entry, insertId: '99', timestamp })}\n`);
  }
  await add(2);
  assert.deepEqual(await idsOf(readNewestFirst(directory, { sinceMs: NOW_MS })), [2, 1, 0]);
});

test('reading the newest ends where what is wanted ends', async (t) => {
  const { directory } = await writeCalls(t, 30);
  const since = readNewestFirst(directory, { sinceMs: NOW_MS + 27_000 });
  assert.deepEqual(await idsOf(since), [29, 28, 27]);
  assert.deepEqual(await idsOf(readOldestFirst(directory, { untilMs: NOW_MS + 2000 })), [0, 1]);
});

test('what is followed is read once, from file to file, until it is to end', async (t) => {
  const { directory, add } = await writeCalls(t, 4);
  const from = await endOfAuditLog(directory);
  const rounds = [[4], [], [5, 6, 7, 8, 9, 10], [11]];
  const wait = async () => {
    const round = rounds.shift();
    await add(...(round ?? []));
    return round !== undefined;
  };
  assert.deepEqual(await idsOf(followAuditLog(directory, {}, from, wait)), [4, 5, 6, 7, 8, 9, 10, 11]);
});

test('what is followed may begin before the log is there', async (t) => {
  const directory = makeDirectory(t);
  const from = await endOfAuditLog(directory);
  let isFirst = true;
  const wait = async () => {
    const goesOn = isFirst;
    isFirst = false;
    const { trail } = makeTrail(directory);
    trail.add(makeRecord({ requestId: '7' }));
    if (goesOn) await trail.close();
    return goesOn;
  };
  assert.deepEqual(await idsOf(followAuditLog(directory, {}, from, wait)), [7]);
});

test('a line that is being written is read when it is whole', async (t) => {
  const { directory } = await writeCalls(t, 1, { fileBytes: 16_000_000, files: 2 });
  let text = '';
  for await (const line of readOldestFirst(directory, {})) text = line.text;
  const from = await endOfAuditLog(directory);
  const whole = `${text.replace('"insertId":"0"', '"insertId":"1"')}\n`;
  const parts = [whole.slice(0, 50), whole.slice(50)];
  const wait = async () => {
    const part = parts.shift();
    if (part !== undefined) appendFileSync(join(directory, fileNameOf(1)), part);
    return part !== undefined;
  };
  assert.deepEqual(await idsOf(followAuditLog(directory, {}, from, wait)), [1]);
});

/** A call of a principal that asks for a permission, which nobody was given. */
function asking(principal: Principal, permission: string, resource: string): Partial<AuditRecord> {
  const question = { principal, permission, resource, mode: 'enforce', timeMs: NOW_MS } as const;
  const scopes = { heldScopes: undefined, acceptedScopes: undefined };
  const facts = {
    policies: [],
    denyPolicies: [],
    identities: [],
    principalState: 'active',
    tags: [],
  } as const;
  return { caller: { principal }, decisions: [decide({ ...question, ...scopes }, facts)] };
}

const ACCOUNT: Principal = {
  kind: 'serviceAccount',
  email: 'a@p.iam.gserviceaccount.com',
  uniqueId: '1',
};

/** The calls that each query finds, by their index. */
const calls: readonly Partial<AuditRecord>[] = [
  { method: 'storage.buckets.insert', ...asking(ACCOUNT, 'storage.buckets.create', 'projects/p') },
  asking(ACCOUNT, 'storage.objects.get', 'projects/_/buckets/b/objects/o'),
  asking({ kind: 'user', email: 'u@p.com' }, 'storage.objects.get', 'projects/_/buckets/b2/objects/o'),
  { caller: { principal: ANONYMOUS }, method: 'oauth2.tokeninfo' },
];

const queries: readonly (readonly [AuditQuery, readonly number[]])[] = [
  [{}, [0, 1, 2, 3]],
  [{ principal: 'a@p.iam.gserviceaccount.com' }, [0, 1]],
  [{ principal: 'serviceAccount:A@p.iam.gserviceaccount.com' }, [0, 1]],
  [{ principal: 'user:u@p.com' }, [2]],
  [{ principal: 'allUsers' }, [3]],
  [{ principal: 'u@p' }, []],
  [{ method: 'storage.buckets.create' }, [0]],
  [{ method: 'storage.buckets.insert' }, [0]],
  [{ method: 'storage.*' }, [0, 1, 2]],
  [{ resource: 'projects/_/buckets/b' }, [1]],
  [{ resource: 'projects/_/buckets/b*' }, [1, 2]],
  [{ resource: ['projects/123', 'projects/p', 'projects/_/buckets/b2'] }, [0, 2]],
  [{ permission: 'storage.objects.get' }, [1, 2]],
  [{ permission: 'storage.objects.*' }, [1, 2]],
  [{ denied: true }, [0, 1, 2]],
  [{ denied: true, principal: 'u@p.com' }, [2]],
  [{ sinceMs: NOW_MS + 2 }, [2, 3]],
  [{ sinceMs: NOW_MS + 1, untilMs: NOW_MS + 2 }, [1]],
];

for (const [query, expected] of queries) {
  test(`what ${JSON.stringify(query)} finds`, async (t) => {
    const directory = makeDirectory(t);
    const { trail } = makeTrail(directory);
    calls.forEach((call, id) => trail.add(makeRecord({ requestId: `${id}`, timeMs: NOW_MS + id, ...call })));
    await trail.close();
    assert.deepEqual(await idsOf(readOldestFirst(directory, query)), expected);
    assert.deepEqual(await idsOf(readNewestFirst(directory, query)), expected.toReversed());
  });
}
