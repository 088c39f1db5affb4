/** Which project a call counts for: the API must be enabled in it, and a quota project is the caller's to use. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { projectName } from '../kernel/resource-names.ts';
import { userManagedEmail } from '../resources/service-accounts.ts';
import { withServicesDisabled } from '../resources/services.ts';
import { openTestCloud, PROJECT_ID, PROJECT_NUMBER, type TestCloud } from './api.fixture.ts';
import { cloudResourceManager } from './cloudresourcemanager/index.ts';
import { compute } from './compute/index.ts';
import { iam } from './iam/index.ts';
import { serviceUsage } from './serviceusage/index.ts';
import { storage } from './storage/index.ts';
import { makeBucket } from './storage/storage.fixture.ts';

const IAM = 'iam.googleapis.com';
const COMPUTE = 'compute.googleapis.com';
const STORAGE = 'storage.googleapis.com';

const ACCOUNTS = `https://${IAM}/v1/projects/${PROJECT_ID}/serviceAccounts`;
const INSTANCES = `https://${COMPUTE}/compute/v1/projects/${PROJECT_ID}/zones/us-central1-a/instances`;
const BUCKETS = `https://${STORAGE}/storage/v1/b?project=${PROJECT_ID}`;
const BUCKET = `https://${STORAGE}/storage/v1/b/bucket-1`;
const PROJECT = `https://cloudresourcemanager.googleapis.com/v1/projects/${PROJECT_ID}`;

/** A second project, of somebody else. */
const OTHER = { projectId: 'other-project', projectNumber: '210987654321' };

async function open(...roles: readonly string[]) {
  const cloud = await openTestCloud([storage, compute, iam, cloudResourceManager, serviceUsage]);
  const { projects } = cloud.services.resources;
  await cloud.services.resources.commit(
    projects.put(projects.draft(OTHER.projectId, 'Other', OTHER.projectNumber)),
  );
  const email = await cloud.account('caller', ...(roles.length === 0 ? ['roles/owner'] : roles));
  const token = await cloud.token(email);
  const get = (url: string, headers: Readonly<Record<string, string>> = {}) =>
    cloud.send('GET', url, { token, headers });
  return { cloud, email, token, get };
}

async function disable(cloud: TestCloud, projectId: string, ...services: readonly string[]): Promise<void> {
  const { resources } = cloud.services;
  const project = await resources.projects.get(projectId);
  assert.ok(project !== undefined);
  await resources.commit(resources.projects.put(withServicesDisabled(project.value, new Set(services))));
}

function disabledMessage(title: string, service: string, projectNumber = PROJECT_NUMBER): string {
  return (
    `${title} has not been used in project ${projectNumber} before or it is disabled. Enable it by visiting ` +
    `https://console.developers.google.com/apis/api/${service}/overview?project=${projectNumber} then retry. ` +
    'If you enabled this API recently, wait a few minutes for the action to propagate to our systems and retry.'
  );
}

function errorInfo(title: string, service: string) {
  return {
    '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
    reason: 'SERVICE_DISABLED',
    domain: 'googleapis.com',
    metadata: {
      service,
      consumer: `projects/${PROJECT_NUMBER}`,
      serviceTitle: title,
      containerInfo: PROJECT_NUMBER,
      activationUrl: activationUrl(service),
    },
  };
}

function activationUrl(service: string): string {
  return `https://console.developers.google.com/apis/api/${service}/overview?project=${PROJECT_NUMBER}`;
}

function legacyErrors(service: string, message: string) {
  return [
    { message, domain: 'usageLimits', reason: 'accessNotConfigured', extendedHelp: activationUrl(service) },
  ];
}

