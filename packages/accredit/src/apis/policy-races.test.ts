/** What is written beside a resource while the resource goes: nothing is left for a later one of its name. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bucketName, instanceName, type ResourceName, serviceAccountName } from '../kernel/resource-names.ts';
import { openTestCloud, PROJECT_ID, type TestCloud, type TestResponse } from './api.fixture.ts';
import { cloudResourceManager } from './cloudresourcemanager/index.ts';
import { bodyOf } from './compute/compute.fixture.ts';
import { compute } from './compute/index.ts';
import { iam } from './iam/index.ts';
import { storage } from './storage/index.ts';

const ZONE = 'us-central1-a';
const COMPUTE = `https://compute.googleapis.com/compute/v1/projects/${PROJECT_ID}/zones/${ZONE}/instances`;
const ACCOUNTS = `https://iam.googleapis.com/v1/projects/${PROJECT_ID}/serviceAccounts`;
const BUCKETS = 'https://storage.googleapis.com/storage/v1/b';
const EMAIL = `racer-1@${PROJECT_ID}.iam.gserviceaccount.com`;
const FOLDER = 'folders/111111111111';
const ORGANIZATION = 'organizations/123456789012';
const MANAGER = 'https://cloudresourcemanager.googleapis.com/v3';

const ATTACHED = 'cloudresourcemanager.googleapis.com%2Fprojects%2Fracer-project';

/** Sends as somebody who may do everything. */
type Send = (method: string, url: string, body?: unknown) => Promise<TestResponse>;

/** A kind of resources with policies, and what happens to one of them in between. */
interface Kind {
  readonly kind: string;
  readonly resource: ResourceName;
  /** Makes it, as it is made anew. */
  make(send: Send, cloud: TestCloud): Promise<unknown>;
  remove(send: Send, cloud: TestCloud): Promise<unknown>;
  /** Changes something else of it. */
  change(send: Send, cloud: TestCloud): Promise<unknown>;
  setPolicy(send: Send): Promise<TestResponse>;
  /** What is answered where it is not there. */
  readonly missing: readonly [status: number, message: string];
}

const bindingsOf = (role: string) => [{ role, members: ['user:ada@example.com'] }];
const VIEWERS = { policy: { bindings: bindingsOf('roles/viewer') } };

const ok = async (answered: Promise<TestResponse>) => {
  const { status, text } = await answered;
  assert.ok(status === 200 || status === 204, text);
};

/** How v3 of Resource Manager says that something is not there. */
const deniedOn = (kind: string, resource: ResourceName) =>
  `Permission 'resourcemanager.${kind}.setIamPolicy' denied on resource ` +
  `'//cloudresourcemanager.googleapis.com/${resource}' (or it may not exist).`;

/** Resources that no method takes away: the configuration does, which says when a later one is made. */
function node(kind: 'folders' | 'organizations', resource: ResourceName): Kind {
  const [, id = ''] = resource.split('/');
  const write = async (cloud: TestCloud, changed: object) => {
    const { folders, organizations, commit } = cloud.services.resources;
    const made =
      kind === 'folders'
        ? folders.put({ ...folders.draft(id, 'Racer', ORGANIZATION), ...changed })
        : organizations.put({ ...organizations.draft(id, 'Racer'), ...changed });
    await commit([made]);
  };
  return {
    kind,
    resource,
    async make(_send, cloud) {
      cloud.clock.nowMs += 1;
      await write(cloud, {});
    },
    async remove(_send, cloud) {
      const { folders, organizations, policies, commit } = cloud.services.resources;
      await commit([(kind === 'folders' ? folders : organizations).remove(id), policies.remove(resource)]);
    },
    change: (_send, cloud) => write(cloud, { displayName: 'Runner' }),
    setPolicy: (send) => send('POST', `${MANAGER}/${resource}:setIamPolicy`, VIEWERS),
    missing: [403, deniedOn(kind, resource)],
  };
}

const INSTANCE = instanceName(PROJECT_ID, ZONE, 'racer');

