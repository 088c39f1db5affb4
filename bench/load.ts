/**
 * The load generator, in a process of its own: keeps a number of connections busy with one request after the other
 * over loopback for a bounded time, and says how many answers came and how long each took.
 *
 * With a rate, requests fall due at that rate, in ticks of a millisecond; one that finds no connection free waits,
 * and its wait counts. Without one (0), a connection asks again as soon as it is answered.
 *
 * node load.ts PORT CONNECTIONS DURATION_MS REQUEST_BASE64 REQUESTS_PER_SECOND
 */
import { connect } from 'node:net';
import process from 'node:process';
import { answerLength } from './answer-length.ts';

/** How often requests fall due. */
const TICK_MS = 1;

const [port = '0', connections = '1', durationMs = '1000', encoded = '', rate = '0'] = process.argv.slice(2);
const request = Buffer.from(encoded, 'base64');
const perMs = Number(rate) / 1000;
const startMs = performance.now();
const endMs = startMs + Number(durationMs);
const latenciesMs: number[] = [];
let open = Number(connections);

/** When requests fell due that nobody was free for, oldest first. */
const dueMs: number[] = [];
/** The connections that are free. */
const free: ((atMs: number) => void)[] = [];
let fallen = 0;

const ticks =
  perMs === 0
    ? undefined
    : setInterval(() => {
        const nowMs = performance.now();
        for (; fallen < (Math.min(nowMs, endMs) - startMs) * perMs; fallen += 1) dueMs.push(nowMs);
        while (dueMs.length > 0 && free.length > 0) free.pop()?.(dueMs.shift() ?? nowMs);
        if (nowMs >= endMs && dueMs.length === 0) endFree();
      }, TICK_MS);

function endFree(): void {
  clearInterval(ticks);
  for (const send of free.splice(0)) send(Number.NaN);
}

for (let index = 0; index < Number(connections); index += 1) {
  let pending: Buffer = Buffer.alloc(0);
  let sentMs = 0;
  // After the first answer its length is known; every further one is as long, or the count would be wrong.
  let expected = 0;
  const socket = connect(Number(port), '127.0.0.1');
  const send = (atMs: number) => {
    sentMs = atMs;
    if (Number.isNaN(atMs)) socket.end();
    else socket.write(request);
  };
  const next = (nowMs: number) => {
    if (perMs === 0) send(nowMs < endMs ? nowMs : Number.NaN);
    else if (nowMs >= endMs && dueMs.length === 0) send(Number.NaN);
    else free.push(send);
  };
  socket.setNoDelay(true);
  socket.on('connect', () => next(performance.now()));
  socket.on('data', (chunk: Buffer) => {
    if (pending.length > 0 || expected === 0 || chunk.length !== expected) {
      pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
      const length = answerLength(pending);
      if (length === 0) return;
      if (pending.length !== length) throw new Error('An answer came that nobody asked for.');
      expected = length;
      pending = Buffer.alloc(0);
    }
    const nowMs = performance.now();
    latenciesMs.push(nowMs - sentMs);
    next(nowMs);
  });
  socket.on('close', () => {
    open -= 1;
    if (open === 0) report();
  });
}

function report(): void {
  clearInterval(ticks);
  const sorted = Float64Array.from(latenciesMs).sort();
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  process.stdout.write(JSON.stringify({ answers: sorted.length, p50Ms: at(0.5), p99Ms: at(0.99) }));
}