test('a service that is disabled is refused in the words of its family', async () => {
  const { cloud, get } = await open();
  await disable(cloud, PROJECT_ID, IAM, COMPUTE, STORAGE);
  const status = 'PERMISSION_DENIED';
  const iamTitle = 'Identity and Access Management (IAM) API';
  const iamMessage = disabledMessage(iamTitle, IAM);
  const details = [errorInfo(iamTitle, IAM)];
  assert.deepEqual((await get(ACCOUNTS)).json.error, { code: 403, message: iamMessage, status, details });
  assert.deepEqual((await get(`${ACCOUNTS}?$.xgafv=1`)).json.error, {
    code: 403,
    message: iamMessage,
    errors: legacyErrors(IAM, iamMessage),
    status,
    details,
  });
  const computeMessage = disabledMessage('Compute Engine API', COMPUTE);
  assert.deepEqual((await get(INSTANCES)).json.error, {
    code: 403,
    message: computeMessage,
    errors: legacyErrors(COMPUTE, computeMessage),
    status,
    details: [errorInfo('Compute Engine API', COMPUTE)],
  });
  const storageMessage = `Access Not Configured. ${disabledMessage('Cloud Storage API', STORAGE)}`;
  assert.deepEqual((await get(BUCKETS)).json.error, {
    code: 403,
    message: storageMessage,
    errors: legacyErrors(STORAGE, storageMessage),
  });
});

test('gcloud reads the service and the project out of the message (IAM notes 4.3)', async () => {
  const { cloud, get } = await open();
  await disable(cloud, PROJECT_ID, COMPUTE, STORAGE);
  // gcloud 528, googlecloudsdk/api_lib/util/api_enablement.py
  const form =
    /^.*Enable it by visiting https:\/\/console.(?:cloud|developers).google.com\/apis\/api\/([^/]+)\/overview\?project=(\S+) then retry. If you enabled this API recently, wait a few minutes for the action to propagate to our systems and retry.\w*/;
  for (const [url, service] of [
    [INSTANCES, COMPUTE],
    [BUCKETS, STORAGE],
  ] as const) {
    const [, named, project] = form.exec((await get(url)).json.error.message) ?? [];
    assert.deepEqual([named, project], [service, PROJECT_NUMBER]);
  }
});

test('a service comes back with the next call after it is enabled', async () => {
  const { cloud, token, get } = await open();
  const change = (verb: string) =>
    cloud.send(
      'POST',
      `https://serviceusage.googleapis.com/v1/projects/${PROJECT_ID}/services/${COMPUTE}:${verb}`,
      {
        token,
      },
    );
  assert.equal((await get(INSTANCES)).status, 200);
  await change('disable');
  assert.equal((await get(INSTANCES)).status, 403);
  assert.equal((await get(BUCKETS)).status, 200, 'other services are not concerned');
  await change('enable');
  assert.equal((await get(INSTANCES)).status, 200);
});

test('Service Usage and Resource Manager can be called where they are disabled (deviation)', async () => {
  const { cloud, get } = await open();
  await disable(cloud, PROJECT_ID, 'serviceusage.googleapis.com', 'cloudresourcemanager.googleapis.com');
  assert.equal((await get(PROJECT)).status, 200);
  const services = `https://serviceusage.googleapis.com/v1/projects/${PROJECT_ID}/services`;
  assert.equal((await get(services)).status, 200);
});

test('credentials come before the service, and the service before scopes, body and permission (IAM notes part 5.3)', async () => {
  const { cloud, email } = await open('roles/browser');
  await disable(cloud, PROJECT_ID, IAM, COMPUTE);
  for (const url of [ACCOUNTS, INSTANCES]) {
    assert.equal((await cloud.send('GET', url)).status, 401);
    assert.equal((await cloud.send('GET', url, { token: 'ya29.garbage' })).status, 401);
    const token = await cloud.token(email, { scopes: ['https://www.googleapis.com/auth/pubsub'] });
    const refused = await cloud.send('POST', url, { token, body: '{' });
    assert.equal(refused.json.error.details[0].reason, 'SERVICE_DISABLED');
  }
});

test('Storage and Compute Engine ask the project of the resource, by id or number (guess)', async () => {
  const { cloud, get } = await open();
  await makeBucket(cloud);
  await disable(cloud, PROJECT_ID, COMPUTE, STORAGE);
  const header = { 'x-goog-user-project': OTHER.projectId };
  const member = 'serviceAccount:caller@lab-project.iam.gserviceaccount.com';
  await cloud.grant(projectName(OTHER.projectId), 'roles/owner', member);
  for (const url of [INSTANCES, INSTANCES.replace(PROJECT_ID, PROJECT_NUMBER), BUCKETS, BUCKET]) {
    assert.equal((await get(url)).json.error.errors[0].reason, 'accessNotConfigured', url);
    assert.equal((await get(url, header)).json.error.errors[0].reason, 'accessNotConfigured', url);
  }
  const others = INSTANCES.replace(PROJECT_ID, OTHER.projectId);
  assert.equal((await get(others)).status, 200, "the caller's own project does not count");
});

