import { renderDuration } from '../../config/durations.ts';
import { int32, object, string } from '../../kernel/decode.ts';
import type { Output } from '../context.ts';
import { type Format, printDone } from '../output.ts';

const readClock = object({ time: string, aheadSeconds: int32 }, 'ignore');

/** Prints the time of a cloud as it said it. */
export function printClock(out: Output, format: Format, answer: unknown): void {
  const clock = readClock(answer, '');
  const ahead =
    clock.aheadSeconds === 0 ? 'as real time is' : `${renderDuration(clock.aheadSeconds)} ahead of real time`;
  printDone(out, format, `The cloud's time is ${clock.time}, ${ahead}.`, clock);
}
