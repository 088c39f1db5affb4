import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { describeKnownRoles } from './known-roles.ts';
import { ConfigurationError } from './problems.ts';
import { FILE_LIMIT_BYTES, readConfiguration, readConfigurationFile } from './read.ts';
import { DEPTH_LIMIT, VALUE_LIMIT } from './yaml-document.ts';

function read(text: string) {
  return readConfiguration(text, 'accredit.yaml', '/work');
}

function problemsOf(text: string): readonly string[] {
  try {
    read(text);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.message.split('\n');
    throw error;
  }
  return [];
}

const TOP_KEYS =
  'iam, port, operationDelay, propagationDelay, record, logLevel, issuer, defaultProject, defaultZone, groups, organizations, projects';
const PROJECT_KEYS =
  'projectId, projectNumber, parent, name, labels, metadata, osLogin, tags, disabledServices, customRoles, iamPolicy, denyPolicies, serviceAccounts, buckets, instances';
const PROJECT_ID = "a project id (6 to 30 letters a-z, digits and '-', first a letter, last no '-')";
const ACCOUNT_ID = "an account id (6 to 30 letters a-z, digits and '-', first a letter, last no '-')";
const NAME = "a name (1 to 63 letters a-z, digits and '-', first a letter, last no '-')";
const MEMBER =
  "a member, such as 'user:ada@example.com', 'serviceAccount:EMAIL', 'group:EMAIL', 'domain:DOMAIN'";
const LIFETIME = 'a whole number of seconds, 1 to 43200';

interface Case {
  readonly name: string;
  readonly text: string;
  /** Without the file's name. */
  readonly expected: readonly string[];
}

/** A file of one project with these lines in it, which begin on line 3. */
function project(lines: string): string {
  return `projects:\n  - projectId: my-project\n${lines}`;
}

const notYaml: readonly Case[] = [
  {
    name: 'a tab',
    text: '\tiam: audit',
    expected: ['1:1: expected YAML: Tabs are not allowed as indentation.'],
  },
  {
    name: 'a quote that does not end',
    text: 'iam: "audit\n',
    expected: ['2:1: expected YAML: Missing closing "quote.'],
  },
  {
    name: 'a key twice',
    text: 'iam: audit\nprojects: []\niam: enforce\nprojects: []\n',
    expected: [
      "3:1: expected each key once, got 'iam' again.",
      "4:1: expected each key once, got 'projects' again.",
    ],
  },
  {
    name: 'the same key in two spellings',
    text: project('    labels: {"1": a, 1: b}'),
    expected: ["3:22: projects[0].labels: expected each key once, got '1' again."],
  },
  {
    name: 'two documents',
    text: 'iam: audit\n---\niam: audit\n',
    expected: ["2:1: expected one YAML document, got another one after '---'."],
  },
  {
    name: 'a tag of its own',
    text: 'iam: !mode audit',
    expected: ['1:6: expected YAML: Unresolved tag: !mode.'],
  },
  {
    name: 'bytes in base64',
    text: 'iam: !!binary YXVkaXQ=',
    expected: ["1:15: iam: expected a value without a tag, got 'tag:yaml.org,2002:binary'."],
  },
  {
    name: 'an alias of nothing',
    text: 'iam: *mode',
    expected: ["1:6: iam: expected an anchor '&mode' before this alias, got none."],
  },
  {
    name: 'a key that is no text',
    text: '{iam: audit}: 1\n',
    expected: ['1:1: expected a text before the colon, got none.'],
  },
  {
    name: 'the key __proto__',
    text: '__proto__: {iam: audit}',
    expected: ["1:1: expected a key other than '__proto__'."],
  },
  {
    name: 'a value that holds itself',
    text: 'iam: &a [*a]',
    expected: [
      `1:9: iam${'[0]'.repeat(DEPTH_LIMIT / 2)}: expected at most ${DEPTH_LIMIT} levels of nesting, got more.`,
    ],
  },
  {
    name: 'nesting without end',
    text: '- '.repeat(100_000),
    expected: [`expected at most ${DEPTH_LIMIT} levels of nesting, got many more.`],
  },
];

