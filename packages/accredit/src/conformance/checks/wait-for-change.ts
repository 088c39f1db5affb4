import { CLIENTS, DOCS, EMULATORS, inferred } from '../basis.ts';
import { type Check, EVERYWHERE, GCE } from '../check.ts';
import { type Answer, headerOf, textOf } from '../http-message.ts';
import type { Probe } from '../probe.ts';
import { attributePath, changeAttribute, etagOf, setAttribute } from './attributes.ts';

/** A value that changes only when the VM moves. */
const STILL = 'instance/maintenance-event';

/** The shortest wait that can be asked for. */
const WAIT_SECONDS = 1;

/** How much later than asked a wait may end. */
const WAIT_TOLERANCE_MS = 1_000;

/** Clocks of two machines and of two timers differ by less. */
const TIMER_TOLERANCE_MS = 50;

/** What counts as at once. */
const AT_ONCE_MS = 900;

/** How long it is given a request to be waiting, since that cannot be seen from outside. */
const ARRIVAL_MS = 200;

/** Enough to see that each is woken. */
const WAITERS = 100;

function waitUrl(path: string, parameters = ''): string {
  return `${path}${path.includes('?') ? '&' : '?'}wait_for_change=true${parameters}`;
}

async function isAtOnce(probe: Probe, path: string, status = 200): Promise<Answer> {
  const answer = await probe.get(path);
  probe.status(answer, status);
  probe.holds(
    answer.elapsedMs < AT_ONCE_MS,
    `an answer within ${AT_ONCE_MS} ms`,
    `${Math.round(answer.elapsedMs)} ms`,
  );
  return answer;
}

/** Begins a wait, changes something, and returns what the wait ends with. */
async function wake(probe: Probe, path: string, change: () => Promise<void>): Promise<Answer> {
  const take = probe.begin(path);
  await probe.target.sleep(ARRIVAL_MS);
  await change();
  return take();
}

function lastedSeconds(probe: Probe, { elapsedMs }: Answer, seconds: number): void {
  const ms = seconds * 1000;
  const isRight = elapsedMs >= ms - TIMER_TOLERANCE_MS && elapsedMs < ms + WAIT_TOLERANCE_MS;
  probe.holds(
    isRight,
    `an answer after ${ms} to ${ms + WAIT_TOLERANCE_MS} ms`,
    `${Math.round(elapsedMs)} ms`,
  );
}

const CHANGES = { profiles: GCE, needs: ['setAttribute', 'removeAttribute'] } as const;

