import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { promisify } from 'node:util';

/** Runs code in a process of its own, and prints whether that loaded the evaluator. */
const LOADED = `
  import { registerHooks } from 'node:module';
  const loaded = new Set();
  registerHooks({ resolve(specifier, context, next) { loaded.add(specifier); return next(specifier, context); } });
  const [module, call] = process.argv.slice(1);
  const loaded_module = await import(module);
  if (call !== undefined) await loaded_module[call]();
  console.log([...loaded].filter((name) => name.startsWith('@bufbuild/')).length > 0);
`;

async function loadsEvaluator(file: string, call?: string): Promise<string> {
  const args = ['--input-type=module', '--eval', LOADED, new URL(file, import.meta.url).href];
  const { stdout } = await promisify(execFile)(process.execPath, call === undefined ? args : [...args, call]);
  return stdout.trim();
}

test('the evaluator is loaded where a condition is to be evaluated, and nowhere else', async () => {
  assert.equal(await loadsEvaluator('./load.ts'), 'false');
  assert.equal(await loadsEvaluator('./lint.ts'), 'false');
  assert.equal(await loadsEvaluator('./condition-problem.ts'), 'false');
  assert.equal(await loadsEvaluator('../../../running-cloud.ts'), 'false');
  assert.equal(await loadsEvaluator('./load.ts', 'loadConditions'), 'true');
});
