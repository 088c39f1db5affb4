/** A cloud with one instance, in a process of its own; prints the port of the instance's metadata server. */
import process from 'node:process';
import { startCloud } from '../packages/accredit/src/cloud.ts';

const cloud = await startCloud({
  async configure({ resources }) {
    await resources.commit(resources.projects.put(resources.projects.draft('p')));
    const account = resources.serviceAccounts.draft('p', 'workload@p.iam.gserviceaccount.com');
    const scopes = ['https://www.googleapis.com/auth/cloud-platform'];
    const serviceAccounts = [{ email: account.email, scopes }];
    const instance = resources.instances.draft({
      projectId: 'p',
      zone: 'us-central1-a',
      name: 'vm',
      serviceAccounts,
    });
    await resources.commit([...resources.serviceAccounts.put(account), resources.instances.put(instance)]);
  },
});
const instance = await cloud.services.resources.instances.get('p', 'us-central1-a', 'vm');
if (instance === undefined) throw new Error('The instance is not there.');
const { metadataAddress } = await cloud.places(instance.value);
process.stdout.write(`${metadataAddress}\n`);
process.on('SIGTERM', () => void cloud.close().then(() => process.exit(0)));
