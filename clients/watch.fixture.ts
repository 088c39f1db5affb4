/** What a client that watches an attribute has to see, whatever its language. */
import assert from 'node:assert/strict';
import { printed, type SampleCloud } from './sample-cloud.fixture.ts';

/**
 * Starts a program that tells each value of an attribute of its VM as a line of JSON, `{"value": …}`, and asserts that
 * it tells a change, an empty value, and with `null` the end of the attribute; then it ends.
 *
 * @param command - the program; the name of the attribute follows
 */
export async function assertSeesChanges(cloud: SampleCloud, command: readonly string[]): Promise<void> {
  const owner = cloud.owner();
  await owner.setInstanceAttribute('vm-2', 'watched', 'first');
  const watching = cloud.start(['--instance', 'vm-2'], [...command, 'watched']);
  const nextValue = async () => JSON.parse((await watching.nextLine()) ?? '{}') as unknown;
  try {
    assert.deepEqual(await nextValue(), { value: 'first' });
    for (const value of ['second', '', undefined]) {
      await owner.setInstanceAttribute('vm-2', 'watched', value);
      assert.deepEqual(await nextValue(), { value: value ?? null });
    }
  } finally {
    // Without it there is nothing to watch, and the program ends.
    await owner.setInstanceAttribute('vm-2', 'watched');
    await watching.outcome;
  }
  printed(await watching.outcome);
}
