import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isConfidential } from './confidential-vms.ts';

const cases: readonly (readonly [config: Parameters<typeof isConfidential>[0], expected: boolean])[] = [
  [undefined, false],
  [{}, false],
  [{ enableConfidentialCompute: false }, false],
  [{ enableConfidentialCompute: true }, true],
  [{ enableConfidentialCompute: true, confidentialInstanceType: 'SEV' }, true],
  [{ confidentialInstanceType: 'TDX' }, true],
  [{ confidentialInstanceType: 'CONFIDENTIAL_INSTANCE_TYPE_UNSPECIFIED' }, false],
];

for (const [config, expected] of cases) {
  test(`${JSON.stringify(config)} makes a Confidential VM: ${expected} (metadata notes 9.4.6)`, () => {
    assert.equal(isConfidential(config), expected);
  });
}
