/** The floor of a start: a process that listens and answers one request. Plain enough to run unstripped. */
import { createServer } from 'node:http';
import process from 'node:process';

const [socketPath = ''] = process.argv.slice(2);
createServer((_, response) => response.end('ok')).listen(socketPath);
process.on('SIGTERM', () => process.exit(0));
