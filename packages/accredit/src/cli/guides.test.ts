/** Whether what the guides show can be typed, in their order, from an empty directory, and prints what they say. */
import assert from 'node:assert/strict';
import { copyFileSync, globSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { ACCOUNT_ID } from '../config/rules.ts';
import { type CliScene, makeScene, type RunningCommand } from './cli.fixture.ts';

/** A command of a guide, and the output that stands below it. */
interface Shown {
  readonly words: readonly string[];
  readonly isInBackground: boolean;
  readonly output: string;
}

const ROOT = new URL('../../../../', import.meta.url);

/** Returns the commands of each `console` block of a page. */
function blocksOf(page: string): readonly (readonly string[])[] {
  const text = readFileSync(new URL(page, ROOT), 'utf8');
  return [...text.matchAll(/^```console\n([^]*?)^```$/gm)].map(([, block = '']) =>
    block
      .replaceAll(/\\\n\s*/g, '')
      .split(/^\$ /m)
      .slice(1),
  );
}

const FOR_GCLOUD = /^.*\bgcloud /;

/** Returns the commands of a guide; those for gcloud are left out, as it may not be here. */
function commandsOf(guide: string): readonly Shown[] {
  return blocksOf(`docs/guide/${guide}`)
    .flat()
    .filter((command) => !FOR_GCLOUD.test(command))
    .map(toShown);
}

function toShown(text: string): Shown {
  const [line = '', ...output] = text.split('\n');
  const words = [...line.matchAll(/'([^']*)'|\S+/g)].map(([word, quoted]) => quoted ?? word);
  const isInBackground = words.at(-1) === '&';
  return { words: isInBackground ? words.slice(0, -1) : words, isInBackground, output: output.join('\n') };
}

/** What differs from one time to the next: times, the ids of faults, drift tokens. */
const VARYING = [
  [/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, 'TIME'],
  [/'[0-9a-f]{8}'/g, "'ID'"],
  [/\b\d{18}\b/g, 'DRIFT-TOKEN'],
] as const;

function withoutVarying(text: string): string {
  return VARYING.reduce((result, [pattern, name]) => result.replaceAll(pattern, name), text);
}

/** A program that a guide runs in a VM: it is executed with this Node, and finds `ask` for the metadata server. */
function writeProgram(file: string, script: string): void {
  const ask = `const ask = (path) => fetch('http://' + (process.env.GCE_METADATA_HOST ?? '169.254.169.254') + path,
      { headers: { 'Metadata-Flavor': 'Google' } });`;
  writeFileSync(file, `#!${process.execPath}\n${ask}\n(async () => {${script}})();\n`, { mode: 0o755 });
}

/** The program of the guides: it asks for a token until it gets one. */
const MY_PROGRAM = `const path = '/computeMetadata/v1/instance/service-accounts/default/token';
  const statuses = [];
  do statuses.push((await ask(path)).status); while (statuses.at(-1) !== 200);
  if (statuses.join() !== '503,503,200') process.exit(1);`;

/** In place of curl, since one cannot see when that begins to wait: it says so, and waits for what comes after that. */
const CURL = `const url = new URL(process.argv.at(-1));
  const etag = (await ask(url.pathname)).headers.get('etag');
  console.log('waits');
  console.log(await (await ask(url.pathname + url.search + '&last_etag=' + etag)).text());`;

/** In place of gcloud, which may not be here: `storage rm gs://BUCKET/OBJECT` as the account of the VM. */
const GCLOUD = `const [, bucket, object] = /^gs:\\/\\/([^/]+)\\/(.+)$/.exec(process.argv.at(-1));
  const account = '/computeMetadata/v1/instance/service-accounts/default/token';
  const { access_token: token } = await (await ask(account)).json();
  const api = process.env.CLOUDSDK_API_ENDPOINT_OVERRIDES_STORAGE ?? 'https://storage.googleapis.com/storage/v1/';
  const answer = await fetch(api + 'b/' + bucket + '/o/' + encodeURIComponent(object),
    { method: 'DELETE', headers: { Authorization: 'Bearer ' + token } });
  if (answer.ok) return;
  console.error('ERROR: HTTPError ' + answer.status);
  process.exitCode = 1;`;

/** Makes an empty directory with the programs of the guides. */
function openGuide(t: TestContext) {
  const scene = makeScene(t);
  const programs = join(scene.directory, 'bin');
  mkdirSync(programs);
  writeProgram(join(scene.directory, 'my-program'), MY_PROGRAM);
  writeProgram(join(programs, 'curl'), CURL);
  return { scene, env: { PATH: `${programs}:${scene.env.PATH}` } };
}

/** Types one command of a guide. `up --detach` is a cloud in this process instead. */
async function type(
  scene: CliScene,
  env: Readonly<Record<string, string>>,
  { words, isInBackground, output }: Shown,
): Promise<RunningCommand | undefined> {
  const [program, ...args] = words;
  assert.equal(program, 'accredit');
  if (args.join(' ') === 'up --detach') {
    await scene.startCloud();
    return undefined;
  }
  if (isInBackground) {
    const running = scene.spawn(args, env);
    await running.untilOutput('waits\n');
    return running;
  }
  const done = args[0] === 'run' ? await scene.spawn(args, env).result : await scene.run(args);
  assert.equal(done.status, 0, `${words.join(' ')}: ${done.stderr}`);
  assert.equal(withoutVarying(done.stdout), withoutVarying(output), words.join(' '));
  return undefined;
}

const guides = [
  ['faults.md', []],
  ['iam.md', []],
  ['logs.md', []],
  ['why.md', []],
  ['recommend.md', []],
  ['life-events.md', ['waits\nMIGRATE_ON_HOST_MAINTENANCE\n']],
] as const;

for (const [guide, inBackground] of guides) {
  test(`the commands of ${guide} can be typed one after the other, and print what it shows`, async (t) => {
    const { scene, env } = openGuide(t);
    const running: RunningCommand[] = [];
    for (const shown of commandsOf(guide)) {
      const started = await type(scene, env, shown);
      if (started !== undefined) running.push(started);
    }
    const results = await Promise.all(running.map(({ result }) => result));
    assert.deepEqual(
      results.map(({ stdout }) => stdout),
      inBackground,
    );
  });
}

/** Checks an output against one that is shown with parts left out: a line `[…]` stands for any lines. */
function assertShown(stdout: string, { words, output }: Shown): void {
  const [start = '', ...parts] = output.trimEnd().split(/^ *\[…\]$\n?/m);
  let place = start.length;
  assert.equal(stdout.slice(0, place), start, words.join(' '));
  for (const part of parts) {
    const found = stdout.indexOf(part, place);
    assert.ok(found >= 0, `${words.join(' ')} prints no\n${part}\nin the rest of\n${stdout.slice(place)}`);
    place = found + part.length;
  }
  if (parts.at(-1) !== '') assert.equal(stdout.slice(place).trim(), '', words.join(' '));
}

test('what the README begins with can be typed in a copy of examples/, and prints what it shows', async (t) => {
  const { scene, env } = openGuide(t);
  writeProgram(join(scene.directory, 'bin', 'gcloud'), GCLOUD);
  copyFileSync(new URL('examples/accredit.yaml', ROOT), join(scene.directory, 'accredit.yaml'));
  // A link, as the programs look for their libraries where they really stand.
  symlinkSync(fileURLToPath(new URL('examples/node', ROOT)), join(scene.directory, 'node'));
  const [block = []] = blocksOf('README.md');
  assert.ok(block.length >= 4 && block.every((command) => command.startsWith('accredit ')));
  for (const command of block) {
    const shown = toShown(command);
    const args = shown.words.slice(1);
    const done = args[0] === 'run' ? await scene.spawn(args, env).result : await scene.run(args);
    const isRefused = shown.output.includes('\nERROR: ');
    assert.equal(done.status, isRefused ? 1 : 0, `${command}: ${done.stderr}`);
    if (isRefused) assert.match(done.stderr, /^ERROR: HTTPError 403$/m);
    // What gcloud itself prints is gcloud's.
    if (!FOR_GCLOUD.test(command)) assertShown(done.stdout, shown);
  }
});

test('every service account that the pages for people name is one that can be created', () => {
  const pages = globSync(['*.md', 'docs/guide/*.md', 'packages/*/README.md'], { cwd: ROOT });
  const named = pages.flatMap((page) =>
    [
      ...readFileSync(new URL(page, ROOT), 'utf8').matchAll(
        /([\w-]+)@[\w${}-]+\.iam\.gserviceaccount|(?:--service-account|service-accounts create) ([\w-]+)(?!\S)/g,
      ),
    ].map(([, inAddress, inCommand]) => inAddress ?? inCommand ?? ''),
  );
  assert.ok(named.length > 10);
  assert.deepEqual(
    // ACCOUNT stands for whichever is meant.
    named.filter((accountId) => !/^(?:default|[A-Z]+)$/.test(accountId) && !ACCOUNT_ID.fits(accountId)),
    [],
  );
});
