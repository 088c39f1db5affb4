import { headerOf, textOf } from '../http-message.ts';
import type { Probe } from '../probe.ts';

/** How often a change is looked for that does not show at once; a real VM takes moments. */
const SETTLE_ATTEMPTS = 50;

/** How long it is waited between two looks. */
const SETTLE_INTERVAL_MS = 100;

/** Returns the path of an attribute of the instance. */
export function attributePath(key: string): string {
  return `instance/attributes/${key}`;
}

/** Sets an attribute and waits until it shows; what was there is put back when the check is over. */
export async function setAttribute(probe: Probe, key: string, value: string): Promise<void> {
  const before = await probe.get(attributePath(key));
  probe.defer(async ({ control }) => {
    if (before.status === 200) await control.setAttribute?.(key, textOf(before));
    else await control.removeAttribute?.(key);
  });
  await changeAttribute(probe, key, value);
}

/** Sets an attribute, or removes it with `undefined`, and waits until that shows. */
export async function changeAttribute(probe: Probe, key: string, value: string | undefined): Promise<void> {
  const before = await probe.get(attributePath(key));
  if (value === undefined) await probe.control.removeAttribute?.(key);
  else await probe.control.setAttribute?.(key, value);
  for (let attempt = 0; attempt < SETTLE_ATTEMPTS; attempt += 1) {
    const answer = await probe.get(attributePath(key));
    // Another value than before is the new one, even if it is not what was set: that is for the check to say.
    const hasChanged = answer.status !== before.status || !answer.body.equals(before.body);
    if (hasChanged || textOf(answer) === value) return;
    await probe.target.sleep(SETTLE_INTERVAL_MS);
  }
  const seconds = (SETTLE_ATTEMPTS * SETTLE_INTERVAL_MS) / 1000;
  probe.holds(false, `a change of the attribute '${key}' that shows within ${seconds} s`, 'no change');
}

/** Returns the ETag of a path that must have one. */
export async function etagOf(probe: Probe, path: string): Promise<string> {
  const answer = await probe.get(path);
  probe.status(answer, 200, path);
  const etag = headerOf(answer, 'ETag') ?? '';
  probe.that(`ETag of ${path}`, etag, /./);
  return etag;
}
