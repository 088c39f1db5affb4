/** Each permission of each method is necessary and sufficient, and so is each scope. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openTestCloud, PROJECT_ID, PROJECT_NUMBER, type TestCloud } from '../api.fixture.ts';
import { findTestRole } from '../one-permission.fixture.ts';
import { testPermissions } from '../permission-suite.fixture.ts';
import { serviceUsage } from './index.ts';
import { SERVICE, SERVICE_USAGE_PERMISSIONS } from './permissions.fixture.ts';

const OPERATION = `operations/acat.p2-${PROJECT_NUMBER}-00000000-0000-4000-8000-000000000000`;

/** A body with which the method goes through. */
const BODIES: Readonly<Record<string, unknown>> = {
  'serviceusage.services.batchEnable': { serviceIds: ['compute.googleapis.com'] },
};

function urlOf(template: string): string {
  const path = template
    .replace('{name=projects/*/services/*}', SERVICE)
    .replace('{parent=projects/*}', `projects/${PROJECT_ID}`)
    .replace('{name=operations/*}', OPERATION);
  return `https://serviceusage.googleapis.com${path}`;
}

async function makeOperation({ services: { resources } }: TestCloud): Promise<void> {
  const response = { '@type': 'type.googleapis.com/google.protobuf.Empty' };
  const operation = resources.longRunningOperations.draft({ name: OPERATION, response, durationMs: 0 });
  await resources.commit(await resources.longRunningOperations.put(operation));
}

testPermissions({
  api: serviceUsage,
  source: 'IAM notes 3.7',
  expected: SERVICE_USAGE_PERMISSIONS,
  async prepare({ id, template }) {
    const cloud = await openTestCloud([serviceUsage], {}, findTestRole);
    await makeOperation(cloud);
    return { cloud, url: urlOf(template), request: { body: BODIES[id] } };
  },
  assertRefused({ json }, [permission]) {
    assert.equal(json.error.details[0].metadata.permission, permission);
  },
  assertScopesRefused({ json }) {
    assert.equal(json.error.message, 'Request had insufficient authentication scopes.');
  },
});

for (const { id, http } of serviceUsage.methods) {
  test(`${id}: nobody is refused before anything is looked at`, async () => {
    const cloud = await openTestCloud([serviceUsage]);
    for (const address of http) {
      const [verb = '', template = ''] = address.split(' ');
      const response = await cloud.send(verb, urlOf(template), { body: '{' });
      assert.equal(response.status, 401);
      assert.equal(response.json.error.details[0].reason, 'CREDENTIALS_MISSING');
    }
  });
}
