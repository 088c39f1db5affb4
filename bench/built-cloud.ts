/** The built program as its users run it, and what a bench asks of it. */
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, realpathSync } from 'node:fs';
import { request } from 'node:http';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { ownerSocketIn, runtimeDirectoryOf } from '../packages/accredit/src/http/runtime-directory.ts';

/** The command line of the built package. */
export const DIST = fileURLToPath(new URL('../packages/accredit/dist/cli/main.js', import.meta.url));

/** Builds the package anew: a figure of an older build would be nobody's. */
export function buildPackage(): void {
  execFileSync(process.execPath, ['--conditions=accredit-source', 'scripts/build.ts'], { stdio: 'inherit' });
  if (!existsSync(DIST)) throw new Error('The package was not built.');
}

/** Returns the owner's socket of the cloud of a data directory; the directory must be there. */
export function ownerSocketOf(dataDirectory: string): string {
  return ownerSocketIn(runtimeDirectoryOf(realpathSync(dataDirectory), process.env.XDG_RUNTIME_DIR));
}

/** Opens the listeners of an instance, and asks its metadata server for a token. */
export async function askForToken(ownerSocket: string, instance: string): Promise<void> {
  const listen = JSON.stringify({ instance });
  const places = await ask(
    ownerSocket,
    'POST',
    '/v1/metadataServers:listen',
    listen,
    'control.accredit.local',
  );
  const { metadataSocket } = JSON.parse(places) as { readonly metadataSocket: string };
  const path = '/computeMetadata/v1/instance/service-accounts/default/token';
  if (!(await ask(metadataSocket, 'GET', path)).includes('ya29.')) throw new Error('No token came.');
}

/** Asks over a Unix socket; returns the body of the answer. */
export async function ask(
  socketPath: string,
  method: string,
  path: string,
  body = '',
  host = 'metadata.google.internal',
): Promise<string> {
  const headers = {
    Host: host,
    'Metadata-Flavor': 'Google',
    ...(body === '' ? {} : { 'Content-Length': body.length }),
  };
  const sent = request({ socketPath, method, path, headers, agent: false });
  sent.end(body);
  const [response] = (await once(sent, 'response')) as [AsyncIterable<Buffer>];
  let text = '';
  for await (const chunk of response) text += chunk.toString();
  return text;
}
