import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TOKEN_LIFETIME_LIMIT_SECONDS as ISSUER_LIMIT_SECONDS } from '../identity/issuer.ts';
import { readConfiguration } from './read.ts';
import { TOKEN_LIFETIME_LIMIT_SECONDS } from './rules.ts';
import { SETTING_NAMES, SETTINGS } from './settings.ts';

const TEXT = `
iam: audit
port: 8080
operationDelay: 1.5s
logLevel: warn
defaultZone: europe-west1-b
projects:
  - projectId: my-project
    projectNumber: 123456789012
    name: My project
    labels: {team: finance}
    metadata: {b: x, a: ''}
    customRoles: [{roleId: reader, permissions: [storage.objects.list, storage.objects.get, storage.objects.get]}]
    iamPolicy:
      - {role: roles/viewer, members: ['user:Ada@Example.com', 'domain:Example.com']}
    serviceAccounts:
      - accountId: workload
        displayName: The program
        description: Text
        disabled: false
        roles: [roles/storage.objectViewer, roles/compute.viewer]
        iamPolicy: [{role: roles/iam.serviceAccountUser, members: ['group:Team@example.com']}]
    buckets:
      - name: my-bucket
        location: europe-west1
        storageClass: NEARLINE
        uniformBucketLevelAccess: true
        publicAccessPrevention: inherited
        labels: {team: finance}
        iamPolicy: [{role: roles/storage.objectViewer, members: [allUsers, 'projectViewer:my-project']}]
        objects:
          - {name: hello.txt, content: Hello}
          - {name: 'a/b.csv', file: data/b.csv, contentType: text/csv}
          - {name: empty, content: ''}
    instances:
      - name: vm-1
        zone: us-central1-a
        machineType: e2-small
        description: Text
        serviceAccount: workload
        scopes: [storage-ro, 'https://www.googleapis.com/auth/devstorage.read_only', compute-ro]
        metadata: {k: v}
        tags: [web, db, web]
        labels: {}
        tokenLifetimeSeconds: 60
        iamPolicy: [{role: roles/compute.viewer, members: ['user:ada@example.com']}]
      - {name: vm-2, zone: us-central1-a, serviceAccount: default}
      - {name: vm-3, zone: us-central1-a, serviceAccount: x@other-project.iam.gserviceaccount.com, scopes: []}
      - {name: vm-4, zone: us-central1-a}
  - {projectId: other-project}
`;

const AUTH = 'https://www.googleapis.com/auth/';
const WORKLOAD = 'workload@my-project.iam.gserviceaccount.com';
const P = ['projects', 0] as const;

