import assert from 'node:assert/strict';
import { test } from 'node:test';
import { make, outcomeOf, wrong } from './check.fixture.ts';
import { type Check, type Evidence, GKE } from './check.ts';
import { type Control, NotControllable } from './control.ts';
import { httpServer, rawServer, sameAnswer, targetAt } from './raw-server.fixture.ts';
import { reach, runChecks, Unreachable } from './run-checks.ts';
import { selectChecks } from './select-checks.ts';
import { CHECKS } from './suite.ts';

const evidences: readonly (readonly [Evidence, string])[] = [
  ['documented', 'fail'],
  ['client code', 'fail'],
  ['transcript', 'fail'],
  ['emulator', 'warn'],
  ['inferred', 'warn'],
];
for (const [evidence, outcome] of evidences) {
  test(`a broken rule whose evidence is '${evidence}' is a ${outcome}`, async () => {
    assert.deepEqual(await outcomeOf(make(wrong, { evidence })), {
      number: 1,
      title: 'it is so',
      evidence,
      source: 'a page',
      outcome,
      expected: 'size: 2',
      seen: '1',
    });
  });
}

test('what was found right is said of a check that passes', async () => {
  const { outcome, expected, seen } = await outcomeOf(
    make(async (probe) => {
      probe.that('size', 2, 2);
      probe.that('name', 'vm', /^v/);
      probe.holds(true, 'anything', 'nothing');
    }),
  );
  assert.deepEqual(
    [outcome, expected, seen],
    ['pass', 'size: 2; name: a match of ^v; anything', "2; 'vm'; so it is"],
  );
});

test('a check is skipped, and says why', async () => {
  const cannot: Control = {
    setAttribute: async () => {
      throw new NotControllable('the control cannot do set-attribute');
    },
  };
  const cases: readonly (readonly [Check, Control, string])[] = [
    [make(wrong, { profiles: GKE }), {}, "the profile 'gce' has no such rule"],
    [
      make(wrong, { needs: ['setAttribute', 'addFault'] }),
      cannot,
      'needs a control that can do this: add-fault',
    ],
    [make(wrong, { writes: true }), {}, 'writes guest attributes, which was not allowed (--writes)'],
    [make(async (probe) => probe.skip('the VM has no disk')), {}, 'the VM has no disk'],
    [
      make(async (probe) => probe.control.setAttribute?.('a', 'b')),
      cannot,
      'the control cannot do set-attribute',
    ],
  ];
  for (const [check, control, reason] of cases) {
    const { outcome, seen } = await outcomeOf(check, { ...targetAt('127.0.0.1:1'), control });
    assert.deepEqual([outcome, seen], ['skip', reason]);
  }
});

test('no connection, no HTTP and no time left are broken rules', async (t) => {
  const get: Check['run'] = async (probe) => void (await probe.get('/'));
  assert.match((await outcomeOf(make(get))).seen, /ECONNREFUSED/);
  const other = await sameAnswer(t, 'SSH-2.0-OpenSSH_9\r\n\r\n');
  const { outcome, expected, seen } = await outcomeOf(make(get), other);
  assert.deepEqual(
    [outcome, expected, seen],
    ['fail', 'an answer that is HTTP/1.1', "a status line 'SSH-2.0-OpenSSH_9'"],
  );
  const silent = await rawServer(t, () => {});
  assert.equal((await outcomeOf(make(get, { timeoutMs: 20 }), silent)).seen, 'nothing within 20 ms');
});

test('a request that is held is answered after what the check does, and one that is forgotten harms nobody', async (t) => {
  const arrived = Promise.withResolvers<void>();
  let release = () => {};
  const target = await httpServer(t, ({ url }, response) => {
    if (url === '/held') {
      release = () => void response.end('free');
      arrived.resolve();
    } else if (url === '/free') {
      release();
      response.end();
    } else response.destroy();
  });
  const { outcome, seen } = await outcomeOf(
    make(async (probe) => {
      probe.begin('/forgotten');
      const take = probe.begin('/held');
      await arrived.promise;
      await probe.get('/free');
      probe.body(await take(), 'free');
    }),
    target,
  );
  assert.deepEqual([outcome, seen], ['pass', "'free'"]);
});

