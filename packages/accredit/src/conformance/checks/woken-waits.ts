import { CLIENTS, DOCS, inferred } from '../basis.ts';
import { type Check, GCE } from '../check.ts';
import { type Answer, headerOf, textOf } from '../http-message.ts';
import type { Probe } from '../probe.ts';
import { attributePath, changeAttribute, etagOf, setAttribute } from './attributes.ts';
import { ARRIVAL_MS, lastedSeconds, STILL, WAIT_SECONDS, waitUrl } from './wait-for-change.ts';

/** Enough to see that each is woken. */
const WAITERS = 100;

const CHANGES = { profiles: GCE, needs: ['setAttribute', 'removeAttribute'] } as const;

/** Begins a wait, changes something, and returns what the wait ends with. */
async function wake(probe: Probe, path: string, change: () => Promise<void>): Promise<Answer> {
  const take = probe.begin(path);
  await probe.target.sleep(ARRIVAL_MS);
  await change();
  return take();
}

export const wokenWaits: readonly Check[] = [
  {
    number: 103,
    title: 'without last_etag a wait ends with the next change, its value and its ETag',
    ...DOCS.query,
    ...CHANGES,
    async run(probe) {
      const key = 'accredit-conformance-wait';
      await setAttribute(probe, key, 'before');
      const etag = await etagOf(probe, attributePath(key));
      const answer = await wake(probe, waitUrl(attributePath(key)), () =>
        changeAttribute(probe, key, 'after'),
      );
      probe.status(answer, 200);
      probe.body(answer, 'after');
      probe.that('a new ETag', headerOf(answer, 'ETag') !== etag, true);
    },
  },
  {
    number: 104,
    title: 'who waits for instance/?recursive=true is woken by a change below',
    ...DOCS.query,
    ...CHANGES,
    async run(probe) {
      const key = 'accredit-conformance-nested';
      await setAttribute(probe, key, 'before');
      const etag = await etagOf(probe, 'instance/?recursive=true');
      const path = waitUrl('instance/?recursive=true', `&last_etag=${etag}`);
      const answer = await wake(probe, path, () => changeAttribute(probe, key, 'after'));
      probe.status(answer, 200);
      probe.that('a new ETag', headerOf(answer, 'ETag') !== etag, true);
      probe.that('the new value in it', textOf(answer).includes(`"${key}":"after"`), true);
    },
  },
  {
    number: 105,
    title: 'who waits for one key is not woken by another',
    ...DOCS.query,
    ...CHANGES,
    async run(probe) {
      const [own, other] = ['accredit-conformance-own', 'accredit-conformance-other'];
      await setAttribute(probe, own, 'x');
      await setAttribute(probe, other, 'before');
      const etag = await etagOf(probe, attributePath(own));
      const path = waitUrl(attributePath(own), `&last_etag=${etag}&timeout_sec=${WAIT_SECONDS}`);
      const answer = await wake(probe, path, () => changeAttribute(probe, other, 'after'));
      probe.header(answer, 'ETag', etag);
      lastedSeconds(probe, answer, WAIT_SECONDS);
    },
  },
  {
    number: 109,
    title: 'who waits for a key that is removed gets 404',
    ...CLIENTS.go,
    ...CHANGES,
    async run(probe) {
      const key = 'accredit-conformance-removed';
      await setAttribute(probe, key, 'x');
      const path = waitUrl(attributePath(key), `&last_etag=${await etagOf(probe, attributePath(key))}`);
      probe.status(await wake(probe, path, () => changeAttribute(probe, key, undefined)), 404);
    },
  },
  {
    number: 112,
    title: `${WAITERS} who wait at once are all woken by one change`,
    ...inferred('many programs of a VM wait for the same key'),
    ...CHANGES,
    async run(probe) {
      const key = 'accredit-conformance-many';
      await setAttribute(probe, key, 'before');
      const path = waitUrl(attributePath(key), `&last_etag=${await etagOf(probe, attributePath(key))}`);
      const takes = Array.from({ length: WAITERS }, () => probe.begin(path));
      await probe.target.sleep(ARRIVAL_MS);
      await changeAttribute(probe, key, 'after');
      const settled = await Promise.allSettled(takes.map((take) => take()));
      const woken = settled.filter(
        (one) => one.status === 'fulfilled' && one.value.status === 200 && textOf(one.value) === 'after',
      );
      probe.that('who got the new value', woken.length, WAITERS);
    },
  },
  {
    number: 225,
    title: 'an attribute that is written with the same value wakes nobody',
    ...inferred('its ETag is the same'),
    ...CHANGES,
    async run(probe) {
      const key = 'accredit-conformance-same';
      await setAttribute(probe, key, 'same');
      const etag = await etagOf(probe, attributePath(key));
      const path = waitUrl(attributePath(key), `&last_etag=${etag}&timeout_sec=${WAIT_SECONDS}`);
      const answer = await wake(probe, path, () => changeAttribute(probe, key, 'same'));
      probe.header(answer, 'ETag', etag);
      lastedSeconds(probe, answer, WAIT_SECONDS);
    },
  },
  {
    number: 226,
    title: 'a change of maintenance-event reaches who waits for it',
    ...DOCS.keys,
    profiles: GCE,
    needs: ['setMaintenanceEvent'],
    async run(probe) {
      const { control } = probe;
      const kind = await probe.value('instance/scheduling/on-host-maintenance');
      if (kind !== 'MIGRATE') probe.skip('the VM does not migrate for maintenance, but stops');
      probe.defer(async (after) => after.control.setMaintenanceEvent?.('NONE'));
      const path = waitUrl(STILL, `&last_etag=${await etagOf(probe, STILL)}`);
      const answer = await wake(probe, path, async () =>
        control.setMaintenanceEvent?.('MIGRATE_ON_HOST_MAINTENANCE'),
      );
      probe.status(answer, 200);
      probe.body(answer, 'MIGRATE_ON_HOST_MAINTENANCE');
    },
  },
];
