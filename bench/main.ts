/** `npm run bench`: each figure beside its floor, measured in the same run. `--only NAME` runs one section. */
import process from 'node:process';
import { beginProfile } from './own-profile.ts';
import { profiles } from './processes.ts';
import type { Row, Section } from './row.ts';
import { decisions } from './rows/decisions.ts';
import { firstContact } from './rows/first-contact.ts';
import { instances } from './rows/instances.ts';
import { metadata } from './rows/metadata.ts';
import { peer } from './rows/peer.ts';
import { start } from './rows/start.ts';
import { tokens } from './rows/tokens.ts';
import { waiters } from './rows/waiters.ts';

const SECTIONS: Readonly<Record<string, Section>> = {
  metadata,
  peer,
  waiters,
  'first-contact': firstContact,
  instances,
  tokens,
  decisions,
  start,
};

function show(value: number): string {
  return value >= 1000 ? Math.round(value).toLocaleString('en-US') : value.toPrecision(3);
}

function print({ name, unit, ours, floor, floorIs, target, met }: Row): void {
  const ratio = (ours / floor).toFixed(2);
  const verdict = target === undefined ? '' : `  ${met === true ? 'met' : 'MISSED'}: ${target}`;
  process.stdout.write(
    `${name.padEnd(50)} ${show(ours).padStart(11)} ${unit.padEnd(10)} ${show(floor).padStart(11)} floor, ratio ${ratio.padStart(5)}` +
      `${verdict} (floor: ${floorIs})\n`,
  );
}

const [flag, only] = process.argv.slice(2);
const chosen = flag === '--only' && only !== undefined ? [only] : Object.keys(SECTIONS);
const rows: Row[] = [];
const missed = new Set<string>();
for (const name of chosen) {
  const section = SECTIONS[name];
  if (section === undefined) {
    process.stderr.write(`There is no section '${name}'; there are ${Object.keys(SECTIONS).join(', ')}.\n`);
    process.exit(2);
  }
  const profile = profiles === undefined ? undefined : await beginProfile(profiles, name);
  const measured = await section();
  await profile?.end();
  for (const row of measured) {
    print(row);
    rows.push(row);
    if (row.met === false) missed.add(name);
  }
}
const aimed = rows.filter(({ target }) => target !== undefined);
const met = aimed.filter((row) => row.met === true);
process.stdout.write(`\n${met.length} of ${aimed.length} targets met on Node ${process.version}.\n`);
for (const name of missed) {
  const again = `ACCREDIT_BENCH_PROFILES=profiles npm run bench -- --only ${name}`;
  process.stdout.write(`A profile of what missed its target: ${again}\n`);
}