const wrongByThemselves: readonly Case[] = [
  {
    name: 'a list where the configuration should be',
    text: '- a\n',
    expected: [`1:1: expected a configuration: a mapping of ${TOP_KEYS}, got a list.`],
  },
  {
    name: 'wrong settings, all of them named',
    text: 'iam: off\nport: 0x\noperationDelay: 2h\nlogLevel: 5\ndefaultProject: P\ndefaultZone: us-central1-q\n',
    expected: [
      "1:6: iam: expected 'enforce' or 'audit', got 'off'.",
      "2:7: port: expected a TCP port, 1 to 65535, got '0x'.",
      "3:17: operationDelay: expected numbers with 'd', 'h', 'm', 's' or 'ms', the largest first, such as '1h30m', '90s', '1.5m' or '500ms', at most '1h', got '2h'.",
      "4:11: logLevel: expected 'debug' or 'info' or 'warn' or 'error' or 'silent', got the number 5.",
      `5:17: defaultProject: expected ${PROJECT_ID}, got 'P'.`,
      "6:14: defaultZone: expected a zone, such as 'us-central1-a', got 'us-central1-q'; did you mean 'us-central1-a'?",
    ],
  },
  {
    name: 'unknown keys, with the known one that is near',
    text: 'project: my-project\nprojekts: []\n',
    expected: [
      `1:1: project: expected a known key, got 'project'; did you mean 'projects'?`,
      `2:1: projekts: expected a known key, got 'projekts'; did you mean 'projects'?`,
    ],
  },
  {
    name: 'a missing and a wrong id',
    text: 'projects:\n  - name: My project\n  - projectId: My-Project\n  -\n',
    expected: [
      `2:5: projects[0].projectId: expected ${PROJECT_ID}, got nothing.`,
      `3:16: projects[1].projectId: expected ${PROJECT_ID}, got 'My-Project'.`,
      `4:4: projects[2]: expected a project: a mapping of ${PROJECT_KEYS}, got nothing.`,
    ],
  },
  {
    name: 'the parts of a project',
    text: project(
      [
        '    projectNumber: 12e3x',
        '    name: x',
        '    labels: {A: x, b: UP, c: 5, d: }',
        '    metadata: {"a b": x, enable-oslogin: TRUE}',
        '    buckets: {}',
      ].join('\n'),
    ),
    expected: [
      "3:20: projects[0].projectNumber: expected a project number (up to 19 digits, in quotes; new ones have 12), got '12e3x'.",
      "4:11: projects[0].name: expected a name for people (4 to 30 letters, digits, spaces, hyphens, quotes and exclamation points), got 'x'.",
      "5:14: projects[0].labels.A: expected a label key (1 to 63 lower-case letters, digits, '_' and '-', first a letter), got 'A'.",
      "5:23: projects[0].labels.b: expected a label value in quotes (up to 63 lower-case letters, digits, '_' and '-'), got 'UP'.",
      "5:30: projects[0].labels.c: expected a label value in quotes (up to 63 lower-case letters, digits, '_' and '-'), got the number 5.",
      "5:36: projects[0].labels.d: expected a label value in quotes (up to 63 lower-case letters, digits, '_' and '-'), got nothing.",
      "6:16: projects[0].metadata['a b']: expected a metadata key (1 to 128 letters, digits, '_' and '-'), got 'a b'.",
      '6:42: projects[0].metadata.enable-oslogin: expected a metadata value in quotes, at most 262,144 bytes, got the boolean true.',
      '7:14: projects[0].buckets: expected a list of buckets, got a mapping.',
    ],
  },
  {
    name: 'the parts of a service account',
    text: project(
      [
        '    serviceAccounts:',
        '      - accountId: x',
        '        roless: []',
        '        roles: [roles/storage.objektViewer, roles/storage.legacyBucketOwner, viewer]',
        `        displayName: ${'x'.repeat(101)}`,
        '        disabled: yes',
      ].join('\n'),
    ),
    expected: [
      `4:20: projects[0].serviceAccounts[0].accountId: expected ${ACCOUNT_ID}, got 'x'.`,
      `5:9: projects[0].serviceAccounts[0].roless: expected a known key, got 'roless'; did you mean 'roles'?`,
      "6:17: projects[0].serviceAccounts[0].roles[0]: expected a role that can be granted on a project, such as 'roles/viewer', got 'roles/storage.objektViewer'; did you mean 'roles/storage.objectViewer'?",
      "6:45: projects[0].serviceAccounts[0].roles[1]: expected a role that can be granted on a project, such as 'roles/viewer', got 'roles/storage.legacyBucketOwner'.",
      "6:78: projects[0].serviceAccounts[0].roles[2]: expected a role that can be granted on a project, such as 'roles/viewer', got 'viewer'.",
      `7:22: projects[0].serviceAccounts[0].displayName: expected at most 100 bytes of text, got '${'x'.repeat(60)}...'.`,
      "8:19: projects[0].serviceAccounts[0].disabled: expected 'true' or 'false', without quotes, got 'yes'.",
    ],
  },
  {
    name: 'a role of a service that is not emulated',
    text: project('    iamPolicy: [{role: roles/pubsub.publisher, members: []}]'),
    expected: [
      `3:24: projects[0].iamPolicy[0].role: expected a role that can be granted on a project, such as 'roles/viewer', got 'roles/pubsub.publisher'; ${describeKnownRoles('roles/pubsub.publisher')}.`,
    ],
  },
  {
    name: 'members of a project',
    text: project(
      '    iamPolicy: [{role: roles/viewer, members: [allUsers, "user:", "User:a@b.c", "projectViewer:p", "deleted:user:a@b.c?uid=1", "user:ada", "domain:a@b.c", 5]}, {members: x}]',
    ),
    expected: [
      `3:48: projects[0].iamPolicy[0].members[0]: expected ${MEMBER}, got 'allUsers'.`,
      `3:58: projects[0].iamPolicy[0].members[1]: expected ${MEMBER}, got 'user:'.`,
      `3:67: projects[0].iamPolicy[0].members[2]: expected ${MEMBER}, got 'User:a@b.c'.`,
      `3:81: projects[0].iamPolicy[0].members[3]: expected ${MEMBER}, got 'projectViewer:p'.`,
      `3:100: projects[0].iamPolicy[0].members[4]: expected ${MEMBER}, got 'deleted:user:a@b.c?uid=1'.`,
      `3:128: projects[0].iamPolicy[0].members[5]: expected ${MEMBER}, got 'user:ada'.`,
      `3:140: projects[0].iamPolicy[0].members[6]: expected ${MEMBER}, got 'domain:a@b.c'.`,
      `3:156: projects[0].iamPolicy[0].members[7]: expected ${MEMBER}, got the number 5.`,
      "3:161: projects[0].iamPolicy[1].role: expected a role that can be granted on a project, such as 'roles/viewer', got nothing.",
      "3:171: projects[0].iamPolicy[1].members: expected a list of members, got 'x'.",
    ],
  },
  {
    name: 'the parts of a bucket',
    text: project(
      [
        '    buckets:',
        '      - name: Google',
        '        location: mars',
        '        storageClass: COLD',
        '        uniformBucketLevelAccess: "true"',
        '        iamPolicy: [{role: roles/owner, members: []}]',
        '        objects:',
        '          - name: a',
        '          - {name: "..", content: x, file: y}',
        '          - {name: b, file: ../secret, contentType: text}',
        '          - {name: c, file: /etc/passwd}',
      ].join('\n'),
    ),
    expected: [
      "4:15: projects[0].buckets[0].name: expected a bucket name (3 to 63 letters a-z, digits, '-', '_' and '.', first and last a letter or digit), got 'Google'.",
      "5:19: projects[0].buckets[0].location: expected a location, such as 'US' or 'europe-west1', got 'mars'.",
      "6:23: projects[0].buckets[0].storageClass: expected 'STANDARD' or 'NEARLINE' or 'COLDLINE' or 'ARCHIVE', got 'COLD'.",
      "7:35: projects[0].buckets[0].uniformBucketLevelAccess: expected 'true' or 'false', without quotes, got 'true'.",
      "8:28: projects[0].buckets[0].iamPolicy[0].role: expected a role that can be granted on a bucket, such as 'roles/storage.objectViewer', got 'roles/owner'.",
      "10:13: projects[0].buckets[0].objects[0]: expected either 'content' or 'file' in it, got a mapping.",
      "11:13: projects[0].buckets[0].objects[1]: expected either 'content' or 'file' in it, got a mapping.",
      "11:20: projects[0].buckets[0].objects[1].name: expected an object name (1 to 1024 bytes, no line breaks), got '..'.",
      "12:29: projects[0].buckets[0].objects[2].file: expected a path relative to this file, inside its directory, with '/' between the parts, got '../secret'.",
      "12:53: projects[0].buckets[0].objects[2].contentType: expected a content type, such as 'text/plain; charset=utf-8', got 'text'.",
      "13:29: projects[0].buckets[0].objects[3].file: expected a path relative to this file, inside its directory, with '/' between the parts, got '/etc/passwd'.",
    ],
  },
  {
    name: 'the parts of an instance',
    text: project(
      [
        '    instances:',
        '      - name: VM',
        '        machineType: e2-mediun',
        '        serviceAccount: me',
        '        scopes: [cloud-plattform, 5]',
        '        tags: [web, "a b"]',
        '        tokenLifetimeSeconds: 43201',
        '      - {name: vm, zone: us-central1-a, tokenLifetimeSeconds: 1.5}',
        '      - {name: vm, zone: us-central1-a, tokenLifetimeSeconds: "60"}',
        '      - {name: vm, zone: us-central1-a, tokenLifetimeSeconds: 0}',
        `      - {name: vm, zone: us-central1-a, tags: [${'t,'.repeat(65)}]}`,
      ].join('\n'),
    ),
    expected: [
      "4:9: projects[0].instances[0].zone: expected a zone, such as 'us-central1-a', got nothing.",
      `4:15: projects[0].instances[0].name: expected ${NAME}, got 'VM'.`,
      "5:22: projects[0].instances[0].machineType: expected a machine type by its short name, such as 'e2-medium', got 'e2-mediun'.",
      "6:25: projects[0].instances[0].serviceAccount: expected the accountId of a service account of this project, an e-mail address of one, or 'default', got 'me'.",
      "7:18: projects[0].instances[0].scopes[0]: expected an access scope: a URL or one of gcloud's short names, such as 'cloud-platform', got 'cloud-plattform'; did you mean 'cloud-platform'?",
      "7:35: projects[0].instances[0].scopes[1]: expected an access scope: a URL or one of gcloud's short names, such as 'cloud-platform', got the number 5.",
      `8:21: projects[0].instances[0].tags[1]: expected ${NAME}, got 'a b'.`,
      `9:31: projects[0].instances[0].tokenLifetimeSeconds: expected ${LIFETIME}, got the number 43201.`,
      `10:63: projects[0].instances[1].tokenLifetimeSeconds: expected ${LIFETIME}, got the number 1.5.`,
      `11:63: projects[0].instances[2].tokenLifetimeSeconds: expected ${LIFETIME}, got '60'.`,
      `12:63: projects[0].instances[3].tokenLifetimeSeconds: expected ${LIFETIME}, got the number 0.`,
      '13:47: projects[0].instances[4].tags: expected at most 64 network tags, got a list.',
    ],
  },
];

