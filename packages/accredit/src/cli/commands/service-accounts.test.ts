/** What becomes of service accounts and their keys, against a cloud in this process. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { RSA_CERTIFICATE } from '../../protocol/iam/service-accounts/certificates.fixture.ts';
import { type CliScene, makeScene } from '../cli.fixture.ts';

const READER = 'reader@local-project.iam.gserviceaccount.com';

const missing = (accountId: string) =>
  `Service account '${accountId}@local-project.iam.gserviceaccount.com' does not exist`;
const NOBODY = `${missing('nobody')}.`;
const ID_FORM = "an account id (6 to 30 letters a-z, digits and '-', first a letter, last no '-')";
const OF_READER = ['--service-account', 'reader'];

async function open(t: TestContext): Promise<CliScene> {
  const scene = makeScene(t);
  await scene.startCloud();
  await output(scene, 'create', 'reader', '--display-name', 'Reads it');
  return scene;
}

/** Runs a command that must succeed, and returns what it printed. */
async function output(scene: CliScene, ...args: readonly string[]): Promise<string> {
  const { status, stdout, stderr } = await scene.run(['service-accounts', ...args]);
  assert.equal(status, 0, `${args.join(' ')}: ${stderr}`);
  return stdout;
}

/** Runs a command that must fail, and returns the sentence that it said. */
async function failure(scene: CliScene, ...args: readonly string[]): Promise<string> {
  const { status, stdout, stderr } = await scene.run(['service-accounts', ...args]);
  assert.deepEqual([status, stdout], [1, ''], args.join(' '));
  return stderr;
}

test('an account is described by the part before the @ or its address', async (t) => {
  const scene = await open(t);
  const described = JSON.parse(await output(scene, 'describe', 'reader', '--format', 'json'));
  assert.equal(described.email, READER);
  assert.match(described.uniqueId, /^\d{21}$/);
  assert.match(await output(scene, 'describe', READER), /displayName +Reads it/);
});

test('an account is disabled, enabled, deleted, and undeleted by its unique id', async (t) => {
  const scene = await open(t);
  const { uniqueId } = JSON.parse(await output(scene, 'describe', 'reader', '--format', 'json'));
  assert.equal(await output(scene, 'disable', 'reader'), `Service account '${READER}' is disabled.\n`);
  assert.match(await output(scene, 'list'), new RegExp(`^${READER} .* disabled$`, 'm'));
  const enabled = await output(scene, 'enable', 'reader', '--format', 'json');
  assert.deepEqual(JSON.parse(enabled), { email: READER, state: 'enabled' });
  assert.match(await output(scene, 'list'), new RegExp(`^${READER} .* active$`, 'm'));
  assert.equal(await output(scene, 'delete', 'reader'), `Service account '${READER}' is deleted.\n`);
  assert.doesNotMatch(await output(scene, 'list'), new RegExp(READER));
  assert.equal(await output(scene, 'undelete', uniqueId), `${READER}\n`);
  assert.match(await output(scene, 'list'), new RegExp(`^${READER} +${uniqueId} `, 'm'));
});

test('a key is listed, disabled, enabled and deleted', async (t) => {
  const scene = await open(t);
  assert.equal(await output(scene, 'keys', 'list', ...OF_READER), "Service account 'reader' has no keys.\n");
  const file = JSON.parse(await output(scene, 'keys', 'create', '-', ...OF_READER));
  const id = file.private_key_id;
  const state = async () => (await output(scene, 'keys', 'list', ...OF_READER)).split('\n')[1] ?? '';
  assert.match(await state(), new RegExp(`^${id}  .*  9999-12-31T23:59:59Z  GOOGLE_PROVIDED  active$`));
  assert.equal(await output(scene, 'keys', 'disable', id, ...OF_READER), `Key '${id}' is disabled.\n`);
  assert.match(await state(), / disabled$/);
  assert.equal(await output(scene, 'keys', 'enable', id, ...OF_READER), `Key '${id}' is enabled.\n`);
  assert.match(await state(), / active$/);
  assert.equal(await output(scene, 'keys', 'delete', id, ...OF_READER), `Key '${id}' is deleted.\n`);
  assert.equal(await output(scene, 'keys', 'list', ...OF_READER, '--format', 'json'), '[]\n');
});

test('a certificate is uploaded, and its key is one of the account', async (t) => {
  const scene = await open(t);
  writeFileSync(join(scene.directory, 'cert.pem'), RSA_CERTIFICATE);
  const id = (await output(scene, 'keys', 'upload', 'cert.pem', ...OF_READER)).trim();
  assert.match(id, /^[0-9a-f]{40}$/);
  assert.match(
    await output(scene, 'keys', 'list', ...OF_READER),
    new RegExp(`^${id} .* USER_PROVIDED `, 'm'),
  );
});

test('what cannot be done is said in one sentence', async (t) => {
  const scene = await open(t);
  const nothing = join(scene.directory, 'nothing.pem');
  const cases: readonly (readonly [readonly string[], string])[] = [
    [['disable', 'nobody'], NOBODY],
    [['delete', 'nobody'], NOBODY],
    [['describe', 'nobody'], NOBODY],
    [['describe', 'redaer'], `${missing('redaer')}; did you mean '${READER}'?`],
    [['keys', 'list', '--service-account', 'nobody'], NOBODY],
    [['keys', 'delete', 'x', '--service-account', 'nobody'], NOBODY],
    [['create', 'Reader'], `Expected ${ID_FORM}, got 'Reader'; did you mean 'reader'?`],
    [['create', 'me'], `Expected ${ID_FORM}, got 'me'.`],
    [['undelete', '1'], "Service account '1' does not exist."],
    [['keys', 'delete', 'x', ...OF_READER], 'Service account key x does not exist.'],
    [['keys', 'upload', 'nothing.pem', ...OF_READER], `'${nothing}' cannot be read: ENOENT.`],
  ];
  for (const [args, message] of cases) {
    assert.equal(await failure(scene, ...args), `accredit: ${message}\n`, args.join(' '));
  }
});
