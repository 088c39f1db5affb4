/** The child of the SIGKILL test: commits pairs of entries without end, and acknowledges each on stdout. */
import { writeSync } from 'node:fs';
import { SqliteStore } from './sqlite-store.ts';

const [directory = ''] = process.argv.slice(2);
const store = SqliteStore.open(directory);
for (let index = 0; ; index += 1) {
  const name = String(index).padStart(8, '0');
  await store.commit([
    { key: `n/${name}`, value: { index, twin: index } },
    { key: `m/${name}`, value: index },
  ]);
  writeSync(1, `${index}\n`);
}
