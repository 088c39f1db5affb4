import assert from 'node:assert/strict';
import { test } from 'node:test';
import { METADATA_SETTINGS, SETTING_NAMES } from '../protocol/metadata/settings.ts';
import { PARTNER_ATTRIBUTES_DEPTH_LIMIT, PARTNER_ATTRIBUTES_LIMIT_BYTES } from './metadata-rules.ts';
import { ConfigurationError } from './problems.ts';
import { readConfiguration } from './read.ts';

/** A file of one instance with this in it, on line 5. */
function instanceWith(line: string): string {
  return `projects:\n  - projectId: my-project\n    instances:\n      - {name: vm, zone: us-central1-a,\n         ${line}}\n`;
}

function fieldsOf(line: string) {
  const { projects } = readConfiguration(instanceWith(line), 'accredit.yaml', '/nowhere');
  return projects[0]?.instances[0]?.fields;
}

/** The messages, without the file and the place of the instance. */
function problemsOf(line: string): readonly string[] {
  try {
    fieldsOf(line);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return error.problems.map(
      ({ path, message }) => `${path.replace('projects[0].instances[0].', '')}: ${message}`,
    );
  }
  return [];
}

const KEYS = ['profile', ...SETTING_NAMES].join(', ');

test('every value of every setting can be written, bare where it is no text', () => {
  for (const name of SETTING_NAMES) {
    const { values } = METADATA_SETTINGS[name];
    for (const value of 'oneOf' in values ? values.oneOf : [values.from, values.to]) {
      const line = `metadataServer: {${name}: ${JSON.stringify(value)}}`;
      assert.deepEqual(fieldsOf(line)?.metadataServer, { [name]: value }, line);
    }
  }
  assert.deepEqual(fieldsOf('metadataServer: {profile: cloud-run, waiterLimit: 5}')?.metadataServer, {
    profile: 'cloud-run',
    waiterLimit: 5,
  });
});

const wrongSettings: readonly (readonly [line: string, ...problems: string[]])[] = [
  [
    'metadataServer: gke',
    `metadataServer: expected settings of a metadata server: a mapping of ${KEYS}, got 'gke'.`,
  ],
  [
    'metadataServer: {profile: GKE}',
    "metadataServer.profile: expected 'gce' or 'gke' or 'cloud-run', got 'GKE'.",
  ],
  [
    'metadataServer: {wrongFlavour: 404}',
    `metadataServer.wrongFlavour: expected a known key, got 'wrongFlavour'; did you mean 'wrongFlavor'?`,
  ],
  [
    'metadataServer: {wrongFlavor: 405}',
    'metadataServer.wrongFlavor: expected 403 or 404, got the number 405.',
  ],
  ['metadataServer: {wrongFlavor: "404"}', "metadataServer.wrongFlavor: expected 403 or 404, got '404'."],
  [
    'metadataServer: {checksHost: "no"}',
    "metadataServer.checksHost: expected 'true' or 'false', without quotes, got 'no'.",
  ],
  [
    'metadataServer: {waiterLimit: 0}',
    'metadataServer.waiterLimit: expected a whole number, 1 to 900, got the number 0.',
  ],
  [
    'metadataServer: {waiterLimit: 1.5}',
    'metadataServer.waiterLimit: expected a whole number, 1 to 900, got the number 1.5.',
  ],
  [
    'metadataServer: {unknownAlt: ignred}',
    "metadataServer.unknownAlt: expected 'refused' or 'ignored', got 'ignred'; did you mean 'ignored'?",
  ],
  [
    'metadataServer: {xssProtection: 0}',
    "metadataServer.xssProtection: expected '0' or '1; mode=block', got the number 0.",
  ],
  [
    'metadataServer: {tokenEtag: }',
    "metadataServer.tokenEtag: expected 'true' or 'false', without quotes, got nothing.",
  ],
];

for (const [line, ...problems] of wrongSettings) {
  test(`${line} is refused`, () => assert.deepEqual(problemsOf(line), problems));
}

test('partner attributes are names with texts or further names below them (metadata notes 8.1)', () => {
  const line =
    'partnerAttributes: {iam.googleapis.com: {workload-identity: "spiffe://a/b"}, wc.compute.googleapis.com: {trust-config: {}}, x: y}';
  assert.deepEqual(fieldsOf(line)?.partnerAttributes, {
    'iam.googleapis.com': { 'workload-identity': 'spiffe://a/b' },
    'wc.compute.googleapis.com': { 'trust-config': {} },
    x: 'y',
  });
});

const NAME = "expected a name (1 to 128 letters, digits, '.', '_' and '-', first no '.')";
const VALUE = 'expected a text in quotes, or a mapping at most 8 levels deep';
const TREE = 'expected a mapping of names to texts in quotes or to further mappings';

const wrongAttributes: readonly (readonly [line: string, ...problems: string[]])[] = [
  ['partnerAttributes: x', `partnerAttributes: ${TREE}, got 'x'.`],
  ['partnerAttributes: {a: {b: 5}}', `partnerAttributes.a.b: ${VALUE}, got the number 5.`],
  ['partnerAttributes: {a: [x]}', `partnerAttributes.a: ${TREE}, got a list.`],
  ['partnerAttributes: {a: {b/c: x}}', `partnerAttributes.a['b/c']: ${NAME}, got 'b/c'.`],
  ['partnerAttributes: {..: x}', `partnerAttributes['..']: ${NAME}, got '..'.`],
  ['partnerAttributes: {a%20b: x}', `partnerAttributes['a%20b']: ${NAME}, got 'a%20b'.`],
  [
    `partnerAttributes: {a: ${'{a: '.repeat(PARTNER_ATTRIBUTES_DEPTH_LIMIT)}x${'}'.repeat(PARTNER_ATTRIBUTES_DEPTH_LIMIT)}}`,
    `partnerAttributes${'.a'.repeat(PARTNER_ATTRIBUTES_DEPTH_LIMIT)}: ${VALUE}, got a mapping.`,
  ],
  [
    `partnerAttributes: {a: ${'x'.repeat(PARTNER_ATTRIBUTES_LIMIT_BYTES)}}`,
    'partnerAttributes: expected at most 512 KB of partner attributes, got a mapping.',
  ],
];

for (const [line, ...problems] of wrongAttributes) {
  test(`${line.slice(0, 60)} is refused`, () => assert.deepEqual(problemsOf(line), problems));
}
