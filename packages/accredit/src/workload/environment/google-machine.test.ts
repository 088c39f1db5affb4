import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { EnvironmentError } from './errors.ts';
import { findGoogleMark, refuseOnGoogleMachine } from './google-machine.ts';

interface MachineCase {
  readonly behaviour: string;
  readonly files: Readonly<Record<string, string>>;
  readonly environment?: Readonly<Record<string, string>>;
  /** Undefined where the machine is none of Google's; `DMI` stands for the directory. */
  readonly mark: string | undefined;
}

const CASES: readonly MachineCase[] = [
  {
    behaviour: 'a VM of Compute Engine',
    files: { product_name: 'Google Compute Engine\n', bios_vendor: 'Google\n' },
    mark: "'DMI/product_name' says 'Google Compute Engine'",
  },
  {
    behaviour: 'an older one',
    files: { product_name: 'Google\n' },
    mark: "'DMI/product_name' says 'Google'",
  },
  {
    behaviour: 'one known by its firmware alone',
    files: { product_name: 'x\n', bios_vendor: 'Google\n' },
    mark: "'DMI/bios_vendor' says 'Google'",
  },
  {
    behaviour: 'a service without a VM',
    files: {},
    environment: { K_SERVICE: 'hello' },
    mark: "the variable 'K_SERVICE' is set",
  },
  { behaviour: 'an empty variable is none', files: {}, environment: { K_SERVICE: '' }, mark: undefined },
  { behaviour: 'a laptop', files: { product_name: '20XW\n', bios_vendor: 'LENOVO\n' }, mark: undefined },
  {
    behaviour: 'a VM of another maker',
    files: { product_name: 'Standard PC (Q35 + ICH9, 2009)\n', bios_vendor: 'SeaBIOS\n' },
    mark: undefined,
  },
  { behaviour: 'a machine that says nothing', files: {}, mark: undefined },
];

describe('a machine of Google Cloud is known without a network (metadata notes 12)', () => {
  for (const { behaviour, files, environment = {}, mark } of CASES) {
    test(behaviour, (t) => {
      const directory = mkdtempSync(join(tmpdir(), 'accredit-dmi-'));
      t.after(() => rmSync(directory, { recursive: true, force: true }));
      for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
      assert.equal(findGoogleMark(environment, directory), mark?.replace('DMI', directory));
    });
  }

  test('a machine without such a directory is none', () => {
    assert.equal(findGoogleMark({}, '/nonexistent'), undefined);
  });

  test('the ways that leave the real network within reach are refused there', () => {
    assert.throws(
      () => refuseOnGoogleMachine('env', { CLOUD_RUN_JOB: 'job' }, '/nonexistent'),
      new EnvironmentError(
        'google-machine',
        "This machine is one of Google Cloud's (the variable 'CLOUD_RUN_JOB' is set), so a program that ignores the 'env' variables would get the credentials of the real machine: only '--isolation netns' is safe here.",
      ),
    );
  });
});