const KINDS: readonly Kind[] = [
  {
    kind: 'instances',
    resource: INSTANCE,
    make: (send) => ok(send('POST', COMPUTE, bodyOf('racer'))),
    remove: (send) => ok(send('DELETE', `${COMPUTE}/racer`)),
    change: (send) => ok(send('POST', `${COMPUTE}/racer/stop`)),
    setPolicy: (send) =>
      send('POST', `${COMPUTE}/racer/setIamPolicy`, {
        policy: { bindings: bindingsOf('roles/compute.viewer') },
      }),
    missing: [404, `The resource '${INSTANCE}' was not found`],
  },
  {
    kind: 'service accounts',
    resource: serviceAccountName(PROJECT_ID, EMAIL),
    make: (send) => ok(send('POST', ACCOUNTS, { accountId: 'racer-1' })),
    remove: (send) => ok(send('DELETE', `${ACCOUNTS}/${EMAIL}`)),
    change: (send) => ok(send('POST', `${ACCOUNTS}/${EMAIL}:disable`, {})),
    setPolicy: (send) =>
      send('POST', `${ACCOUNTS}/${EMAIL}:setIamPolicy`, {
        policy: { bindings: bindingsOf('roles/iam.serviceAccountUser') },
      }),
    missing: [404, 'Unknown service account'],
  },
  {
    kind: 'buckets',
    resource: bucketName('racer-bucket'),
    async make(send, cloud) {
      cloud.clock.nowMs += 1;
      await ok(send('POST', `${BUCKETS}?project=${PROJECT_ID}`, { name: 'racer-bucket' }));
    },
    remove: (send) => ok(send('DELETE', `${BUCKETS}/racer-bucket`)),
    async change(_send, cloud) {
      const { buckets, commit } = cloud.services.resources;
      const stored = await buckets.get('racer-bucket');
      assert.ok(stored);
      await commit(buckets.put({ ...stored.value, labels: { a: 'b' } }));
    },
    setPolicy: (send) =>
      send('PUT', `${BUCKETS}/racer-bucket/iam`, { bindings: bindingsOf('roles/storage.objectViewer') }),
    missing: [404, 'The specified bucket does not exist.'],
  },
  node('folders', FOLDER),
  node('organizations', ORGANIZATION),
  {
    kind: 'projects',
    resource: 'projects/racer-project',
    async make(_send, cloud) {
      const { projects, commit } = cloud.services.resources;
      cloud.clock.nowMs += 1;
      await commit(projects.put(projects.draft('racer-project')));
    },
    async remove(_send, cloud) {
      const { projects, policies, commit } = cloud.services.resources;
      await commit([
        ...projects.remove(projects.draft('racer-project')),
        policies.remove('projects/racer-project'),
      ]);
    },
    async change(_send, cloud) {
      const { projects, commit } = cloud.services.resources;
      await commit(projects.put({ ...projects.draft('racer-project'), labels: { a: 'b' } }));
    },
    setPolicy: (send) => send('POST', `${MANAGER}/projects/racer-project:setIamPolicy`, VIEWERS),
    missing: [403, deniedOn('projects', 'projects/racer-project')],
  },
];

async function open(kind: Kind) {
  // Refusals are not carried out, so that what is answered comes from the resource.
  const cloud = await openTestCloud([cloudResourceManager, compute, iam, storage], { iamMode: 'audit' });
  const token = await cloud.token(await cloud.account('caller'));
  const send: Send = (method, url, body) => cloud.send(method, url, { token, body });
  await kind.make(send, cloud);
  const given = async () => {
    const { value } = await cloud.services.resources.policies.get(kind.resource);
    return value.bindings.filter(({ members }) => members.includes('user:ada@example.com'));
  };
  /** Writes the policy while something else happens right before the write. */
  const setPolicyWhile = async (happening: () => Promise<unknown>) => {
    // What was noted of earlier calls is a commit too.
    await cloud.audit.flush();
    cloud.store.beforeCommit = happening;
    return kind.setPolicy(send);
  };
  return { cloud, send, given, setPolicyWhile };
}

