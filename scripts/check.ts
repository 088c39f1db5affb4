/** `npm run check`: everything static, in one order. Each step prints its own findings; the first failure ends it. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { checkLayers } from './check-layers.ts';

/** Runs the program of a package with the Node that runs this. */
function runTool(packageName: string, program: string, ...args: readonly string[]): boolean {
  // Not resolved as a module: some packages do not export their manifest.
  const manifestPath = join('node_modules', packageName, 'package.json');
  const manifest = JSON.parse(readFileSync(manifestPath, 'utf8')) as { bin: string | Record<string, string> };
  const file = typeof manifest.bin === 'string' ? manifest.bin : manifest.bin[program];
  if (file === undefined) throw new Error(`${packageName} has no program ${program}.`);
  const result = spawnSync(process.execPath, [join(dirname(manifestPath), file), ...args], {
    stdio: 'inherit',
  });
  return result.status === 0;
}

const steps: readonly (readonly [name: string, run: () => boolean | Promise<boolean>])[] = [
  ['format', () => runTool('@biomejs/biome', 'biome', 'check', '.')],
  ['types', () => runTool('typescript', 'tsc', '--noEmit', '-p', '.')],
  [
    'lint',
    () =>
      runTool(
        'oxlint',
        'oxlint',
        '--type-aware',
        '--deny-warnings',
        'packages',
        'scripts',
        'bench',
        'fuzz',
        'clients',
      ),
  ],
  ['layers', checkLayers],
  ['dead code', () => runTool('knip', 'knip')],
  [
    'build',
    () =>
      spawnSync(process.execPath, ['--conditions=accredit-source', 'scripts/build.ts'], { stdio: 'inherit' })
        .status === 0,
  ],
  ['package', () => runTool('publint', 'publint', 'packages/accredit', '--strict')],
];

for (const [name, run] of steps) {
  const startedMs = performance.now();
  process.stdout.write(`\n── ${name}\n`);
  if (!(await run())) {
    process.stderr.write(`\nThe check '${name}' failed.\n`);
    process.exit(1);
  }
  process.stdout.write(`   ${Math.round(performance.now() - startedMs)} ms\n`);
}
process.stdout.write('\nAll checks passed.\n');
