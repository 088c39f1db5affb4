/** That the metadata server of an instance shows what a configuration declares of it, at once. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openTestCloud } from '../apis/api.fixture.ts';
import { MetadataServer } from '../apis/metadata/server.ts';
import { applyConfiguration } from './apply.ts';
import { makeCertificate } from './certificate.fixture.ts';
import { readConfiguration } from './read.ts';
import { OWNER_EMAIL } from './state.fixture.ts';

const V1 = '/computeMetadata/v1';
const SPIFFE_ID = 'spiffe://example/ns/default/sa/web';

async function open() {
  const { services } = await openTestCloud([]);
  const server = new MetadataServer(services);
  const name = 'projects/my-project/zones/us-central1-a/instances/vm';
  return {
    services,
    async apply(project: object, instance: object): Promise<void> {
      const instances = [{ name: 'vm', zone: 'us-central1-a', ...instance }];
      const text = JSON.stringify({ projects: [{ projectId: 'my-project', ...project, instances }] });
      const options = { ...services, ownerEmail: OWNER_EMAIL };
      await applyConfiguration(
        readConfiguration(text, 'accredit.yaml', '/nowhere'),
        services.resources,
        options,
      );
    },
    async get(
      path: string,
    ): Promise<{ readonly status: number; readonly body: string; readonly server?: string }> {
      const { status, body, headers } = await server.handle(
        {
          method: 'GET',
          target: V1 + path,
          headers: { 'metadata-flavor': 'Google' },
          listener: { kind: 'metadata', instance: name },
        },
        name,
      );
      const { Server: said } = headers;
      return { status, body: String(body), ...(said === undefined ? {} : { server: said }) };
    },
  };
}

test('the profile and settings of an instance', async () => {
  const { apply, get } = await open();
  await apply({}, {});
  assert.equal((await get('/instance/upcoming-maintenance')).status, 503);
  await apply({}, { metadataServer: { noUpcomingMaintenance: 'NONE' } });
  assert.equal((await get('/instance/upcoming-maintenance')).body, 'NONE');
  await apply({}, { metadataServer: { profile: 'gke' } });
  assert.deepEqual(await get('/'), {
    status: 200,
    body: 'instance/\nproject/\n',
    server: 'GKE Metadata Server',
  });
});

test('partner attributes (metadata notes 8.1)', async () => {
  const { apply, get } = await open();
  const partnerAttributes = { 'iam.googleapis.com': { 'workload-identity': SPIFFE_ID, a: { b_c: 'd' } } };
  await apply({}, { partnerAttributes });
  assert.equal((await get('/instance/partner-attributes/')).body, 'iam.googleapis.com/\n');
  assert.equal(
    (await get('/instance/partner-attributes/iam.googleapis.com/workload-identity')).body,
    SPIFFE_ID,
  );
  const { body } = await get('/instance/partner-attributes/?recursive=true');
  assert.deepEqual(JSON.parse(body), partnerAttributes);
});

test('workload certificates (metadata notes 8.6)', async () => {
  const { apply, get } = await open();
  await apply({}, {});
  const path = '/instance/gce-workload-certificates/workload-identities';
  assert.equal((await get(path)).status, 412);
  const web = makeCertificate('web');
  await apply({}, { workloadCertificates: { identities: [{ spiffeId: SPIFFE_ID, ...web }] } });
  assert.deepEqual(JSON.parse((await get(path)).body), { workloadCredentials: { [SPIFFE_ID]: web } });
});

test('OS Login, once it is on (metadata notes 8.7)', async () => {
  const { apply, get } = await open();
  const user = { email: 'ada@example.com', username: 'ada', uid: 1001, login: ['vm'] };
  const osLogin = { users: [user] };
  const path = '/oslogin/authorize?email=ada@example.com&policy=login';
  await apply({ osLogin }, {});
  assert.equal((await get(path)).status, 404);
  await apply({ osLogin, metadata: { 'enable-oslogin': 'TRUE' } }, {});
  assert.equal((await get(path)).body, '{"success":true}');
  await apply({ osLogin: { users: [{ ...user, login: [] }] } }, {});
  assert.equal((await get(path)).body, '{"success":false}');
});