const notTogether: readonly Case[] = [
  {
    name: 'names that come twice',
    text: [
      'projects:',
      '  - projectId: project-one',
      "    projectNumber: '5'",
      '    serviceAccounts: [{accountId: workload}, {accountId: workload}]',
      '    buckets: [{name: bucket-one, objects: [{name: a, content: x}, {name: a, content: y}]}]',
      '    instances: [{name: vm, zone: us-central1-a}, {name: vm, zone: us-central1-b}, {name: vm, zone: us-central1-a}]',
      '  - projectId: project-two',
      '    projectNumber: 5',
      '    buckets: [{name: bucket-one}]',
      '  - projectId: project-one',
    ].join('\n'),
    expected: [
      "4:58: projects[0].serviceAccounts[1].accountId: expected each name once, got 'projects/project-one/serviceAccounts/workload@project-one.iam.gserviceaccount.com' again after line 4.",
      "5:74: projects[0].buckets[0].objects[1].name: expected each name once, got 'projects/_/buckets/bucket-one/objects/a' again after line 5.",
      "6:90: projects[0].instances[2].name: expected each name once, got 'projects/project-one/zones/us-central1-a/instances/vm' again after line 6.",
      "8:20: projects[1].projectNumber: expected each name once, got 'projects/5' again after line 3.",
      "9:22: projects[1].buckets[0].name: expected each name once, got 'projects/_/buckets/bucket-one' again after line 5.",
      "10:16: projects[2].projectId: expected each name once, got 'projects/project-one' again after line 2.",
    ],
  },
  {
    name: 'a default project that is not one of them',
    text: `defaultProject: other-project\n${project('')}`,
    expected: ["1:17: defaultProject: expected one of the projects of this file, got 'other-project'."],
  },
  {
    name: 'an account that is not declared, and scopes without an account',
    text: project(
      '    instances: [{name: a, zone: us-central1-a, serviceAccount: somebody}, {name: b, zone: us-central1-a, scopes: [cloud-platform]}]',
    ),
    expected: [
      "3:64: projects[0].instances[0].serviceAccount: expected the accountId of one of the serviceAccounts of this project, got 'somebody'.",
      "3:114: projects[0].instances[1].scopes: expected a 'serviceAccount' beside the scopes, got none.",
    ],
  },
  {
    name: 'members that a bucket cannot have',
    text: project(
      '    buckets: [{name: bucket-one, publicAccessPrevention: enforced, iamPolicy: [{role: roles/storage.objectViewer, members: [allUsers, "projectViewer:other-project", "projectViewer:my-project"]}]}]',
    ),
    expected: [
      "3:125: projects[0].buckets[0].iamPolicy[0].members[0]: expected no public member while publicAccessPrevention is 'enforced', got 'allUsers'.",
      "3:135: projects[0].buckets[0].iamPolicy[0].members[1]: expected the bucket's own project 'my-project', got 'projectViewer:other-project'.",
    ],
  },
];

