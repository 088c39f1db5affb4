import { literalOf, readingsOf } from './comparisons.ts';
import { TIME_FIELDS } from './declarations.ts';
import { type Expression, walk } from './expression.ts';
import type { Finding } from './lint-result.ts';

/** The values of one part of a request's time for which an expression is true. */
interface TimeRange {
  /** `getMonth`, with its time zone: ranges of two zones say nothing about each other. */
  readonly key: string;
  readonly name: string;
  /** Whether it is true, for each value that the part can have. */
  readonly truth: readonly boolean[];
  /** How many comparisons it is made of. One alone is another unit's. */
  readonly comparisons: number;
}

/**
 * Finds parts of a request's time that no moment satisfies, or every one, because several comparisons cancel out.
 *
 * Guess: that ranges of timestamps themselves are not looked at, and the words for a full range.
 */
export function findEffectiveRanges(root: Expression): readonly Finding[] {
  const aggregates = [...walk(root)].flatMap(aggregatesOf);
  const empty = namesOf(aggregates.filter(({ truth }) => truth.every((value) => !value)));
  const full = namesOf(aggregates.filter(({ truth }) => truth.every((value) => value)));
  return [
    ...(empty === ''
      ? []
      : [{ message: `The aggregate of time functions [${empty}] results in empty ranges.` }]),
    ...(full === ''
      ? []
      : [{ message: `The aggregate of time functions [${full}] results in full ranges.` }]),
  ];
}

function namesOf(ranges: readonly TimeRange[]): string {
  return [...new Set(ranges.map(({ name }) => name))].join(', ');
}

/** What the operands of `&&` and of `||` say together about each part of the time. */
function aggregatesOf(expression: Expression): readonly TimeRange[] {
  if (expression.kind !== 'call' || (expression.name !== '_&&_' && expression.name !== '_||_')) return [];
  const byKey = Map.groupBy(operandsOf(expression, expression.name).flatMap(rangeOf), ({ key }) => key);
  const joined = [...byKey.values()].flatMap((ranges) => join(expression.name, ranges));
  // `a && …` may be empty however the rest is, and is never full by a part of it; `a || …` the other way round.
  const decisive = expression.name === '_||_';
  return joined.filter(
    ({ truth, comparisons }) => comparisons > 1 && truth.every((value) => value === decisive),
  );
}

/** Returns the operands of a chain, through brackets. */
function operandsOf(expression: Expression, name: string): readonly Expression[] {
  if (expression.kind !== 'call' || expression.name !== name) return [expression];
  return expression.args.flatMap((operand) => operandsOf(operand, name));
}

/** Returns the range of an expression that is about one part of the time alone; nothing for any other. */
function rangeOf(expression: Expression): readonly TimeRange[] {
  const compared = readingsOf(expression).flatMap(({ operator, subject, value }) => {
    const limit = Number(literalOf(value)?.value);
    return literalOf(value) === undefined
      ? []
      : rangeWhere(subject, (field) => COMPARE[operator](field, limit));
  });
  if (compared.length > 0 || expression.kind !== 'call') return compared;
  if (expression.name === '!_') return expression.args.flatMap(rangeOf).map(negate);
  if (expression.name !== '_&&_' && expression.name !== '_||_') return [];
  const ranges = expression.args.map(rangeOf);
  const [first] = ranges.flat();
  const sameKey = ranges.every((range) => range.length === 1 && range[0]?.key === first?.key);
  return sameKey ? join(expression.name, ranges.flat()) : [];
}

const COMPARE = {
  '<': (field: number, limit: number) => field < limit,
  '<=': (field: number, limit: number) => field <= limit,
  '>': (field: number, limit: number) => field > limit,
  '>=': (field: number, limit: number) => field >= limit,
  '==': (field: number, limit: number) => field === limit,
  '!=': (field: number, limit: number) => field !== limit,
};

function rangeWhere(subject: Expression, isTrue: (field: number) => boolean): readonly TimeRange[] {
  if (subject.kind !== 'call') return [];
  const range = TIME_FIELDS.get(subject.name);
  const zone = literalOf(subject.args[0]);
  if (range === undefined || (subject.args.length > 0 && zone === undefined)) return [];
  const [low, high] = range;
  const truth = Array.from({ length: high - low + 1 }, (_, index) => isTrue(low + index));
  return [{ key: `${subject.name}(${zone?.value ?? ''})`, name: subject.name, truth, comparisons: 1 }];
}

function negate(range: TimeRange): TimeRange {
  return { ...range, truth: range.truth.map((value) => !value) };
}

/** Returns what ranges of one part say together; nothing where there are none. */
function join(name: string, ranges: readonly TimeRange[]): readonly TimeRange[] {
  const [first] = ranges;
  if (first === undefined) return [];
  const truth = first.truth.map((_, index) =>
    name === '_&&_'
      ? ranges.every((range) => range.truth[index])
      : ranges.some((range) => range.truth[index]),
  );
  const comparisons = ranges.reduce((sum, range) => sum + range.comparisons, 0);
  return [{ ...first, truth, comparisons }];
}
