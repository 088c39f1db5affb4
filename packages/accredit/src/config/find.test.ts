import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findPlaces, type PlaceFlags, type Places, type Surroundings } from './find.ts';

interface Case {
  readonly name: string;
  readonly files?: readonly string[];
  readonly flags?: PlaceFlags;
  readonly given?: Partial<Surroundings>;
  readonly expected: Places;
}

const cases: readonly Case[] = [
  {
    name: '--data comes first, and the file beside it still counts',
    files: ['/home/ada/work/accredit.yaml'],
    flags: { data: 'state' },
    given: { env: { ACCREDIT_DATA: '/elsewhere' } },
    expected: {
      dataDirectory: '/home/ada/work/state',
      dataFrom: '--data',
      configurationFile: '/home/ada/work/accredit.yaml',
    },
  },
  {
    name: 'ACCREDIT_DATA comes before the file',
    files: ['/home/ada/work/accredit.yaml'],
    given: { env: { ACCREDIT_DATA: '/elsewhere' } },
    expected: {
      dataDirectory: '/elsewhere',
      dataFrom: 'ACCREDIT_DATA',
      configurationFile: '/home/ada/work/accredit.yaml',
    },
  },
  {
    name: 'an empty flag or variable says nothing',
    flags: { data: '', config: '' },
    given: { env: { ACCREDIT_DATA: '', ACCREDIT_CONFIG: '', XDG_STATE_HOME: '' } },
    expected: { dataDirectory: '/home/ada/.local/state/accredit', dataFrom: 'the user' },
  },
  {
    name: 'the nearest file upwards wins over those above',
    files: ['/accredit.yaml', '/home/ada/accredit.yaml'],
    expected: {
      dataDirectory: '/home/ada/.accredit',
      dataFrom: 'accredit.yaml',
      configurationFile: '/home/ada/accredit.yaml',
    },
  },
  {
    name: 'the file may stand in the root',
    files: ['/accredit.yaml'],
    expected: {
      dataDirectory: '/.accredit',
      dataFrom: 'accredit.yaml',
      configurationFile: '/accredit.yaml',
    },
  },
  {
    name: 'a file that is named counts, whatever it is called and whether or not it is there',
    files: ['/home/ada/work/accredit.yaml'],
    flags: { config: '../clouds/two.yaml' },
    expected: {
      dataDirectory: '/home/ada/clouds/.accredit',
      dataFrom: 'accredit.yaml',
      configurationFile: '/home/ada/clouds/two.yaml',
    },
  },
  {
    name: 'ACCREDIT_CONFIG names a file too',
    given: { env: { ACCREDIT_CONFIG: '/etc/cloud.yaml' } },
    expected: {
      dataDirectory: '/etc/.accredit',
      dataFrom: 'accredit.yaml',
      configurationFile: '/etc/cloud.yaml',
    },
  },
  {
    name: 'without a file it is the state directory (XDG Base Directory)',
    given: { env: { XDG_STATE_HOME: '/state' } },
    expected: { dataDirectory: '/state/accredit', dataFrom: 'the user' },
  },
  {
    name: 'a relative XDG_STATE_HOME is ignored (XDG Base Directory)',
    given: { env: { XDG_STATE_HOME: 'state' } },
    expected: { dataDirectory: '/home/ada/.local/state/accredit', dataFrom: 'the user' },
  },
  {
    name: 'macOS keeps it under Application Support, and knows no XDG',
    given: { platform: 'darwin', env: { XDG_STATE_HOME: '/state' } },
    expected: {
      dataDirectory: '/home/ada/Library/Application Support/accredit',
      dataFrom: 'the user',
    },
  },
  {
    name: 'Windows keeps it under LOCALAPPDATA',
    given: {
      platform: 'win32',
      cwd: 'C:\\work',
      homeDirectory: 'C:\\Users\\ada',
      env: { LOCALAPPDATA: 'D:\\local' },
    },
    expected: { dataDirectory: 'D:\\local\\accredit', dataFrom: 'the user' },
  },
  {
    name: 'Windows without LOCALAPPDATA',
    given: { platform: 'win32', cwd: 'C:\\work', homeDirectory: 'C:\\Users\\ada' },
    expected: { dataDirectory: 'C:\\Users\\ada\\AppData\\Local\\accredit', dataFrom: 'the user' },
  },
  {
    name: 'Windows looks upwards to the root of the drive',
    files: ['C:\\accredit.yaml'],
    given: { platform: 'win32', cwd: 'C:\\work\\deep', homeDirectory: 'C:\\Users\\ada' },
    expected: {
      dataDirectory: 'C:\\.accredit',
      dataFrom: 'accredit.yaml',
      configurationFile: 'C:\\accredit.yaml',
    },
  },
];

for (const { name, files = [], flags = {}, given = {}, expected } of cases) {
  test(`the data directory: ${name}`, () => {
    const surroundings: Surroundings = {
      cwd: '/home/ada/work',
      env: {},
      platform: 'linux',
      homeDirectory: '/home/ada',
      exists: (path) => files.includes(path),
      ...given,
    };
    assert.deepEqual(findPlaces(surroundings, flags), expected);
  });
}
