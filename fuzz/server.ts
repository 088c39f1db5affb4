/**
 * The server under test, in a process of its own: a cloud with one instance. It says its port first, and what it holds
 * whenever it is asked.
 */
import process from 'node:process';
import { startCloud } from '../packages/accredit/src/cloud.ts';
import { type Log, silentLog } from '../packages/accredit/src/kernel/ports.ts';
import { SAMPLE_OS_LOGIN } from '../packages/accredit/src/protocol/metadata/os-login/os-login.fixture.ts';
import { ACCOUNT } from './corpus.ts';

/** What the process holds; all but the memory is to be nothing once no client is there. */
export interface Held {
  /** Connections that are open. */
  readonly sockets: number;
  /** Requests that wait for a change. */
  readonly waiters: number;
  /** What nobody caught, and what was logged as an error. */
  readonly errors: readonly string[];
  readonly residentBytes: number;
}

const errors: string[] = [];
process.on('unhandledRejection', (reason) => errors.push(`unhandledRejection: ${describe(reason)}`));
process.on('uncaughtException', (error) => errors.push(`uncaughtException: ${describe(error)}`));
process.on('warning', (warning) => errors.push(`warning: ${describe(warning)}`));

function describe(thrown: unknown): string {
  return thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
}

const log: Log = {
  ...silentLog,
  error: (fields, message) => errors.push(`${message}: ${describe(fields.err)}`),
};

const cloud = await startCloud({
  log,
  async configure({ resources }) {
    const project = resources.projects.draft('p');
    const commonInstanceMetadata = [{ key: 'shared', value: 'by all' }];
    await resources.commit(
      resources.projects.put({ ...project, commonInstanceMetadata, osLogin: SAMPLE_OS_LOGIN }),
    );
    const account = resources.serviceAccounts.draft('p', ACCOUNT);
    const scopes = ['https://www.googleapis.com/auth/cloud-platform'];
    const instance = resources.instances.draft({
      projectId: 'p',
      zone: 'us-central1-a',
      name: 'vm',
      serviceAccounts: [{ email: account.email, scopes }],
      metadata: [
        { key: 'enable-guest-attributes', value: 'TRUE' },
        { key: 'enable-oslogin', value: 'TRUE' },
        { key: 'greeting', value: 'hello\n' },
      ],
    });
    await resources.commit([...resources.serviceAccounts.put(account), resources.instances.put(instance)]);
  },
});
const instance = await cloud.services.resources.instances.get('p', 'us-central1-a', 'vm');
if (instance === undefined) throw new Error('The instance is not there.');
const { metadataAddress = '' } = await cloud.places(instance.value);

function held(): Held {
  const sockets = process.getActiveResourcesInfo().filter((kind) => kind === 'TCPSocketWrap').length;
  return { sockets, waiters: cloud.metadataWaiters, errors, residentBytes: process.memoryUsage.rss() };
}

process.on('message', () => process.send?.(held()));
process.on('disconnect', () => void cloud.close().then(() => process.exit(0)));
process.send?.(Number(metadataAddress.split(':')[1]));