test('a configuration is read whole: short names written out, members as IAM keeps them', () => {
  const { settings, projects } = readConfiguration(TEXT, 'accredit.yaml', '/work');
  assert.deepEqual(settings, {
    iamMode: 'audit',
    apiPort: 8080,
    operationDelayMs: 1500,
    logLevel: 'warn',
    defaultProjectId: 'my-project',
    defaultZone: 'europe-west1-b',
  });
  assert.deepEqual(projects[0], {
    path: P,
    projectId: 'my-project',
    projectNumber: '123456789012',
    fields: {
      name: 'My project',
      labels: { team: 'finance' },
      commonInstanceMetadata: [
        { key: 'b', value: 'x' },
        { key: 'a', value: '' },
      ],
    },
    customRoles: [
      {
        path: [...P, 'customRoles', 0],
        parent: 'projects/my-project',
        roleId: 'reader',
        fields: { permissions: ['storage.objects.get', 'storage.objects.list'] },
      },
    ],
    grants: [
      {
        role: 'roles/viewer',
        member: 'user:ada@example.com',
        path: [...P, 'iamPolicy', 0, 'members', 0],
      },
      { role: 'roles/viewer', member: 'domain:example.com', path: [...P, 'iamPolicy', 0, 'members', 1] },
      {
        role: 'roles/storage.objectViewer',
        member: `serviceAccount:${WORKLOAD}`,
        path: [...P, 'serviceAccounts', 0, 'roles', 0],
      },
      {
        role: 'roles/compute.viewer',
        member: `serviceAccount:${WORKLOAD}`,
        path: [...P, 'serviceAccounts', 0, 'roles', 1],
      },
    ],
    serviceAccounts: [
      {
        path: [...P, 'serviceAccounts', 0],
        email: WORKLOAD,
        fields: { displayName: 'The program', description: 'Text', disabled: false },
        grants: [
          {
            role: 'roles/iam.serviceAccountUser',
            member: 'group:team@example.com',
            path: [...P, 'serviceAccounts', 0, 'iamPolicy', 0, 'members', 0],
          },
        ],
      },
    ],
    buckets: [
      {
        path: [...P, 'buckets', 0],
        name: 'my-bucket',
        fields: {
          location: 'EUROPE-WEST1',
          storageClass: 'NEARLINE',
          uniformBucketLevelAccess: true,
          publicAccessPrevention: 'inherited',
          labels: { team: 'finance' },
        },
        grants: [
          {
            role: 'roles/storage.objectViewer',
            member: 'allUsers',
            path: [...P, 'buckets', 0, 'iamPolicy', 0, 'members', 0],
          },
          {
            role: 'roles/storage.objectViewer',
            member: 'projectViewer:my-project',
            path: [...P, 'buckets', 0, 'iamPolicy', 0, 'members', 1],
          },
        ],
        objects: [
          {
            path: [...P, 'buckets', 0, 'objects', 0],
            name: 'hello.txt',
            contentType: 'text/plain',
            content: { text: 'Hello' },
          },
          {
            path: [...P, 'buckets', 0, 'objects', 1],
            name: 'a/b.csv',
            contentType: 'text/csv',
            content: { directory: '/work', file: 'data/b.csv' },
          },
          {
            path: [...P, 'buckets', 0, 'objects', 2],
            name: 'empty',
            contentType: 'text/plain',
            content: { text: '' },
          },
        ],
      },
    ],
    instances: [
      {
        path: [...P, 'instances', 0],
        zone: 'us-central1-a',
        name: 'vm-1',
        fields: {
          machineType: 'e2-small',
          description: 'Text',
          metadata: [{ key: 'k', value: 'v' }],
          tags: ['web', 'db'],
          labels: {},
          tokenLifetimeSeconds: 60,
        },
        attached: {
          account: WORKLOAD,
          scopes: [`${AUTH}devstorage.read_only`, `${AUTH}compute.readonly`],
          path: [...P, 'instances', 0, 'serviceAccount'],
        },
        grants: [
          {
            role: 'roles/compute.viewer',
            member: 'user:ada@example.com',
            path: [...P, 'instances', 0, 'iamPolicy', 0, 'members', 0],
          },
        ],
      },
      {
        path: [...P, 'instances', 1],
        zone: 'us-central1-a',
        name: 'vm-2',
        fields: {},
        attached: {
          account: 'default',
          scopes: [`${AUTH}cloud-platform`],
          path: [...P, 'instances', 1, 'serviceAccount'],
        },
        grants: [],
      },
      {
        path: [...P, 'instances', 2],
        zone: 'us-central1-a',
        name: 'vm-3',
        fields: {},
        attached: {
          account: 'x@other-project.iam.gserviceaccount.com',
          scopes: [],
          path: [...P, 'instances', 2, 'serviceAccount'],
        },
        grants: [],
      },
      {
        path: [...P, 'instances', 3],
        zone: 'us-central1-a',
        name: 'vm-4',
        fields: {},
        attached: undefined,
        grants: [],
      },
    ],
  });
  assert.equal(projects.length, 2);
});

test('a token of an instance may live as long as the issuer mints one', () => {
  assert.equal(TOKEN_LIFETIME_LIMIT_SECONDS, ISSUER_LIMIT_SECONDS);
});

test('every setting has its key at the top of the file', () => {
  const values: Readonly<Record<string, string>> = {
    iam: 'audit',
    port: '80',
    operationDelay: '1s',
    propagationDelay: '2m',
    record: 'true',
    logLevel: 'debug',
    issuer: 'https://issuer.example',
    defaultProject: 'project-one',
    defaultZone: 'us-east1-b',
  };
  const text = SETTING_NAMES.map((name) => `${SETTINGS[name].fileKey}: ${values[SETTINGS[name].fileKey]}`);
  const { settings } = readConfiguration(text.join('\n'), 'accredit.yaml', '/work');
  assert.deepEqual(Object.keys(settings), SETTING_NAMES);
});