test('a call on nothing that is there is refused as it was', async () => {
  const { cloud, get } = await open();
  await disable(cloud, PROJECT_ID, COMPUTE, STORAGE);
  assert.equal((await get(INSTANCES.replace(PROJECT_ID, 'nobodys-project'))).status, 404);
  assert.equal((await get(INSTANCES.replace(PROJECT_ID, '999999999999'))).status, 404);
  assert.equal((await get(`https://${STORAGE}/storage/v1/b/no-such-bucket`)).status, 404);
  assert.equal((await get(`https://${STORAGE}/storage/v1/b/${'x'.repeat(4000)}`)).status, 400);
  assert.equal((await get(`https://${STORAGE}/storage/v1/b`)).status, 400);
});

test('whoever sends no token is told that a bucket is out of reach (guess)', async () => {
  const { cloud } = await open();
  await makeBucket(cloud);
  await disable(cloud, PROJECT_ID, STORAGE);
  const { json } = await cloud.send('GET', BUCKET);
  assert.equal(json.error.errors[0].reason, 'accessNotConfigured');
});

test('IAM asks the project of the caller, and nobody where the owner of the cloud calls', async () => {
  const { cloud, get } = await open();
  const others = ACCOUNTS.replace(PROJECT_ID, OTHER.projectId);
  const member = 'serviceAccount:caller@lab-project.iam.gserviceaccount.com';
  await cloud.grant(projectName(OTHER.projectId), 'roles/owner', member);
  await disable(cloud, OTHER.projectId, IAM);
  assert.equal((await get(others)).status, 200, "the resource's project does not count");
  await disable(cloud, PROJECT_ID, IAM);
  const refused = await get(others);
  assert.equal(refused.json.error.details[0].metadata.consumer, `projects/${PROJECT_NUMBER}`);
  await cloud.grant(projectName(PROJECT_ID), 'roles/owner', 'user:owner@accredit.local');
  const owners = await cloud.send('GET', ACCOUNTS, { listener: { kind: 'owner' } });
  assert.equal(owners.status, 200);
});

test('IAM asks the quota project where one is named', async () => {
  const { cloud, email, get } = await open();
  await cloud.grant(
    projectName(OTHER.projectId),
    'roles/serviceusage.serviceUsageConsumer',
    `serviceAccount:${email}`,
  );
  const header = { 'x-goog-user-project': OTHER.projectNumber };
  await disable(cloud, PROJECT_ID, IAM);
  assert.equal((await get(ACCOUNTS, header)).status, 200);
  await disable(cloud, OTHER.projectId, IAM);
  const refused = await get(ACCOUNTS, header);
  assert.equal(refused.json.error.details[0].metadata.consumer, `projects/${OTHER.projectNumber}`);
});

function userProjectDenied(project: string, service: string) {
  const consoleUrl = `https://console.developers.google.com/iam-admin/iam/project?project=${project}`;
  return {
    code: 403,
    message:
      `Caller does not have required permission to use project ${project}. ` +
      'Grant the caller the roles/serviceusage.serviceUsageConsumer role, or a custom role with the ' +
      `serviceusage.services.use permission, by visiting ${consoleUrl} and then retry. ` +
      'Propagation of the new permission may take a few minutes.',
    status: 'PERMISSION_DENIED',
    details: [
      {
        '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
        reason: 'USER_PROJECT_DENIED',
        domain: 'googleapis.com',
        metadata: { service, consumer: `projects/${project}`, containerInfo: project, consoleUrl },
      },
    ],
  };
}

test('a quota project needs serviceusage.services.use, whether it is there or not (IAM notes 4.7)', async () => {
  const { cloud, email, get } = await open('roles/browser');
  const service = 'cloudresourcemanager.googleapis.com';
  for (const project of [OTHER.projectId, 'nobody', PROJECT_ID]) {
    const refused = await get(PROJECT, { 'x-goog-user-project': project });
    assert.deepEqual(refused.json.error, userProjectDenied(project, service));
  }
  await cloud.grant(
    projectName(OTHER.projectId),
    'roles/serviceusage.serviceUsageConsumer',
    `serviceAccount:${email}`,
  );
  assert.equal((await get(PROJECT, { 'x-goog-user-project': OTHER.projectId })).status, 200);
  assert.equal((await get(PROJECT, { 'x-goog-user-project': ' ' })).status, 200, 'an empty one names none');
});

