import { connect } from 'node:net';
import { text } from 'node:stream/consumers';

/** How long a test waits for an answer that should come at once. */
const PATIENCE_MS = 10_000;

/** Sends raw bytes to a loopback port and returns all that comes back until the server closes. */
export function exchange(port: number, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes, 'latin1'));
    socket.setTimeout(PATIENCE_MS, () => socket.destroy(new Error('no answer')));
    socket.on('error', reject);
    text(socket).then(resolve, reject);
  });
}
