/** The layer check: dependency-cruiser over the sources, and twice over itself. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cruise, type ICruiseOptions, type ICruiseResult, type IRuleSetType } from 'dependency-cruiser';
import extractTSConfig from 'dependency-cruiser/config-utl/extract-ts-config';

/** Fewer modules than this were not all read: it once passed having read none. */
const LEAST_MODULES = 150;

const configuration = createRequire(import.meta.url)('../.dependency-cruiser.cjs') as IRuleSetType & {
  readonly options: ICruiseOptions;
};

async function read(directory: string, baseDir: string): Promise<ICruiseResult> {
  const { forbidden = [], options } = configuration;
  const tsConfig = extractTSConfig('tsconfig.json');
  const result = await cruise(
    [directory],
    { ...options, baseDir, validate: true, ruleSet: { forbidden } },
    { conditionNames: ['accredit-source', 'import', 'node', 'default'] },
    { tsConfig },
  );
  if (typeof result.output === 'string') throw new TypeError('dependency-cruiser answered text.');
  return result.output;
}

/** Says whether the layers hold, every module was read, and a seeded violation would have been seen. */
export async function checkLayers(): Promise<boolean> {
  const { summary } = await read('packages/accredit/src', process.cwd());
  for (const { rule, from, to } of summary.violations)
    process.stderr.write(`   ${rule.name}: ${from} → ${to}\n`);
  process.stdout.write(
    `   ${summary.totalCruised} modules, ${summary.totalDependenciesCruised ?? 0} imports\n`,
  );
  if (summary.totalCruised < LEAST_MODULES) {
    process.stderr.write(
      `   Only ${summary.totalCruised} modules were read; there are at least ${LEAST_MODULES}.\n`,
    );
    return false;
  }
  const seen = await seesSeededViolation();
  if (!seen) process.stderr.write('   A violation that was put there to be found was not found.\n');
  return seen && summary.violations.length === 0;
}

/** Lays out two modules, one importing upwards, and asks whether the check sees it. */
async function seesSeededViolation(): Promise<boolean> {
  const root = mkdtempSync(join(tmpdir(), 'accredit-layers-'));
  try {
    const source = join(root, 'packages/accredit/src');
    for (const layer of ['kernel', 'http']) mkdirSync(join(source, layer), { recursive: true });
    writeFileSync(join(source, 'http/above.ts'), 'export const above = 1;\n');
    writeFileSync(
      join(source, 'kernel/below.ts'),
      "import { above } from '../http/above.ts';\nexport const below = above;\n",
    );
    const { summary } = await read('packages/accredit/src', root);
    return summary.violations.some(
      ({ rule, from }) => rule.name.startsWith('layers-') && from.endsWith('kernel/below.ts'),
    );
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}
