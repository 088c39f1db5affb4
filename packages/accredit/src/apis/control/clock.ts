import { method } from '../../http/method.ts';
import type { CloudClock } from '../../identity/cloud-clock.ts';
import { invalidArgument } from '../../kernel/api-error.ts';
import { int32, object } from '../../kernel/decode.ts';
import { SECOND_MS, toRfc3339 } from '../../kernel/timestamps.ts';
import { type CloudControl, OWNER_ONLY, requireOwner } from './cloud-control.ts';

/** The cloud's time, and how far it is ahead of real time. */
export const getClock = ({ clock }: CloudControl) =>
  method({
    id: 'control.clock.get',
    http: 'GET /v1/clock',
    open: OWNER_ONLY,
    handle({ caller }) {
      requireOwner(caller);
      return { json: describeClock(clock) };
    },
  });

const advanceRequest = object({ seconds: int32 });

/** Moves the cloud's time forward: `accredit clock advance`. */
export const advanceClock = ({ clock }: CloudControl) =>
  method({
    id: 'control.clock.advance',
    http: 'POST /v1/clock:advance',
    open: OWNER_ONLY,
    body: { kind: 'json', decode: advanceRequest },
    async handle({ caller, body }) {
      requireOwner(caller);
      await clock.advance(body.seconds * SECOND_MS).catch((error: unknown) => {
        // Its range is the caller's to keep; anything else is ours.
        throw error instanceof RangeError ? invalidArgument(error.message, { cause: error }) : error;
      });
      return { json: describeClock(clock) };
    },
  });

function describeClock(clock: CloudClock): object {
  return { time: toRfc3339(clock.now()), aheadSeconds: Math.floor(clock.aheadMs / SECOND_MS) };
}
