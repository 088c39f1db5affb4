/**
 * The floor of an HTTP answer: `node:http` with nothing behind it, answering given headers and bytes. With `hold` it
 * keeps its answers until it is told to give them all.
 *
 * node bare-http.ts ANSWER_BASE64 [hold]
 */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import process from 'node:process';
import { machineMs, takeOrders } from './orders.ts';

const [encoded = '', hold] = process.argv.slice(2);
const { headers, body } = JSON.parse(Buffer.from(encoded, 'base64').toString()) as {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};
let held: ServerResponse[] = [];

function answer(response: ServerResponse): void {
  response.sendDate = false;
  response.writeHead(200, headers);
  response.end(body);
}

const server = createServer((_, response) => {
  if (hold === undefined) answer(response);
  else held.push(response);
});
server.listen(0, '127.0.0.1', () =>
  process.stdout.write(`127.0.0.1:${(server.address() as AddressInfo).port}\n`),
);
takeOrders({
  waiting: () => held.length,
  change() {
    const atMs = machineMs();
    const answered = held;
    held = [];
    for (const response of answered) answer(response);
    return atMs;
  },
});
process.on('SIGTERM', () => process.exit(0));
