/** What `accredit why` says of a call that was refused for something else than a gate. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Cloud } from '../../cloud.ts';
import { withServicesDisabled } from '../../resources/services.ts';
import { makeScene } from '../cli.fixture.ts';

const STORAGE = 'storage.googleapis.com';

async function listBuckets({ apiUrl }: Cloud): Promise<number> {
  const answer = await fetch(`${apiUrl}/storage/v1/b?project=local-project`);
  await answer.body?.cancel();
  return answer.status;
}

async function projectOf({ services }: Cloud) {
  const project = await services.resources.projects.get('local-project');
  assert.ok(project !== undefined);
  return project.value;
}

async function disableStorage(cloud: Cloud): Promise<void> {
  const { resources } = cloud.services;
  const changes = resources.projects.put(withServicesDisabled(await projectOf(cloud), new Set([STORAGE])));
  await resources.commit(changes);
}

async function enableStorage(cloud: Cloud): Promise<void> {
  const { disabledServices: _, ...project } = await projectOf(cloud);
  await cloud.services.resources.commit(cloud.services.resources.projects.put(project));
}

/** A cloud in which a gate refused a call, and then a disabled service another. */
async function open(t: TestContext) {
  const scene = makeScene(t);
  const cloud = await scene.startCloud();
  assert.equal(await listBuckets(cloud), 401);
  await disableStorage(cloud);
  assert.equal(await listBuckets(cloud), 403);
  return { scene, cloud };
}

test('a call to a disabled service is what was refused last, and no older refusal is shown beside it', async (t) => {
  const { scene, cloud } = await open(t);
  const { projectNumber } = await projectOf(cloud);
  const { stdout } = await scene.run(['why']);
  assert.match(
    stdout,
    new RegExp(
      `^Refused last: storage\\.buckets\\.list, by no gate: ${STORAGE} is disabled in project ${projectNumber}\\.\n\n` +
        ' {2}When +\\S+\n {2}Call +storage\\.buckets\\.list \\(request [0-9a-f]{16}\\)\n {2}Answer +403 .* has not been used in project .*\n\n' +
        `To enable it:\n {2}gcloud services enable ${STORAGE} --project=${projectNumber}\n\n` +
        'Lines of gcloud alone run against this cloud from a file: accredit run -- sh FILE ' +
        `\\(its account needs roles/serviceusage\\.serviceUsageAdmin on projects/${projectNumber}\\)\n\n` +
        'Every call that was refused: accredit logs --denied\n$',
    ),
  );
  await cloud.close();
  assert.equal((await scene.run(['why'])).stdout, stdout);
});

test('of several refusals each has a heading, the last one first, and there are as many as were asked for', async (t) => {
  const { scene, cloud } = await open(t);
  await enableStorage(cloud);
  assert.equal(await listBuckets(cloud), 401);
  await disableStorage(cloud);
  assert.equal(await listBuckets(cloud), 403);
  const [{ stdout: last }, { stdout: two }, { stdout: all }] = await Promise.all([
    scene.run(['why']),
    scene.run(['why', '--limit', '2']),
    scene.run(['why', '--all']),
  ]);
  const gate = /^Refused: storage\.buckets\.list for allUsers\n/;
  const [first, second = '', ...none] = two.split(/^Refusal \d of \d.*:\n\n/m).slice(1);
  assert.deepEqual([first, none], [`${last}\n\n`, []]);
  assert.match(second, gate);
  assert.deepEqual(two.match(/^Refusal .*$/gm), ['Refusal 1 of 2, the last one:', 'Refusal 2 of 2:']);
  assert.deepEqual(all.match(/^Refusal .*$/gm), [
    'Refusal 1 of 3, the last one:',
    'Refusal 2 of 3:',
    'Refusal 3 of 3:',
  ]);
});

test('programs are told of it beside the list, and files in comments', async (t) => {
  const { scene } = await open(t);
  const json = await scene.run(['why', '--format', 'json']);
  assert.equal(JSON.parse(json.stdout).length, 1);
  assert.match(json.stderr, /^Refused last: storage\.buckets\.list, by no gate: /);
  const { stdout } = await scene.run(['why', '--limit', '2', '--format', 'terraform']);
  assert.match(
    stdout,
    /^# Refusal 1 of 2, the last one:\n\n# Refused last: .*\n(?:#.*\n|\n)+# Refusal 2 of 2:\n\n# Refused: storage\.buckets\.list for allUsers/,
  );
  const alone = await scene.run(['why', '--format', 'terraform']);
  assert.match(alone.stdout, /^# Refused last: .*\n(?:#.*\n)+$/);
});

test('it is told of until a gate refuses another call', async (t) => {
  const { scene, cloud } = await open(t);
  await enableStorage(cloud);
  assert.equal(await listBuckets(cloud), 401);
  assert.match((await scene.run(['why'])).stdout, /^Refused: storage\.buckets\.list for allUsers\n/);
});