for (const kind of KINDS) {
  const { missing } = kind;
  test(`${kind.kind}: a policy that is written while its resource goes is not there, and leaves nothing`, async () => {
    const { cloud, send, given, setPolicyWhile } = await open(kind);
    const { status, json } = await setPolicyWhile(() => kind.remove(send, cloud));
    assert.deepEqual([status, json.error.message], missing);
    assert.deepEqual(await given(), []);
    assert.equal((await cloud.services.resources.policies.get(kind.resource)).revision, 0);
  });

  test(`${kind.kind}: a later resource of the name does not get the policy that was meant for an earlier one`, async () => {
    const { cloud, send, given, setPolicyWhile } = await open(kind);
    const { status, json } = await setPolicyWhile(async () => {
      await kind.remove(send, cloud);
      await kind.make(send, cloud);
    });
    assert.deepEqual([status, json.error.message], missing);
    assert.deepEqual(await given(), []);
  });

  test(`${kind.kind}: another change of the resource does not stand in the way of a policy`, async () => {
    const { cloud, send, given, setPolicyWhile } = await open(kind);
    const { status, text } = await setPolicyWhile(() => kind.change(send, cloud));
    assert.equal(status, 200, text);
    assert.equal((await given()).length, 1);
  });
}

test('an instance is born without the policy that was left under its name', async () => {
  const [instances] = KINDS;
  assert.ok(instances);
  const { cloud, send } = await open(instances);
  const { policies, commit } = cloud.services.resources;
  await instances.remove(send, cloud);
  await commit([await policies.put(INSTANCE, VIEWERS.policy)]);
  await instances.make(send, cloud);
  assert.deepEqual((await send('GET', `${COMPUTE}/racer/getIamPolicy`)).json, { etag: 'ACAB' });
});

test('a lease that ends writes nothing on a resource that went', async () => {
  const cloud = await openTestCloud([]);
  const { leases, policies, projects, commit } = cloud.services.resources;
  const resource = 'projects/racer-project';
  await commit(projects.put(projects.draft('racer-project')));
  await leases.begin({
    id: '1',
    createdAtMs: 0,
    grants: [{ resource, role: 'roles/viewer', member: 'user:ada@example.com' }],
  });
  await commit([...projects.remove(projects.draft('racer-project')), policies.remove(resource)]);
  await leases.end('1');
  assert.equal((await policies.get(resource)).revision, 0);
});

/** What else is kept beside a project, a folder or an organization. */
const BESIDE = [
  {
    what: 'a deny policy',
    send: (send: Send) =>
      send('POST', `https://iam.googleapis.com/v2/policies/${ATTACHED}/denypolicies?policyId=racer`, {
        rules: [
          {
            denyRule: {
              deniedPrincipals: ['principalSet://goog/public:all'],
              deniedPermissions: ['storage.googleapis.com/buckets.get'],
            },
          },
        ],
      }),
    message: "The resource 'projects/racer-project' was not found.",
  },
  {
    what: 'a custom role',
    send: (send: Send) =>
      send('POST', 'https://iam.googleapis.com/v1/projects/racer-project/roles', {
        roleId: 'racer',
        role: {},
      }),
    message: 'Unknown project.',
  },
] as const;

for (const { what, send: make, message } of BESIDE) {
  test(`${what} that is made while its project goes is not there, and leaves nothing`, async () => {
    const projects = KINDS.find(({ kind }) => kind === 'projects');
    assert.ok(projects);
    const { cloud, send } = await open(projects);
    await cloud.audit.flush();
    cloud.store.beforeCommit = () => projects.remove(send, cloud);
    const { status, json } = await make(send);
    assert.deepEqual([status, json.error.message], [404, message]);
    const { denyPolicies, roles } = cloud.services.resources;
    assert.deepEqual(await denyPolicies.all(projects.resource), []);
    assert.equal(await roles.wasMade({ parent: projects.resource, roleId: 'racer' }), false);
  });
}