for (const { name, text, expected } of [...notYaml, ...wrongByThemselves, ...notTogether]) {
  test(`a configuration is refused, and every place is named: ${name}`, () => {
    const found = problemsOf(text);
    // How deep the parser gets depends on the stack; the rest of that message does not.
    const shown = name === 'nesting without end' ? found.map((line) => line.replace(/:1:\d+: /, ':')) : found;
    assert.deepEqual(
      shown,
      expected.map((line) => `accredit.yaml:${line}`),
    );
  });
}

test('what was found in an alias is shown where the anchor is', () => {
  const text = 'projects:\n  - projectId: my-project\n    labels: &labels {team: Red}\n    iamPolicy: []\n';
  const aliased = `${text}    buckets: [{name: bucket-one, labels: *labels}]\n`;
  const rule =
    "expected a label value in quotes (up to 63 lower-case letters, digits, '_' and '-'), got 'Red'.";
  assert.deepEqual(problemsOf(aliased), [
    `accredit.yaml:3:28: projects[0].labels.team: ${rule}`,
    `accredit.yaml:3:28: projects[0].buckets[0].labels.team: ${rule}`,
  ]);
});

test('aliases that multiply are stopped before they fill the memory', () => {
  const lines = Array.from({ length: 40 }, (_, index) =>
    index === 0 ? 'a0: &a0 [x, x]' : `a${index}: &a${index} [*a${index - 1}, *a${index - 1}]`,
  );
  const [found, ...more] = problemsOf(lines.join('\n'));
  assert.match(found ?? '', /: expected at most 100000 values, aliases written out, got more\.$/);
  assert.deepEqual(more, []);
});

