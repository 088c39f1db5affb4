import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isEmail, parseProjectName, parseServiceAccountName } from './service-account-names.ts';

const EMAIL = 'robot-1@lab-project.iam.gserviceaccount.com';

const names: readonly (readonly [string, object | undefined])[] = [
  [`projects/lab-project/serviceAccounts/${EMAIL}`, { project: 'lab-project', account: EMAIL }],
  [`projects/-/serviceAccounts/${EMAIL}`, { project: '-', account: EMAIL }],
  [`projects/123456789012/serviceAccounts/${EMAIL}`, { project: '123456789012', account: EMAIL }],
  [`projects/example.com:p/serviceAccounts/${EMAIL}`, { project: 'example.com:p', account: EMAIL }],
  ['projects/p/serviceAccounts/123456789012345678901', { project: 'p', account: '123456789012345678901' }],
  [
    'projects/p/serviceAccounts/123-compute@developer.gserviceaccount.com',
    { project: 'p', account: '123-compute@developer.gserviceaccount.com' },
  ],
  [`projects/p/serviceAccounts/${EMAIL.toUpperCase()}`, { project: 'p', account: EMAIL }],
  ['projects/p/serviceAccounts/robot', undefined],
  ['projects/p/serviceAccounts/-', undefined],
  ['projects/p/serviceAccounts/', undefined],
  ['projects//serviceAccounts/a@b', undefined],
  [`projects/p/serviceAccounts/${EMAIL}/keys`, undefined],
  ['projects/p/serviceAccounts/../a@b', undefined],
  ['projects/P_/serviceAccounts/a@b', undefined],
  [`projects/p/serviceAccounts/${'a'.repeat(320)}@b`, undefined],
  [`projects/${'p'.repeat(200)}/serviceAccounts/a@b`, undefined],
];

for (const [name, expected] of names) {
  const outcome = expected === undefined ? 'names nothing' : 'names an account';
  test(`${name.slice(0, 90)} ${outcome} (IAM notes 1.8)`, () => {
    assert.deepEqual(parseServiceAccountName(name), expected);
  });
}

test('projects/{project} takes an id, a number or a domain-scoped id', () => {
  assert.equal(parseProjectName('projects/lab-project'), 'lab-project');
  assert.equal(parseProjectName('projects/123456789012'), '123456789012');
  assert.equal(parseProjectName('projects/example.com:p'), 'example.com:p');
  for (const name of [
    'projects/',
    'projects/a/b',
    'projects',
    'projects/A',
    'x/projects/a',
    'projects/a b',
  ]) {
    assert.equal(parseProjectName(name), undefined, name);
  }
});

test('arbitrary text never throws, and what parses is safe in a key', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const parsed = parseServiceAccountName(`projects/p/serviceAccounts/${text}`);
      if (parsed !== undefined) assert.match(parsed.account, /^[a-z0-9@._-]{1,320}$/);
      assert.equal(isEmail(text) && text.includes('/'), false);
    }),
  );
});