export const waits: readonly Check[] = [
  {
    number: 100,
    title: 'a wait whose time is over answers 200 with the same value and ETag',
    ...DOCS.query,
    profiles: GCE,
    async run(probe) {
      const etag = await etagOf(probe, STILL);
      const answer = await probe.get(waitUrl(STILL, `&last_etag=${etag}&timeout_sec=${WAIT_SECONDS}`));
      probe.status(answer, 200);
      probe.header(answer, 'ETag', etag);
      lastedSeconds(probe, answer, WAIT_SECONDS);
    },
  },
  {
    number: 101,
    title: 'last_etag=0 is answered at once',
    ...DOCS.query,
    profiles: GCE,
    run: (probe) => isAtOnce(probe, waitUrl(STILL, '&last_etag=0')).then(() => undefined),
  },
  {
    number: 102,
    title: 'last_etag=NONE is answered at once',
    ...CLIENTS.agent,
    profiles: GCE,
    run: (probe) => isAtOnce(probe, waitUrl(STILL, '&last_etag=NONE')).then(() => undefined),
  },
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
    number: 106,
    title: 'a wait for a listing is 400',
    ...DOCS.query,
    profiles: GCE,
    run: (probe) => isAtOnce(probe, waitUrl('instance/'), 400).then(() => undefined),
  },
  {
    number: 107,
    title: 'a wait for a token is 400',
    ...DOCS.query,
    profiles: GCE,
    run: (probe) =>
      isAtOnce(probe, waitUrl('instance/service-accounts/default/token'), 400).then(() => undefined),
  },
  {
    number: 108,
    title: 'a wait for a key that is not there is 404',
    ...EMULATORS.of2016,
    profiles: GCE,
    run: (probe) =>
      isAtOnce(probe, waitUrl('instance/attributes/accredit-conformance-no'), 404).then(() => undefined),
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
    number: 110,
    title: 'timeout_sec without wait_for_change is answered at once',
    ...CLIENTS.agent,
    profiles: GCE,
    run: (probe) => isAtOnce(probe, `${STILL}?timeout_sec=60&last_etag=NONE`).then(() => undefined),
  },
  {
    number: 111,
    title: 'timeout_sec=abc is 400, or ignored',
    ...inferred('emulators differ'),
    profiles: GCE,
    async run(probe) {
      probe.status(await probe.get(waitUrl(STILL, '&last_etag=0&timeout_sec=abc')), [200, 400]);
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
    number: 113,
    title: "the guest agent's first request is answered at once with JSON and an ETag",
    ...CLIENTS.agent,
    profiles: GCE,
    async run(probe) {
      const query = 'alt=json&last_etag=NONE&recursive=true&timeout_sec=60&wait_for_change=true';
      const answer = await isAtOnce(probe, `/computeMetadata/v1/?${query}`);
      probe.header(answer, 'Content-Type', 'application/json');
      probe.header(answer, 'ETag', /./);
      probe.json(answer);
    },
  },
  {
    number: 114,
    title: 'a client that leaves while it waits harms nobody',
    ...inferred('programs end whenever they end'),
    profiles: GCE,
    async run(probe) {
      const connection = await probe.connect();
      const etag = await etagOf(probe, STILL);
      const asked = connection.ask(probe.request(waitUrl(STILL, `&last_etag=${etag}&timeout_sec=60`)));
      asked.catch(() => undefined);
      await probe.target.sleep(ARRIVAL_MS);
      connection.destroy();
      await isAtOnce(probe, STILL);
    },
  },
  {
    number: 221,
    title: 'wait_for_change=false is answered at once',
    ...DOCS.query,
    profiles: EVERYWHERE,
    run: (probe) =>
      isAtOnce(probe, 'instance/zone?wait_for_change=false&timeout_sec=60').then(() => undefined),
  },
  {
    number: 222,
    title: 'timeout_sec=0 is answered at once',
    ...inferred('no time is to pass'),
    profiles: GCE,
    async run(probe) {
      await isAtOnce(probe, waitUrl(STILL, `&last_etag=${await etagOf(probe, STILL)}&timeout_sec=0`));
    },
  },
  {
    number: 223,
    title: 'a timeout_sec below zero is 400, or answered at once',
    ...inferred('no source says which'),
    profiles: GCE,
    async run(probe) {
      const path = waitUrl(STILL, `&last_etag=${await etagOf(probe, STILL)}&timeout_sec=-1`);
      probe.status(await probe.get(path), [200, 400]);
    },
  },
  {
    number: 224,
    title: 'a wait for an identity token is 400',
    ...inferred('it is refused for the access token'),
    profiles: GCE,
    run: (probe) =>
      isAtOnce(probe, waitUrl('instance/service-accounts/default/identity?audience=x'), 400).then(
        () => undefined,
      ),
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
      probe.defer(async () => control.setMaintenanceEvent?.('NONE'));
      const path = waitUrl(STILL, `&last_etag=${await etagOf(probe, STILL)}`);
      const answer = await wake(probe, path, async () =>
        control.setMaintenanceEvent?.('MIGRATE_ON_HOST_MAINTENANCE'),
      );
      probe.status(answer, 200);
      probe.body(answer, 'MIGRATE_ON_HOST_MAINTENANCE');
    },
  },
  {
    number: 227,
    title: 'who waits is answered on a connection that goes on',
    ...DOCS.query,
    profiles: GCE,
    async run(probe) {
      const connection = await probe.connect();
      const etag = await etagOf(probe, STILL);
      const query = `&last_etag=${etag}&timeout_sec=${WAIT_SECONDS}`;
      probe.status(await connection.ask(probe.request(waitUrl(STILL, query))), 200, 'the wait');
      probe.status(await connection.ask(probe.request(STILL)), 200, 'what is asked next');
    },
  },
];
