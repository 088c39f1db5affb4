import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  InvalidSettings,
  resolveSettings,
  SETTING_NAMES,
  SETTINGS,
  type SettingSources,
} from './settings.ts';

const DEFAULTS = {
  iamMode: 'enforce',
  apiPort: undefined,
  operationDelayMs: 0,
  propagationDelayMs: 0,
  record: false,
  logLevel: 'info',
  issuer: 'https://accounts.google.com',
  defaultProjectId: 'local-project',
  defaultZone: 'us-central1-a',
} as const;

function resolve(sources: Partial<SettingSources>) {
  return resolveSettings({ flags: {}, env: {}, ...sources });
}

test('without anything said the defaults hold', () => {
  const { settings, origins } = resolve({});
  assert.deepEqual(settings, DEFAULTS);
  assert.deepEqual(new Set(Object.values(origins)), new Set(['default']));
});

test('a flag comes before a variable, a variable before the file, the file before the default', () => {
  const flags = { iamMode: 'audit' };
  const env = { ACCREDIT_IAM: 'enforce', ACCREDIT_PORT: '8080', ACCREDIT_ZONE: '' };
  const file = { iamMode: 'enforce', apiPort: 9090, operationDelayMs: 2000 } as const;
  assert.deepEqual(resolve({ flags, env, file }), {
    settings: { ...DEFAULTS, iamMode: 'audit', apiPort: 8080, operationDelayMs: 2000 },
    origins: {
      iamMode: 'flag',
      apiPort: 'variable',
      operationDelayMs: 'file',
      propagationDelayMs: 'default',
      record: 'default',
      logLevel: 'default',
      issuer: 'default',
      defaultProjectId: 'default',
      defaultZone: 'default',
    },
  });
});

test('every wrong text is named, with where it came from and what was expected', () => {
  const flags = { apiPort: '0', defaultProjectId: 'P', logLevel: 'verbose' };
  const env = { ACCREDIT_IAM: 'off', ACCREDIT_OPERATION_DELAY: '2h', ACCREDIT_ZONE: 'us-central1' };
  assert.throws(
    () => resolve({ flags, env }),
    new InvalidSettings(
      [
        "ACCREDIT_IAM: expected 'enforce' or 'audit', got 'off'.",
        "--port: expected a TCP port, 1 to 65535, got '0'.",
        "ACCREDIT_OPERATION_DELAY: expected numbers with 'd', 'h', 'm', 's' or 'ms', the largest first, such as '1h30m', '90s', '1.5m' or '500ms', at most '1h', got '2h'.",
        "--log-level: expected 'debug' or 'info' or 'warn' or 'error' or 'silent', got 'verbose'.",
        "--project: expected a project id (6 to 30 letters a-z, digits and '-', first a letter, last no '-'), got 'P'.",
        "ACCREDIT_ZONE: expected a zone, such as 'us-central1-a', got 'us-central1'.",
      ].join('\n'),
    ),
  );
});

test('a wrong variable does no harm where a flag counts', () => {
  const { settings } = resolve({ flags: { iamMode: 'audit' }, env: { ACCREDIT_IAM: 'off' } });
  assert.equal(settings.iamMode, 'audit');
});

const texts: readonly (readonly [keyof typeof DEFAULTS, string, unknown])[] = [
  ['apiPort', '1', 1],
  ['apiPort', '65535', 65_535],
  ['apiPort', '65536', undefined],
  ['apiPort', '080', 80],
  ['apiPort', '8e3', undefined],
  ['apiPort', ' 80', undefined],
  ['operationDelayMs', '1h', 3_600_000],
  ['operationDelayMs', '61m', undefined],
  ['propagationDelayMs', '2m', 120_000],
  ['propagationDelayMs', '61m', undefined],
  ['record', 'true', true],
  ['record', 'yes', undefined],
  ['issuer', 'https://issuer.example', 'https://issuer.example'],
  ['issuer', 'http://127.0.0.1:8080', 'http://127.0.0.1:8080'],
  ['issuer', 'https://issuer.example/path', 'https://issuer.example/path'],
  ['issuer', 'https://issuer.example/', 'https://issuer.example/'],
  ['issuer', 'issuer.example', undefined],
  ['issuer', 'ftp://issuer.example', undefined],
  ['issuer', 'https://issuer.example?a=b', undefined],
  ['issuer', 'https://issuer.example/#', undefined],
  ['issuer', 'https://user@issuer.example', undefined],
  ['issuer', 'https://Issuer.example', undefined],
  ['issuer', `https://issuer.example/${'a'.repeat(256)}`, undefined],
  ['iamMode', 'Enforce', undefined],
  ['defaultProjectId', 'local-project', 'local-project'],
  ['defaultProjectId', 'example.com:my-project', undefined],
  ['defaultZone', 'europe-west1-a', undefined],
  ['defaultZone', 'europe-west1-b', 'europe-west1-b'],
];

for (const [name, text, expected] of texts) {
  test(`${SETTINGS[name].flag} '${text}' is ${expected === undefined ? 'refused' : expected}`, () => {
    assert.equal(SETTINGS[name].parse(text), expected);
  });
}

test('no two settings share a name in any place', () => {
  for (const part of ['flag', 'variable', 'fileKey'] as const) {
    assert.equal(new Set(SETTING_NAMES.map((name) => SETTINGS[name][part])).size, SETTING_NAMES.length);
  }
});
