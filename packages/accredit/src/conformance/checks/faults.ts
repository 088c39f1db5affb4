import { CLIENTS, DOCS, inferred } from '../basis.ts';
import { type Check, EVERYWHERE } from '../check.ts';
import { NoAnswer } from '../connection.ts';
import type { Fault } from '../control.ts';
import { type Answer, headerOf } from '../http-message.ts';
import { type Probe, V1 } from '../probe.ts';

const KEY = 'project/project-id';

/** What the clients of Node, Python and Go try again. */
const RETRIED: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504]);

/** The fewest attempts that any of them makes: Node's, the first and three more. */
const ATTEMPTS = 4;

/** How late an answer is made to be. */
const LATENCY_MS = 300;

/** What a client that asks for what is not there may have to wait. */
const NOT_FOUND_LIMIT_MS = 1_000;

/** Requests at once while 404s are timed. */
const LOAD = 20;

async function inject(probe: Probe, fault: Omit<Fault, 'path' | 'times'>): Promise<void> {
  probe.defer(async (after) => after.control.clearFaults?.());
  await probe.control.addFault?.({ path: V1 + KEY, times: 1, ...fault });
}

/** Asks until it goes well, as clients do. */
async function askAgain(probe: Probe): Promise<readonly Answer[]> {
  const answers: Answer[] = [];
  while (answers.length < ATTEMPTS) {
    const answer = await probe.get(KEY);
    answers.push(answer);
    if (!RETRIED.has(answer.status)) break;
  }
  return answers;
}

function recovers(status: number) {
  return async (probe: Probe) => {
    const before = await probe.value(KEY);
    await inject(probe, { status });
    const [first, second] = await askAgain(probe);
    probe.that('the first answer', first?.status, status);
    probe.that('Metadata-Flavor of it', first && headerOf(first, 'Metadata-Flavor'), 'Google');
    probe.that('the second answer', second?.status, 200);
    probe.that('its body', second?.body.toString(), before);
  };
}

const FAULTS = { profiles: EVERYWHERE, needs: ['addFault', 'clearFaults'] } as const;

export const faults: readonly Check[] = [
  {
    number: 151,
    title: 'one 503, and the next attempt of a client succeeds',
    ...CLIENTS.node,
    ...FAULTS,
    run: recovers(503),
  },
  {
    number: 152,
    title: 'one 429, and the next attempt of a client succeeds',
    ...CLIENTS.python,
    ...FAULTS,
    run: recovers(429),
  },
  {
    number: 153,
    title: 'a 404 is quick, also under load: clients do not ask again, but wait',
    ...CLIENTS.node,
    profiles: EVERYWHERE,
    async run(probe) {
      const load = Promise.all(Array.from({ length: LOAD }, () => probe.get('instance/?recursive=true')));
      const answers = await Promise.all(Array.from({ length: LOAD }, () => probe.get('instance/nosuch')));
      await load;
      for (const answer of answers) probe.status(answer, 404);
      const slowestMs = Math.round(Math.max(...answers.map(({ elapsedMs }) => elapsedMs)));
      probe.holds(slowestMs < NOT_FOUND_LIMIT_MS, `404 within ${NOT_FOUND_LIMIT_MS} ms`, `${slowestMs} ms`);
    },
  },
  {
    number: 257,
    title: 'one connection that is reset, and the next attempt succeeds',
    ...CLIENTS.go,
    ...FAULTS,
    async run(probe) {
      await inject(probe, { reset: true });
      const outcome = await probe.get(KEY).then(
        ({ status }) => String(status),
        (error: unknown) => {
          if (error instanceof NoAnswer) return 'no answer';
          throw error;
        },
      );
      probe.that('the first attempt', outcome, 'no answer');
      probe.status(await probe.get(KEY), 200);
    },
  },
  {
    number: 258,
    title: `an answer that is ${LATENCY_MS} ms late comes whole`,
    ...inferred('clients wait three seconds'),
    ...FAULTS,
    async run(probe) {
      const before = await probe.value(KEY);
      await inject(probe, { latencyMs: LATENCY_MS });
      const answer = await probe.get(KEY);
      probe.status(answer, 200);
      probe.that('body', answer.body.toString(), before);
      probe.holds(
        answer.elapsedMs >= LATENCY_MS - 20,
        `after ${LATENCY_MS} ms`,
        `${Math.round(answer.elapsedMs)} ms`,
      );
    },
  },
  {
    number: 259,
    title: 'what is asked for elsewhere meets no fault',
    ...DOCS.query,
    ...FAULTS,
    async run(probe) {
      await inject(probe, { status: 503 });
      probe.status(await probe.get('project/numeric-project-id'), 200);
      probe.status(await probe.get(KEY), 503);
    },
  },
];
