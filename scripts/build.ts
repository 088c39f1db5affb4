/** `npm run build`: emits the JavaScript and the types that the package publishes. */
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import process from 'node:process';

rmSync('packages/accredit/dist', { recursive: true, force: true });
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
const { status } = spawnSync(process.execPath, [tsc, '-p', 'packages/accredit/tsconfig.build.json'], {
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
