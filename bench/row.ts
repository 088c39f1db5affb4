/** One figure beside its floor, both measured in the same run: machines are shared and noisy, ratios are not. */
export interface Row {
  readonly name: string;
  /** What is counted: `requests/s`, `ms`, `MB`. */
  readonly unit: string;
  readonly ours: number;
  readonly floor: number;
  /** What the floor is, in words. */
  readonly floorIs: string;
  /** The goal, in words, and whether this run met it; absent where the floor alone says what there is to say. */
  readonly target?: string;
  readonly met?: boolean;
}

/** A group of rows that share a set-up. */
export type Section = () => Promise<readonly Row[]>;

/** Returns the median; the lower one of two. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
}

/** Rounds of an in-process measurement; ours and the floor take turns, so that drift hits both. */
const ROUNDS = 7;

/** Length of one round. */
const ROUND_MS = 300;

/** Measures two functions in turns and returns the medians, in calls a second. */
export function rates(
  ours: () => void,
  floor: () => void,
): { readonly ours: number; readonly floor: number } {
  const measured = { ours: [] as number[], floor: [] as number[] };
  for (let round = -1; round < ROUNDS; round += 1) {
    const rate = { ours: rate1(ours), floor: rate1(floor) };
    // The first round warms up.
    if (round < 0) continue;
    measured.ours.push(rate.ours);
    measured.floor.push(rate.floor);
  }
  return { ours: median(measured.ours), floor: median(measured.floor) };
}

function rate1(work: () => void): number {
  const startedMs = performance.now();
  let calls = 0;
  let elapsedMs = 0;
  while (elapsedMs < ROUND_MS) {
    for (let batch = 0; batch < 200; batch += 1) work();
    calls += 200;
    elapsedMs = performance.now() - startedMs;
  }
  return (calls / elapsedMs) * 1000;
}
