/** The floor of an HTTP answer: `node:http` with nothing behind it, answering given headers and bytes. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import process from 'node:process';

const [encoded = ''] = process.argv.slice(2);
const { headers, body } = JSON.parse(Buffer.from(encoded, 'base64').toString()) as {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};
const server = createServer((_, response) => {
  response.sendDate = false;
  response.writeHead(200, headers);
  response.end(body);
});
server.listen(0, '127.0.0.1', () =>
  process.stdout.write(`127.0.0.1:${(server.address() as AddressInfo).port}\n`),
);
process.on('SIGTERM', () => process.exit(0));
