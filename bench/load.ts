/**
 * The load generator, in a process of its own: keeps a number of connections busy with one request after the other
 * over loopback for a bounded time, and says how many answers came and how long each took.
 *
 * node load.ts PORT CONNECTIONS DURATION_MS REQUEST_BASE64
 */
import { connect } from 'node:net';
import process from 'node:process';

const [port = '0', connections = '1', durationMs = '1000', encoded = ''] = process.argv.slice(2);
const request = Buffer.from(encoded, 'base64');
const endMs = performance.now() + Number(durationMs);
const latenciesMs: number[] = [];
let open = Number(connections);

/** Length of the answer that starts the buffer; 0 while it is not whole. Every answer here states its length. */
function answerLength(bytes: Buffer): number {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return 0;
  const length = /content-length: (\d+)/i.exec(bytes.toString('latin1', 0, end))?.[1] ?? '0';
  const total = end + 4 + Number(length);
  return bytes.length >= total ? total : 0;
}

for (let index = 0; index < Number(connections); index += 1) {
  let pending: Buffer = Buffer.alloc(0);
  let sentMs = 0;
  // After the first answer its length is known; every further one is as long, or the count would be wrong.
  let expected = 0;
  const socket = connect(Number(port), '127.0.0.1');
  const send = () => {
    sentMs = performance.now();
    socket.write(request);
  };
  socket.setNoDelay(true);
  socket.on('connect', send);
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
    if (nowMs < endMs) send();
    else socket.end();
  });
  socket.on('close', () => {
    open -= 1;
    if (open === 0) report();
  });
}

function report(): void {
  const sorted = Float64Array.from(latenciesMs).sort();
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  process.stdout.write(JSON.stringify({ answers: sorted.length, p50Ms: at(0.5), p99Ms: at(0.99) }));
}
