/**
 * Clients that wait, in a process of their own: each has a connection and asks when it is told to. Prints `connected`.
 *
 * node waiting-clients.ts CLIENTS_PER_ADDRESS PATH ADDRESS…
 */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import process from 'node:process';
import { answerLength } from './answer-length.ts';
import { machineMs, takeOrders } from './orders.ts';

/** Connections that are opened at once: fewer than a listening socket keeps that nobody has accepted yet. */
const OPENED_AT_ONCE = 200;

const [each = '0', path = '/', ...addresses] = process.argv.slice(2);
const asking: (() => void)[] = [];
let unanswered = 0;
let lastMs = 0;
let answered: (lastMs: number) => void = () => {};

function open(address: string): Socket {
  const [host = '', port] = address.split(':');
  const request = Buffer.from(`GET ${path} HTTP/1.1\r\nHost: ${address}\r\nMetadata-Flavor: Google\r\n\r\n`);
  const socket = connect(Number(port), host);
  let pending: Buffer = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
    if (answerLength(pending) === 0) return;
    if (!pending.subarray(0, 12).equals(Buffer.from('HTTP/1.1 200')))
      throw new Error('A waiter was refused.');
    pending = Buffer.alloc(0);
    unanswered -= 1;
    lastMs = machineMs();
    if (unanswered === 0) answered(lastMs);
  });
  asking.push(() => socket.write(request));
  return socket;
}

for (const address of addresses) {
  for (let left = Number(each); left > 0; left -= OPENED_AT_ONCE) {
    const opened = Array.from({ length: Math.min(left, OPENED_AT_ONCE) }, () => open(address));
    await Promise.all(opened.map((socket) => once(socket, 'connect')));
  }
}
process.stdout.write('connected\n');
takeOrders({
  ask() {
    unanswered = asking.length;
    for (const ask of asking) ask();
  },
  /** When the last answer came. */
  answered: () =>
    unanswered === 0
      ? lastMs
      : new Promise<number>((resolve) => {
          answered = resolve;
        }),
});
process.on('SIGTERM', () => process.exit(0));
