import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Cloud } from '../../cloud.ts';
import type { CliContext } from '../context.ts';
import { CutShort } from '../errors.ts';
import { serveCloud } from './serve-cloud.ts';

/** A cloud that says what was done to it, and signals that the test sends. */
function stage(close: () => Promise<void> = async () => {}) {
  const said: string[] = [];
  const listeners = new Set<(signal: NodeJS.Signals) => void>();
  const stop = Promise.withResolvers<void>();
  // The two members that `serveCloud` looks at.
  const cloud = {
    stopRequested: stop.promise,
    close: () => {
      said.push('close');
      return close();
    },
  } as unknown as Cloud;
  // The two members that `serveCloud` looks at.
  const context = {
    startCloud: async () => cloud,
    onStopSignal(listener: (signal: NodeJS.Signals) => void) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  } as unknown as CliContext;
  const signal = (name: NodeJS.Signals) => {
    for (const listener of listeners) listener(name);
  };
  const events = { ready: async () => void said.push('ready'), stopping: () => void said.push('stopping') };
  return { said, cloud, context, signal, stop: () => stop.resolve(), events, listeners };
}

test('a signal closes the cloud once it has said that it stops', async () => {
  const { context, events, said, signal, listeners } = stage();
  const served = serveCloud(context, {}, { ...events, ready: async () => signal('SIGTERM') });
  await served;
  assert.deepEqual(said, ['stopping', 'close']);
  assert.equal(listeners.size, 0);
});

test('its owner or being idle closes it too', async () => {
  const { context, events, said, stop } = stage();
  const served = serveCloud(context, {}, events);
  stop();
  await served;
  assert.deepEqual(said, ['ready', 'close']);
});

test('a signal that comes while it starts closes it as soon as it has started', async () => {
  const { context, events, said, signal, cloud } = stage();
  const started = Promise.withResolvers<Cloud>();
  const served = serveCloud({ ...context, startCloud: () => started.promise }, {}, events);
  signal('SIGINT');
  started.resolve(cloud);
  await served;
  assert.deepEqual(said, ['stopping', 'ready', 'close']);
});

test('a second signal ends it at once, also while it starts', async () => {
  const closing = stage(() => new Promise(() => {}));
  const served = serveCloud(
    closing.context,
    {},
    {
      ...closing.events,
      ready: async () => {
        closing.signal('SIGINT');
        setImmediate(() => closing.signal('SIGINT'));
      },
    },
  );
  await assert.rejects(
    served,
    new CutShort('Ended by a second SIGINT; what the cloud had acknowledged is kept.'),
  );
  const starting = stage();
  const never = { ...starting.context, startCloud: () => new Promise<Cloud>(() => {}) };
  const unserved = serveCloud(never, {}, starting.events);
  starting.signal('SIGTERM');
  starting.signal('SIGTERM');
  await assert.rejects(unserved, CutShort);
  assert.deepEqual(starting.said, ['stopping']);
});

test('a cloud that does not close before the deadline is cut short', async () => {
  const { context, events, stop } = stage(() => new Promise(() => {}));
  const served = serveCloud(context, {}, { ...events, stopDeadlineMs: 5 });
  stop();
  await assert.rejects(
    served,
    new CutShort('The cloud did not stop within 0.005 seconds; what it had acknowledged is kept.'),
  );
});

test('what goes wrong when it is ready still closes it', async () => {
  const { context, events, said } = stage();
  const ready = async () => {
    throw new Error('no');
  };
  await assert.rejects(serveCloud(context, {}, { ...events, ready }), /^Error: no$/);
  assert.deepEqual(said, ['close']);
});
