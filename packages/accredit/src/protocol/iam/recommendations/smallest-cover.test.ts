import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Candidate, SEARCH_LIMIT, smallestCover } from './smallest-cover.ts';

/** `name covers adds`, letters each; a number after that is the weight. */
function candidate(text: string): Candidate {
  const [name = '', covers = '', adds = '', weight = '0'] = text.split(' ');
  return {
    name,
    covers: new Set(covers),
    adds: new Map(Array.from(adds, (added) => [added, 1])),
    weight: Number(weight),
  };
}

const cases: readonly (readonly [
  what: string,
  needs: string,
  candidates: readonly string[],
  chosen: string,
])[] = [
  ['the one that adds less', 'ab', ['big ab xyz', 'small ab x'], 'small'],
  ['two that add less than one', 'ab', ['both ab xyz', 'left a x', 'right b y'], 'left right'],
  ['one rather than two that add as much', 'ab', ['both ab xy', 'left a x', 'right b y'], 'both'],
  ['what two add both counts once', 'ab', ['both ab xy', 'left a xy', 'right b xy'], 'both'],
  ['what adds the same counts once', 'abc', ['left ab xy', 'right bc xy', 'whole abc xyz'], 'left right'],
  ['the weight counts as much as what is added', 'a', ['light a xyz 0', 'heavy a x 5'], 'light'],
  [
    'where a greedy choice is not the best',
    'abcd',
    ['ab ab x', 'bc bc', 'a a y', 'd d z', 'cd cd z'],
    'ab cd',
  ],
  ['the first name where all is alike', 'a', ['b a', 'a a'], 'a'],
  ['nothing for nothing', '', ['a a'], ''],
];

for (const [what, needs, candidates, chosen] of cases) {
  test(`the smallest cover is ${what}, whatever the order`, () => {
    for (const given of [candidates, candidates.toReversed()]) {
      const cover = smallestCover(needs.split(''), given.map(candidate));
      assert.equal(cover.chosen.map(({ name }) => name).join(' '), chosen);
      assert.deepEqual([cover.uncovered, cover.isExact], [[], true]);
    }
  });
}

test('what nothing covers is named, and the rest is covered', () => {
  const cover = smallestCover(['a', 'q', 'b'], [candidate('one ab x')]);
  assert.deepEqual(cover.uncovered, ['q']);
  assert.deepEqual(
    cover.chosen.map(({ name }) => name),
    ['one'],
  );
});

test('beyond its limit a search says that it is not exact, and still covers', () => {
  const needs = Array.from({ length: 40 }, (_, index) => `n${index}`);
  const candidates = Array.from({ length: 60 }, (_, index) => ({
    name: `c${String(index).padStart(2, '0')}`,
    covers: new Set(needs.filter((_, need) => (need * 7 + index * 13) % 9 < 2)),
    adds: new Map([
      [`x${index}`, 1],
      [`x${(index * 31) % 60}`, 1],
    ]),
    weight: 0,
  }));
  const cover = smallestCover(needs, candidates);
  assert.equal(cover.isExact, false);
  assert.deepEqual(cover.uncovered, []);
  const covered = new Set(cover.chosen.flatMap(({ covers }) => [...covers]));
  assert.deepEqual(
    needs.filter((need) => !covered.has(need)),
    [],
  );
  assert.equal(SEARCH_LIMIT, 5_000);
});

const letters = (alphabet: string) =>
  fc.uniqueArray(fc.constantFrom(...alphabet.split(''))).map((chosen) => new Set(chosen));

/** `z` costs as much as five others. */
const priced = letters('uvwxyz').map((added) => new Map([...added].map((one) => [one, one === 'z' ? 5 : 1])));

const instances = fc
  .array(fc.record({ covers: letters('abcde'), adds: priced, weight: fc.nat(3) }), {
    minLength: 1,
    maxLength: 7,
  })
  .map((parts) => parts.map((part, index): Candidate => ({ name: `c${index}`, ...part })));

const NEEDS = ['a', 'b', 'c', 'd', 'e'] as const;

/** Tries every subset. */
function leastOf(candidates: readonly Candidate[], needs: readonly string[]): readonly [number, number] {
  let least: readonly [number, number] = [Number.POSITIVE_INFINITY, 0];
  for (let bits = 0; bits < 2 ** candidates.length; bits += 1) {
    const chosen = candidates.filter((_, index) => (bits >> index) % 2 === 1);
    if (!needs.every((need) => chosen.some(({ covers }) => covers.has(need)))) continue;
    const cost = costOf(chosen);
    if (cost[0] < least[0] || (cost[0] === least[0] && cost[1] < least[1])) least = cost;
  }
  return least;
}

function costOf(chosen: readonly Candidate[]): readonly [added: number, count: number] {
  const adds = new Map(chosen.flatMap((one) => [...one.adds]));
  const prices = [...adds.values(), ...chosen.map(({ weight }) => weight)];
  return [prices.reduce((sum, price) => sum + price, 0), chosen.length];
}

test('an exact cover costs what the best of all subsets costs', () => {
  fc.assert(
    fc.property(instances, (candidates) => {
      const { chosen, uncovered, isExact } = smallestCover(NEEDS, candidates);
      const needs = NEEDS.filter((need) => !uncovered.includes(need));
      assert.equal(isExact, true);
      assert.deepEqual(costOf(chosen), leastOf(candidates, needs));
    }),
    { numRuns: 300 },
  );
});
