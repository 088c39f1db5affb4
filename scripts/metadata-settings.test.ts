/** Whether the table of settings in docs/guide/configuration.md says what the settings are. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import {
  METADATA_SETTINGS,
  PROFILE_NAMES,
  SETTING_NAMES,
  type SettingName,
  settingsOf,
} from '../packages/accredit/src/protocol/metadata/settings.ts';

const guide = readFileSync(new URL('../docs/guide/configuration.md', import.meta.url), 'utf8');

/** `| wrongFlavor | the status of … | 403, 404 | |` */
function rowOf(name: SettingName): string {
  const { decides, values } = METADATA_SETTINGS[name];
  const standard = settingsOf()[name];
  const shown =
    'oneOf' in values
      ? values.oneOf.map(code).join(', ')
      : `${code(standard)}; ${values.from} to ${values.to}`;
  const others = PROFILE_NAMES.flatMap((profile) => {
    const value = settingsOf({ profile })[name];
    return value === standard ? [] : [`${profile}: ${code(value)}`];
  });
  return `| ${code(name)} | ${decides} | ${shown} | ${others.join(', ')}${others.length > 0 ? ' ' : ''}|`;
}

/** As it is written in YAML: a text that could be a number stands in quotes. */
function code(value: string | number | boolean): string {
  return typeof value === 'string' && /^\d+$/.test(value) ? `\`'${value}'\`` : `\`${String(value)}\``;
}

test('the guide lists every setting with its values and what it decides', () => {
  const rows = SETTING_NAMES.map(rowOf);
  const table = guide.slice(guide.indexOf('| Setting | What it decides |')).trimEnd().split('\n').slice(2);
  assert.deepEqual(table, rows);
});
