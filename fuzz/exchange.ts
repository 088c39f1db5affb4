import { connect } from 'node:net';
import { type Answer, BadAnswer, parseAnswers } from './answers.ts';
import { GOOD_REQUEST } from './corpus.ts';
import { bytesOf, type FuzzCase } from './mutations.ts';

/** How long nothing may come before a client says that it sends no more: what it sent is waited for as a body. */
const IDLE_MS = 50;

/** The same for a second attempt, where the first was not answered: some answers take a second. */
const PATIENT_IDLE_MS = 5_000;

/** How long a connection may go on after the client has said so. */
const LIMIT_MS = 20_000;

/** All that came on a connection, one character a byte. */
interface Received {
  readonly text: string;
  /** Whether the server ended it, and not the limit. */
  readonly isEnded: boolean;
  /** Whether that was a reset: the system drops answers with it that were not read yet. */
  readonly isReset: boolean;
}

/** What is wrong with how a case was answered. */
export interface Failure {
  readonly fuzzCase: FuzzCase;
  readonly reason: string;
  /** All that came back. */
  readonly got: string;
  /** Whether the connection was reset. */
  readonly isReset: boolean;
}

/** Sends a case on a connection of its own and checks what comes back. */
export async function runCase(port: number, fuzzCase: FuzzCase): Promise<Failure | readonly Answer[]> {
  const first = await judge(port, fuzzCase, fuzzCase.isSlow ? PATIENT_IDLE_MS : IDLE_MS);
  // Who says too early that no more comes may be left without an answer; that is no failure of the server.
  const second = 'reason' in first ? await judge(port, fuzzCase, PATIENT_IDLE_MS) : first;
  if (!('reason' in second && second.isReset)) return second;
  // Who goes on sending to a server that has answered and closed is reset, and may lose the answer. What is sent in one
  // piece is read before.
  const packets = [Buffer.concat(fuzzCase.packets)];
  return judge(port, { ...fuzzCase, packets }, PATIENT_IDLE_MS);
}

async function judge(port: number, fuzzCase: FuzzCase, idleMs: number): Promise<Failure | readonly Answer[]> {
  const received = await send(port, fuzzCase, idleMs);
  if (received === undefined) return [];
  const fail = (reason: string): Failure => ({
    fuzzCase,
    reason,
    got: received.text,
    isReset: received.isReset,
  });
  if (!received.isEnded) return fail(`The connection did not end within ${LIMIT_MS} ms.`);
  const bytes = bytesOf(fuzzCase).toString('latin1');
  try {
    const answers = parseAnswers(received.text, bytes.includes('HEAD'));
    return answers.length === 0 && !mayBeSilent(fuzzCase) ? fail('There was no answer.') : answers;
  } catch (error) {
    if (error instanceof BadAnswer) return fail(error.message);
    throw error;
  }
}

/**
 * Nothing but empty lines asks for nothing; who says that no more comes need not be answered what takes time; and who
 * waits for a change may wait for ever.
 */
function mayBeSilent({ packets, ending, isSlow }: FuzzCase): boolean {
  if (isSlow) return false;
  const bytes = Buffer.concat(packets).toString('latin1');
  return ending === 'half-close' || /^[\r\n]*$/.test(bytes) || bytes.includes('wait_for_change');
}

/** @returns `undefined` where nobody was there to receive anything */
function send(port: number, { packets, ending }: FuzzCase, idleMs: number): Promise<Received | undefined> {
  return new Promise((resolve, reject) => {
    const parts: string[] = [];
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
    let idle: NodeJS.Timeout | undefined;
    const limit = setTimeout(() => finish(false), LIMIT_MS);
    const finish = (isEnded: boolean, isReset = false) => {
      clearTimeout(limit);
      clearTimeout(idle);
      // A reset leaves no port behind that waits for stray packets: there are fewer of those than cases.
      socket.resetAndDestroy();
      resolve(ending === 'abort' ? undefined : { text: parts.join(''), isEnded, isReset });
    };
    socket.setEncoding('latin1');
    socket.on('data', (part: string) => {
      parts.push(part);
      idle?.refresh();
    });
    socket.on('end', () => finish(true));
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNREFUSED' || error.code === 'EADDRNOTAVAIL') reject(error);
      else finish(true, true);
    });
    socket.on('connect', () => {
      const last = ending === 'good-request' ? GOOD_REQUEST : '';
      for (const packet of packets.slice(0, -1)) socket.write(packet);
      socket.write(Buffer.concat([packets.at(-1) ?? Buffer.alloc(0), Buffer.from(last)]));
      if (ending === 'abort') socket.write('', () => finish(true));
      else if (ending === 'half-close') socket.end();
      else {
        idle = setTimeout(() => socket.end(), idleMs);
      }
    });
  });
}