test('an alias stands for the anchor before it, also where the anchor is set again', () => {
  const text =
    'projects:\n  - &p {projectId: project-one}\n  - *p\n  - &p {projectId: project-two}\n  - *p\n';
  assert.deepEqual(problemsOf(text), [
    "accredit.yaml:2:20: projects[1].projectId: expected each name once, got 'projects/project-one' again after line 2.",
    "accredit.yaml:4:20: projects[3].projectId: expected each name once, got 'projects/project-two' again after line 4.",
  ]);
});

test('a file of very many keys is refused in the time that it takes to read', () => {
  const text = Array.from({ length: VALUE_LIMIT }, (_, index) => `k${index}: v`).join('\n');
  assert.deepEqual(problemsOf(text), [
    `accredit.yaml:${VALUE_LIMIT}:9: k99999: expected at most 100000 values, aliases written out, got more.`,
  ]);
});

test('of very many problems a message shows the first hundred', () => {
  const text = Array.from({ length: 50_000 }, (_, index) => `k${index}: v`).join('\n');
  const lines = problemsOf(text);
  assert.equal(lines.length, 101);
  assert.equal(lines[99], `accredit.yaml:100:1: k99: expected one of the keys ${TOP_KEYS}, got 'k99'.`);
  assert.equal(lines[100], 'and 49900 more.');
});

