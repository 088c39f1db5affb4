import { type Comparison, literalOf, readingsOf } from './comparisons.ts';
import { TIME_FIELDS } from './declarations.ts';
import { type Expression, pathOf, walk } from './expression.ts';
import type { Finding } from './lint-result.ts';
import { type Moment, parseDate, parseTimestamp } from './time-literals.ts';

/** A moment that an expression writes down. */
interface WrittenTime {
  readonly text: string;
  readonly offset: number;
  /** `undefined` where the text is none. */
  readonly moment: Moment | undefined;
}

/** Finds moments that are none, or are past, so that comparing the time of a request with them says nothing. */
export function findIneffectiveTimes(root: Expression, timeMs: number): readonly Finding[] {
  return [...walk(root)].flatMap((node) => {
    const written = writtenTime(node);
    if (written !== undefined && written.moment === undefined) return [invalid(written)];
    const past = readingsOf(node).filter(({ subject }) => pathOf(subject) === 'request.time');
    return past.flatMap((comparison) => ineffective(comparison, timeMs));
  });
}

/** Returns what `timestamp('…')` and `date('…')` write. */
function writtenTime(expression: Expression): WrittenTime | undefined {
  if (expression.kind !== 'call' || expression.target !== undefined) return undefined;
  const parse = { timestamp: parseTimestamp, date: parseDate }[expression.name];
  const literal = literalOf(expression.args[0]);
  if (parse === undefined || literal === undefined) return undefined;
  const text = String(literal.value);
  return { text, offset: literal.offset, moment: parse(text) };
}

function invalid({ text, offset }: WrittenTime): Finding {
  // Guess: the words; that a wrong format is found is known.
  return { offset, message: `Invalid date time value "${text}"; condition is effectively False.` };
}

/** What a comparison with a moment that is past gives: for `<`, `<=` and `==` the words are known, for the others guessed. */
const PAST = {
  '<': 'False. Time expired already.',
  '<=': 'False. Time expired already.',
  '==': 'False. Time expired already.',
  // Guess: the words for conditions that have become true for good.
  '>': 'True. Time passed already.',
  '>=': 'True. Time passed already.',
  '!=': 'True. Time passed already.',
} as const;

function ineffective({ operator, value }: Comparison<Expression>, timeMs: number): readonly Finding[] {
  const written = writtenTime(value);
  if (written?.moment === undefined || written.moment.seconds * 1000 >= timeMs) return [];
  const { text, offset, moment } = written;
  const outcome = PAST[operator];
  const message = `Ineffective date time value ${spell(moment)} parsed from "${text}"; condition is effectively ${outcome}`;
  return [{ offset, message }];
}

/** Writes a moment as the linter does: `2000-01-01T00:00:00+00:00`. */
function spell({ seconds, nanos }: Moment): string {
  const fraction = nanos === 0 ? '' : `.${String(nanos).padStart(9, '0').replace(/0+$/, '')}`;
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}${fraction}+00:00`;
}

/** Finds constants that a part of a timestamp can never be. */
export function findValuesOutOfRange(root: Expression): readonly Finding[] {
  return [...walk(root)].flatMap(readingsOf).flatMap(({ subject, value }) => {
    const name = subject.kind === 'call' ? subject.name : '';
    const range = TIME_FIELDS.get(name);
    const literal = literalOf(value);
    if (range === undefined || literal === undefined) return [];
    const [low, high] = range;
    if (Number(literal.value) >= low && Number(literal.value) <= high) return [];
    return [
      {
        offset: literal.offset,
        message: `The value being compared to the specified timestamp function (${name}) must be in range [${low}, ${high}].`,
      },
    ];
  });
}
