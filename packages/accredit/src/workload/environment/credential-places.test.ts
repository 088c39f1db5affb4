import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import {
  listCredentialPlaces,
  listDefaultCredentialFiles,
  refuseDefaultCredentials,
  type UserPlaces,
} from './credential-places.ts';
import { EnvironmentError } from './errors.ts';

const CASES: readonly (readonly [behaviour: string, places: UserPlaces, files: readonly string[]])[] = [
  [
    'below HOME (ADC notes 1.2)',
    { platform: 'linux', environment: { HOME: '/home/ann' }, homeDirectory: '/home/ann' },
    ['/home/ann/.config/gcloud/application_default_credentials.json'],
  ],
  [
    'on macOS in the same place',
    { platform: 'darwin', environment: { HOME: '/Users/ann' }, homeDirectory: '/Users/ann' },
    ['/Users/ann/.config/gcloud/application_default_credentials.json'],
  ],
  [
    'below HOME and below the home of the user database, where Java looks',
    { platform: 'linux', environment: { HOME: '/elsewhere' }, homeDirectory: '/home/ann' },
    [
      '/elsewhere/.config/gcloud/application_default_credentials.json',
      '/home/ann/.config/gcloud/application_default_credentials.json',
    ],
  ],
  [
    'below the home of the user database alone, where HOME is not set',
    { platform: 'linux', environment: {}, homeDirectory: '/home/ann' },
    ['/home/ann/.config/gcloud/application_default_credentials.json'],
  ],
  [
    'not in CLOUDSDK_CONFIG: the program has another one',
    {
      platform: 'linux',
      environment: { HOME: '/home/ann', CLOUDSDK_CONFIG: '/own' },
      homeDirectory: '/home/ann',
    },
    ['/home/ann/.config/gcloud/application_default_credentials.json'],
  ],
  [
    'on Windows in APPDATA, and where Python falls back to',
    {
      platform: 'win32',
      environment: { APPDATA: 'C:\\Users\\ann\\AppData\\Roaming' },
      homeDirectory: 'C:\\Users\\ann',
    },
    [
      'C:\\Users\\ann\\AppData\\Roaming\\gcloud\\application_default_credentials.json',
      'C:\\gcloud\\application_default_credentials.json',
    ],
  ],
];

describe('default credentials are looked for', () => {
  for (const [behaviour, places, files] of CASES) {
    test(behaviour, () => assert.deepEqual(listDefaultCredentialFiles(places), files));
  }
});

test('what is hidden where files can be: logins wherever they are, and the files of gsutil', () => {
  const environment = { HOME: '/home/ann', CLOUDSDK_CONFIG: '/own' };
  assert.deepEqual(listCredentialPlaces({ platform: 'linux', environment, homeDirectory: '/home/ann' }), [
    '/home/ann/.config/gcloud',
    '/own',
    '/home/ann/.boto',
    '/home/ann/.gsutil',
    '/home/ann/.secureConnect',
    '/home/ann/.bigqueryrc',
  ]);
});

describe('the ways that cannot hide a file', () => {
  test('refuse to start a program that would find it, and say what would be right', (t) => {
    const home = mkdtempSync(join(tmpdir(), 'accredit-home-'));
    t.after(() => rmSync(home, { recursive: true, force: true }));
    const places: UserPlaces = {
      platform: 'linux',
      environment: { HOME: '/nonexistent' },
      homeDirectory: home,
    };
    refuseDefaultCredentials('proxy', places);
    const file = join(home, '.config', 'gcloud', 'application_default_credentials.json');
    mkdirSync(join(home, '.config', 'gcloud'), { recursive: true });
    writeFileSync(file, '{}');
    assert.throws(
      () => refuseDefaultCredentials('proxy', places),
      new EnvironmentError(
        'user-credentials',
        `'${file}' holds credentials of your own, and some libraries would take them before those of the VM, which '--isolation proxy' cannot prevent: use '--isolation netns', which hides that file, or move it away.`,
      ),
    );
  });
});