test('a server that cannot be reached is said once', async (t) => {
  await assert.rejects(reach(targetAt('127.0.0.1:1')), (error) => {
    assert.ok(error instanceof Unreachable);
    assert.match(error.message, /^No metadata server answers at http:\/\/127\.0\.0\.1:1: .*ECONNREFUSED/);
    return true;
  });
  await reach(await sameAnswer(t, 'HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n'));
});

test('a server that falls silent ends the run, with a sentence and what was found before', async (t) => {
  let isGone = false;
  const target = await httpServer(t, ({ url }, response) => {
    isGone ||= url === '/gone';
    if (isGone) response.destroy();
    else response.end();
  });
  const get = (path: string) => make(async (probe) => void (await probe.get(path)));
  const seen: string[] = [];
  await assert.rejects(
    runChecks([get('/'), get('/gone'), get('/never')], target, {
      onResult: ({ outcome }) => void seen.push(outcome),
    }),
    { name: 'Unreachable', message: /^No metadata server answers at http:.*closed without an answer\.$/ },
  );
  assert.deepEqual(seen, ['pass', 'fail']);
});

test('a server that answers / and keeps silent about all else is given up after 5 checks', async (t) => {
  const target = await httpServer(t, ({ url }, response) => void (url === '/' && response.end()));
  const silent = make(async (probe) => void (await probe.get('/other', { timeoutMs: 5 })));
  const skips = make(async (probe) => probe.skip('not here'));
  const seen: string[] = [];
  await assert.rejects(
    runChecks([silent, silent, skips, silent, silent, silent, silent], target, {
      onResult: ({ outcome }) => void seen.push(outcome),
    }),
    { name: 'Unreachable', message: `5 checks in a row got no answer from http://${target.host}.` },
  );
  assert.deepEqual(seen, ['fail', 'fail', 'skip', 'fail', 'fail', 'fail']);
});

test('what is no HTTP cannot make the terminal of who asks obey it', async (t) => {
  const target = await sameAnswer(t, 'SSH-2.0\u001b]0;mine\u0007\u001b[2J\r\n\r\n');
  await assert.rejects(reach(target), (error) => {
    assert.ok(error instanceof Unreachable);
    assert.match(error.message, /a status line 'SSH-2\.0 \]0;mine \[2J'/);
    return true;
  });
});

test('no token stands in a result, wherever it stood in the answer', async (t) => {
  const token = 'ya29.c.b0AXv0zTPlanted';
  const jwt = 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJwbGFudGVkIn0.c2lnbmF0dXJl';
  const body = `{"access_token":"opaque-planted","expires_in":1.5,"token_type":"Bearer","more":"${token} ${jwt}"}`;
  const target = await httpServer(t, (_, response) => {
    response.writeHead(200, { 'Content-Type': 'application/json', 'X-Token': `${token} ${jwt}` }).end(body);
  });
  const results = await runChecks(selectChecks(CHECKS, 'gce', '1-99,115-135,143-150,154-288'), target);
  assert.deepEqual(
    results.filter((result) => /lanted|cGxhbnRlZ/.test(JSON.stringify(result))),
    [],
  );
  assert.ok(results.some(({ seen }) => seen.includes('[token]')));
});

/** Answers that no metadata server gives. */
const bodies: readonly string[] = [
  '',
  'x',
  '{}',
  '[]',
  'null',
  '"a"',
  '7',
  '{"instance":[null],"project":7}',
  '\n\n/\n//\n',
];
for (const body of bodies) {
  test(`a server that answers everything with ${JSON.stringify(body)} breaks rules, and no check`, async (t) => {
    const target = await httpServer(t, (request, response) => {
      request.resume();
      response.writeHead(200, { 'Content-Type': 'application/json', ETag: 'x' }).end(body);
    });
    const control: Control = {
      setAttribute: async () => {},
      removeAttribute: async () => {},
      advanceClock: async () => {},
      addFault: async () => {},
      clearFaults: async () => {},
      setMaintenanceEvent: async () => {},
    };
    const everything = {
      ...target,
      control,
      mayWrite: true,
      publishedKeys: async () => ({ keys: [null, {}] }),
    };
    const results = await runChecks(CHECKS, everything);
    assert.equal(results.length, CHECKS.length);
    assert.ok(results.filter(({ outcome }) => outcome === 'fail').length > 50);
  });
}
