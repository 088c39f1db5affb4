import { CLIENTS, EMULATORS, inferred, TRANSCRIPTS } from '../basis.ts';
import { type Check, EVERYWHERE, GCE } from '../check.ts';
import { textOf } from '../http-message.ts';
import { type Probe, V1 } from '../probe.ts';

/** Google's server lets it be asked for without a header; the others do not. */
export const roots: readonly Check[] = [
  {
    number: 1,
    title: 'GET / is exactly computeMetadata/ and has no ETag',
    ...TRANSCRIPTS.root,
    profiles: GCE,
    async run(probe) {
      const answer = await probe.get('/');
      probe.status(answer, 200);
      probe.body(answer, 'computeMetadata/\n');
      probe.header(answer, 'Content-Length', '17');
      probe.header(answer, 'ETag', undefined);
    },
  },
  {
    number: 2,
    title: 'GET / needs no Metadata-Flavor, and answers with one',
    ...CLIENTS.go,
    profiles: GCE,
    async run(probe) {
      const answer = await probe.get('/', { headers: [] });
      probe.status(answer, 200);
      probe.header(answer, 'Metadata-Flavor', 'Google');
    },
  },
  {
    number: 3,
    title: 'HEAD / has the headers of GET and no body',
    ...TRANSCRIPTS.head,
    profiles: GCE,
    async run(probe) {
      const answer = await probe.get('/', { method: 'HEAD' });
      probe.status(answer, 200);
      probe.header(answer, 'Metadata-Flavor', 'Google');
      await hasNoBodyAfterHead(probe, '/');
    },
  },
  {
    number: 4,
    title: 'GET /computeMetadata is redirected to /computeMetadata/',
    ...inferred('every other directory is'),
    profiles: EVERYWHERE,
    async run(probe) {
      const answer = await probe.get('/computeMetadata');
      probe.status(answer, 301);
      probe.header(answer, 'Location', /\/computeMetadata\/$/);
    },
  },
  {
    number: 5,
    title: 'GET /computeMetadata/ lists v1/',
    ...TRANSCRIPTS.root,
    profiles: EVERYWHERE,
    async run(probe) {
      const answer = await probe.get('/computeMetadata/');
      probe.status(answer, 200);
      probe.body(answer, /^v1\/$/m);
    },
  },
  {
    number: 6,
    title: 'GET /computeMetadata/v1 is redirected to /computeMetadata/v1/',
    ...inferred('every other directory is'),
    profiles: EVERYWHERE,
    async run(probe) {
      const answer = await probe.get('/computeMetadata/v1');
      probe.status(answer, 301);
      probe.header(answer, 'Location', /\/computeMetadata\/v1\/$/);
    },
  },
  {
    number: 7,
    title: 'GET /computeMetadata/v1/ lists instance/ and project/, each line ended',
    ...TRANSCRIPTS.tree,
    profiles: EVERYWHERE,
    async run(probe) {
      const answer = await probe.get(V1);
      probe.status(answer, 200);
      probe.body(answer, /^instance\/$/m);
      probe.body(answer, /^project\/$/m);
      probe.body(answer, /\n$/);
    },
  },
  {
    number: 16,
    title: 'two requests, one after the other, on one connection',
    ...TRANSCRIPTS.keepAlive,
    profiles: EVERYWHERE,
    async run(probe) {
      const connection = await probe.connect();
      for (const which of ['first', 'second']) {
        const answer = await connection.ask(probe.request('project/project-id'));
        probe.status(answer, 200, `the ${which} request`);
      }
    },
  },
  {
    number: 17,
    title: 'an HTTP/1.0 request is answered whole, and the connection closes',
    ...TRANSCRIPTS.keepAlive,
    profiles: EVERYWHERE,
    async run(probe) {
      const connection = await probe.connect();
      const answer = await connection.ask(probe.request('project/project-id', { version: '1.0' }));
      probe.status(answer, 200);
      probe.header(answer, 'Content-Length', String(answer.body.length));
      probe.that('the connection closes', await connection.closes(CLOSE_TIMEOUT_MS), true);
    },
  },
  {
    number: 18,
    title: 'a redirect names the host and port that were asked',
    ...CLIENTS.node,
    profiles: EVERYWHERE,
    async run(probe) {
      const answer = await probe.get('instance');
      probe.status(answer, 301);
      probe.header(answer, 'Location', `http://${probe.target.host}${V1}instance/`);
    },
  },
  {
    number: 19,
    title: 'Host: metadata.google.internal. with its dot is served',
    ...CLIENTS.node,
    profiles: EVERYWHERE,
    async run(probe) {
      probe.status(await probe.get('project/project-id', { host: 'metadata.google.internal.' }), 200);
      probe.status(await probe.get('project/project-id', { host: 'metadata.google.internal' }), 200);
    },
  },
  {
    number: 20,
    title: "another cloud's paths are 404",
    ...inferred('programs find out by them where they run'),
    profiles: EVERYWHERE,
    async run(probe) {
      for (const path of [
        '/latest/meta-data/',
        '/openstack/latest/meta_data.json',
        '/metadata/instance',
        '/opc/v1/',
      ]) {
        probe.status(await probe.get(path), 404, path);
      }
    },
  },
  {
    number: 160,
    title: '/computeMetadata/v2/ is 404',
    ...inferred('there is one version'),
    profiles: EVERYWHERE,
    async run(probe) {
      probe.status(await probe.get('/computeMetadata/v2/'), 404);
    },
  },
  {
    number: 161,
    title: 'the listings above v1/ have no ETag',
    ...EMULATORS.of2016,
    profiles: EVERYWHERE,
    async run(probe) {
      probe.header(await probe.get('/computeMetadata/'), 'ETag', undefined);
    },
  },
];

/** How long a server may take to close a connection that is done. */
const CLOSE_TIMEOUT_MS = 2_000;

/** Asks twice on one connection: a body after HEAD would be taken for the beginning of the second answer. */
export async function hasNoBodyAfterHead(probe: Probe, path: string): Promise<void> {
  const connection = await probe.connect();
  await connection.ask(probe.request(path, { method: 'HEAD' }));
  const next = await connection.ask(probe.request(path));
  probe.status(next, 200, 'a request after HEAD');
  probe.that('bytes after HEAD', textOf(next).length > 0, true);
}
