import type { Check, Profile } from './check.ts';

/** What was named names no checks. */
export class BadSelection extends Error {
  override readonly name = 'BadSelection';
}

/**
 * Returns the checks of a profile; where numbers are named, those, whatever their profile. Numbers stay: one whose check
 * was withdrawn names none, alone or in a range.
 *
 * @param numbers - `7,12-20`; absent for all
 * @throws {BadSelection} with a sentence for people
 */
export function selectChecks(
  checks: readonly Check[],
  profile: Profile,
  numbers: string | undefined,
): readonly Check[] {
  if (numbers === undefined) return checks.filter(({ profiles }) => profiles.includes(profile));
  const last = Math.max(...checks.map(({ number }) => number));
  const wanted = parseNumbers(numbers, last);
  const found = checks.filter(({ number }) => wanted.has(number));
  if (found.length === 0)
    throw new BadSelection(`'${numbers}' names checks that were withdrawn, and no others.`);
  return found;
}

function parseNumbers(text: string, last: number): ReadonlySet<number> {
  const wanted = new Set<number>();
  for (const part of text.split(',')) {
    const [, first, end = first] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(part.trim()) ?? [];
    const [from, to] = [Number(first), Number(end)];
    if (first === undefined || from < 1 || to > last || from > to) {
      throw new BadSelection(`'${part}' names no checks: it is written 7 or 12-20, from 1 to ${last}.`);
    }
    for (let number = from; number <= to; number += 1) wanted.add(number);
  }
  return wanted;
}