test('a quota project that is refused stands in the audit record with its permission', async () => {
  const { cloud, get } = await open('roles/browser');
  await get(PROJECT, { 'x-goog-user-project': OTHER.projectId });
  const [refusal] = await cloud.audit.refusals(1);
  assert.equal(refusal?.decision.permission, 'serviceusage.services.use');
  assert.equal(refusal?.decision.resource, projectName(OTHER.projectId));
});

test('Compute Engine refuses a quota project like the others, with the older errors', async () => {
  const { get } = await open('roles/compute.viewer');
  const { json } = await get(INSTANCES, { 'x-goog-user-project': OTHER.projectId });
  const { message, ...rest } = userProjectDenied(OTHER.projectId, COMPUTE);
  const errors = [{ message, domain: 'global', reason: 'forbidden' }];
  assert.deepEqual(json.error, { message, errors, ...rest });
});

test('Storage has words of its own for a quota project; the query wins over the header (storage notes 9.5)', async () => {
  const { email, get } = await open('roles/storage.admin');
  const denied = `${email} does not have serviceusage.services.use access to the Google Cloud project.`;
  const invalid = 'User project specified in the request is invalid.';
  const rows = [
    ['', OTHER.projectId, 403, 'forbidden', denied],
    [`&userProject=${OTHER.projectNumber}`, '', 403, 'forbidden', denied],
    ['', 'nobody', 400, 'invalid', invalid],
    [`&userProject=${OTHER.projectId}`, 'nobody', 403, 'forbidden', denied],
    ['&userProject=nobody', OTHER.projectId, 400, 'invalid', invalid],
    [`&userProject=${'x'.repeat(4000)}`, '', 400, 'invalid', invalid],
  ] as const;
  for (const [query, header, code, reason, message] of rows) {
    const { json } = await get(BUCKETS + query, { 'x-goog-user-project': header });
    assert.deepEqual(json.error, { code, message, errors: [{ message, domain: 'global', reason }] });
  }
});

test('whoever sends no token may use no quota project of Storage', async () => {
  const { cloud } = await open();
  await makeBucket(cloud);
  const { status, json } = await cloud.send('GET', `${BUCKET}?userProject=${PROJECT_ID}`);
  assert.equal(status, 401);
  assert.match(json.error.message, /^Anonymous caller does not have serviceusage\.services\.use access/);
});

test('a token without the scope is refused for it before the quota project is looked at', async () => {
  const { cloud, email } = await open();
  const token = await cloud.token(email, { scopes: ['https://www.googleapis.com/auth/pubsub'] });
  const headers = { 'x-goog-user-project': PROJECT_ID };
  const { json } = await cloud.send('GET', PROJECT, { token, headers });
  assert.equal(json.error.details[0].reason, 'ACCESS_TOKEN_SCOPE_INSUFFICIENT');
});

test('where refusals are not carried out, a quota project is not refused; a disabled service is', async () => {
  const cloud = await openTestCloud([iam], { iamMode: 'audit' });
  const token = await cloud.token(await cloud.account('caller'));
  const headers = { 'x-goog-user-project': 'nobody' };
  assert.equal((await cloud.send('GET', ACCOUNTS, { token, headers })).status, 200);
  await disable(cloud, PROJECT_ID, IAM);
  assert.equal((await cloud.send('GET', ACCOUNTS, { token, headers })).status, 403);
});

test('an account is in the project that it was made in', async () => {
  const { cloud } = await open();
  const { serviceAccounts } = cloud.services.resources;
  const email = userManagedEmail('far', OTHER.projectId);
  assert.equal(await serviceAccounts.projectIdOf(email), undefined);
  await cloud.services.resources.commit(serviceAccounts.put(serviceAccounts.draft(OTHER.projectId, email)));
  assert.equal(await serviceAccounts.projectIdOf(email), OTHER.projectId);
});
