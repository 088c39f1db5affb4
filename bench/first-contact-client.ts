/**
 * A client's first contact, in a cold process: connects, asks whether this is a metadata server, then for a token, as
 * client libraries do. Prints how many milliseconds it took.
 *
 * node first-contact-client.ts ADDRESS TOKEN_PATH
 */
import { Agent, get, type IncomingMessage } from 'node:http';
import process from 'node:process';

const [address = '', tokenPath = '/'] = process.argv.slice(2);
const agent = new Agent({ keepAlive: true });

function ask(path: string): Promise<void> {
  const options = { agent, headers: { 'Metadata-Flavor': 'Google' } };
  return new Promise((resolve, reject) => {
    get(`http://${address}${path}`, options, (response: IncomingMessage) => {
      if (response.statusCode !== 200) reject(new Error('The server refused.'));
      response.resume().on('end', resolve);
    }).on('error', reject);
  });
}

const startedMs = performance.now();
await ask('/');
await ask(tokenPath);
process.stdout.write(`${performance.now() - startedMs}\n`);
agent.destroy();
