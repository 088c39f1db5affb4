import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { promisify } from 'node:util';

/** Imports modules in a process of its own and prints which of the heavy packages that loaded. */
const LOADED = `
  import { registerHooks } from 'node:module';
  const loaded = new Set();
  registerHooks({ resolve(specifier, context, next) { loaded.add(specifier); return next(specifier, context); } });
  for (const module of process.argv.slice(1)) await import(module);
  console.log(['zod', 'yaml'].filter((name) => loaded.has(name)).join());
`;

test('what every start needs loads neither the parser nor the schema', async () => {
  const load = async (...files: readonly string[]) => {
    const modules = files.map((file) => new URL(`./${file}`, import.meta.url).href);
    const args = ['--input-type=module', '--eval', LOADED, ...modules];
    return (await promisify(execFile)(process.execPath, args)).stdout.trim();
  };
  assert.equal(
    await load(
      'find.ts',
      'settings.ts',
      '../resources/new-project.ts',
      'apply.ts',
      'report.ts',
      'problems.ts',
    ),
    '',
  );
  assert.equal(await load('read.ts'), 'zod,yaml');
});
