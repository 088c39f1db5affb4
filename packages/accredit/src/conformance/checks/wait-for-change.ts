import { CLIENTS, DOCS, EMULATORS, inferred } from '../basis.ts';
import { type Check, EVERYWHERE, GCE } from '../check.ts';
import type { Answer } from '../http-message.ts';
import type { Probe } from '../probe.ts';
import { etagOf } from './attributes.ts';

/** A value that changes only when the VM moves. */
export const STILL = 'instance/maintenance-event';

/** The shortest wait that can be asked for. */
export const WAIT_SECONDS = 1;

/** How much later than asked a wait may end. */
const WAIT_TOLERANCE_MS = 1_000;

/** Clocks of two machines and of two timers differ by less. */
const TIMER_TOLERANCE_MS = 50;

/** What counts as at once. */
const AT_ONCE_MS = 900;

/** How long it is given a request to be waiting, since that cannot be seen from outside. */
export const ARRIVAL_MS = 200;

export function waitUrl(path: string, parameters = ''): string {
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

export function lastedSeconds(probe: Probe, { elapsedMs }: Answer, seconds: number): void {
  const ms = seconds * 1000;
  const isRight = elapsedMs >= ms - TIMER_TOLERANCE_MS && elapsedMs < ms + WAIT_TOLERANCE_MS;
  probe.holds(
    isRight,
    `an answer after ${ms} to ${ms + WAIT_TOLERANCE_MS} ms`,
    `${Math.round(elapsedMs)} ms`,
  );
}

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
