import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApiError } from '../../kernel/api-error.ts';
import {
  checkDescription,
  checkDeviceName,
  checkHostname,
  checkName,
  checkPathName,
  checkPathProject,
} from './names.ts';

function refusal(work: () => unknown): readonly [string, string | undefined] {
  try {
    work();
  } catch (error) {
    assert.ok(error instanceof ApiError);
    assert.equal(error.httpStatus, 400);
    return [error.message, error.detail.reason];
  }
  return assert.fail('nothing was thrown');
}

test('names of 1 to 63 characters are taken (compute notes 2)', () => {
  for (const name of ['a', 'a1', 'a-b', 'a'.repeat(63)]) assert.equal(checkName('resource.name', name), name);
});

for (const name of ['Bad_Name', '1a', '-a', 'a-', 'a'.repeat(64), 'ä', 'a/b', 'a\n']) {
  test(`the name ${JSON.stringify(name)} is refused in Google's words (compute notes 1.9)`, () => {
    assert.deepEqual(
      refusal(() => checkName('resource.name', name)),
      [
        `Invalid value for field 'resource.name': '${name}'. Must be a match of regex ` +
          "'(?:[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?)'",
        'invalid',
      ],
    );
  });
}

test('a name that is not there is required (compute notes 1.9)', () => {
  for (const name of [undefined, '']) {
    assert.deepEqual(
      refusal(() => checkName('resource.name', name)),
      ["Required field 'resource.name' not specified", 'required'],
    );
  }
});

test('a path names a resource by name or by numeric id (compute notes 1.3)', () => {
  for (const name of ['vm1', '636334850082189789']) assert.equal(checkPathName('instance', name), name);
  for (const name of ['Vm1', '0123', '-', '../x', '1'.repeat(21)]) {
    assert.deepEqual(
      refusal(() => checkPathName('instance', name)),
      [
        `Invalid value for field 'instance': '${name}'. Must be a match of regex ` +
          "'[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?|[1-9][0-9]{0,19}'",
        'invalid',
      ],
    );
  }
});

test('a path names a project by id, by number, or with its domain (compute notes 1.3)', () => {
  for (const name of ['lab-project', '123456789012', 'example.com:lab']) {
    assert.equal(checkPathProject(name), name);
  }
  for (const name of ['Lab', '-', 'a_b', '']) {
    assert.match(refusal(() => checkPathProject(name))[0], /^Invalid value for field 'project': /);
  }
});

test('device names, host names and descriptions have their own rules (compute notes 2)', () => {
  assert.equal(checkDeviceName('f', 'persistent-disk-0'), 'persistent-disk-0');
  assert.match(
    refusal(() => checkDeviceName('f', '-x'))[0],
    /Must be a match of regex '\\w\[\\w\.-\]\{0,254\}'$/,
  );
  assert.equal(checkHostname('f', 'host.domain.com'), 'host.domain.com');
  for (const name of ['host', 'host.', 'Host.domain.com', `${'a.'.repeat(130)}a`]) {
    refusal(() => checkHostname('f', name));
  }
  assert.equal(checkDescription('f', 'x'.repeat(2048)).length, 2048);
  assert.deepEqual(
    refusal(() => checkDescription('resource.description', 'x'.repeat(2049))),
    [
      "Value for field 'resource.description' is too large: maximum size 2048 character(s); actual size 2049.",
      'invalid',
    ],
  );
});

test('an error repeats no more of a value than it needs', () => {
  const [message] = refusal(() => checkName('resource.name', 'X'.repeat(5000)));
  assert.ok(message.length < 1300);
});