test('a file that says nothing is good, and keys with nothing behind them are empty', () => {
  for (const text of ['', '# nothing\n', '---\n', 'projects:\n']) {
    const { settings, projects } = read(text);
    assert.deepEqual({ settings, projects }, { settings: {}, projects: [] });
  }
  const [declared] = read(
    project(
      '    buckets:\n    instances:\n    serviceAccounts:\n    denyPolicies:\n    iamPolicy:\n    customRoles:\n',
    ),
  ).projects;
  assert.deepEqual(declared, {
    path: ['projects', 0],
    projectId: 'my-project',
    projectNumber: undefined,
    fields: {},
    customRoles: [],
    grants: [],
    serviceAccounts: [],
    buckets: [],
    instances: [],
  });
});

test('a file that cannot be read is named with the reason', () => {
  const directory = mkdtempSync(join(tmpdir(), 'accredit-config-'));
  const expectProblem = (name: string, message: string) =>
    assert.throws(() => readConfigurationFile(join(directory, name), name), {
      name: 'ConfigurationError',
      message: `${name}:1:1: ${message}`,
    });
  try {
    expectProblem('missing.yaml', 'expected a file that can be read, got ENOENT.');
    writeFileSync(join(directory, 'latin.yaml'), Buffer.from([0x61, 0xe9]));
    expectProblem('latin.yaml', 'expected UTF-8, got other bytes.');
    writeFileSync(join(directory, 'large.yaml'), Buffer.alloc(FILE_LIMIT_BYTES + 1, '#'));
    expectProblem('large.yaml', 'expected at most 1048576 bytes, got 1048577.');
    writeFileSync(join(directory, 'good.yaml'), '\uFEFFiam: audit\r\nport: 8080\r\n');
    const { settings } = readConfigurationFile(join(directory, 'good.yaml'));
    assert.deepEqual(settings, { iamMode: 'audit', apiPort: 8080 });
  } finally {
    rmSync(directory, { recursive: true });
  }
});
