/** What the tests of `accredit conformance` ask: an instance of a cloud, or a server of the test. */
import assert from 'node:assert/strict';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import type { CliScene } from '../cli.fixture.ts';

/** Starts the cloud of the scene with an instance that has an account. */
export async function withInstance(scene: CliScene): Promise<void> {
  await scene.startCloud();
  const account = ['--service-account', 'my-robot'];
  for (const args of [
    ['service-accounts', 'create', 'my-robot'],
    ['instances', 'create', 'vm-1', ...account],
  ]) {
    const { status, stderr } = await scene.run(args);
    assert.deepEqual([status, stderr], [0, '']);
  }
}

/** A server of the test. @returns its URL */
export async function serve(t: TestContext, answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  // A server that listens on TCP has an address with a port.
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
