/** Something that covers needs, and what it costs. */
export interface Candidate {
  readonly name: string;
  readonly covers: ReadonlySet<string>;
  /** What it brings along, and what that costs; what several bring is counted once. */
  readonly adds: ReadonlyMap<string, number>;
  /** What it costs beside that. */
  readonly weight: number;
}

/** What was chosen. */
export interface Cover {
  /** In the order of their names. */
  readonly chosen: readonly Candidate[];
  /** Needs that no candidate covers, in the order in which they were given. */
  readonly uncovered: readonly string[];
  /** Whether it was looked at all that could be better. */
  readonly isExact: boolean;
}

/**
 * Choices that the exact search looks at, then it takes the best so far: some tens of milliseconds with the largest
 * roles. Programs need a handful of permissions on a resource, which is some hundred choices.
 */
export const SEARCH_LIMIT = 5_000;

/** A choice, and what it costs. */
interface Choice {
  readonly chosen: readonly Candidate[];
  readonly cost: number;
}

/**
 * Chooses the candidates that cover all needs and cost the least; of those that cost as little, the fewest.
 *
 * Small instances are searched whole; in others it is what a greedy choice and the first `limit` choices come to, and
 * `isExact` says so. The order of what is given does not matter.
 */
export function smallestCover(
  needs: readonly string[],
  candidates: readonly Candidate[],
  limit = SEARCH_LIMIT,
): Cover {
  const inOrder = candidates.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const coverable = needs.filter((need) => inOrder.some(({ covers }) => covers.has(need)));
  const uncovered = needs.filter((need) => !coverable.includes(need));
  const search = new Search(inOrder, limit, chooseGreedily(coverable, inOrder));
  search.from(new Set(coverable), { chosen: [], cost: 0 });
  const chosen = search.best.chosen.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return { chosen, uncovered, isExact: search.left >= 0 };
}

/** Branch and bound: the need with the fewest candidates is covered next, by each of them in turn. */
class Search {
  readonly #candidates: readonly Candidate[];
  best: Choice;
  left: number;

  constructor(candidates: readonly Candidate[], limit: number, best: Choice) {
    this.#candidates = candidates;
    this.left = limit;
    this.best = best;
  }

  from(open: ReadonlySet<string>, choice: Choice): void {
    if (!isBetter(choice, this.best)) return;
    if (open.size === 0) {
      this.best = choice;
      return;
    }
    for (const next of this.#cheapestFirst(open, choice)) {
      this.left -= 1;
      if (this.left < 0) return;
      this.from(open.difference(next.candidate.covers), next.choice);
    }
  }

  #cheapestFirst(open: ReadonlySet<string>, choice: Choice) {
    let fewest: readonly Candidate[] | undefined;
    for (const need of open) {
      const fitting = this.#candidates.filter(({ covers }) => covers.has(need));
      if (fewest === undefined || fitting.length < fewest.length) fewest = fitting;
    }
    return (fewest ?? [])
      .map((candidate) => ({ candidate, choice: withCandidate(choice, candidate) }))
      .sort((a, b) => a.choice.cost - b.choice.cost);
  }
}

function chooseGreedily(needs: readonly string[], candidates: readonly Candidate[]): Choice {
  let open: ReadonlySet<string> = new Set(needs);
  let choice: Choice = { chosen: [], cost: 0 };
  while (open.size > 0) {
    const current = { open, choice };
    const best = candidates
      .map((candidate) => ({ candidate, cost: costPerNeed(candidate, current) }))
      .reduce((least, next) => (next.cost < least.cost ? next : least));
    choice = withCandidate(choice, best.candidate);
    open = open.difference(best.candidate.covers);
  }
  return choice;
}

/** What a candidate costs more for each need that it covers; one that costs nothing is better the more it covers. */
function costPerNeed(
  candidate: Candidate,
  { open, choice }: { readonly open: ReadonlySet<string>; readonly choice: Choice },
): number {
  const covered = open.intersection(candidate.covers).size;
  return covered === 0
    ? Number.POSITIVE_INFINITY
    : (withCandidate(choice, candidate).cost - choice.cost + 1) / covered;
}

function withCandidate({ chosen }: Choice, candidate: Candidate): Choice {
  const all = [...chosen, candidate];
  const adds = new Map(all.flatMap((one) => [...one.adds]));
  const weight = all.reduce((sum, one) => sum + one.weight, 0);
  return { chosen: all, cost: adds.values().reduce((sum, price) => sum + price, weight) };
}

function isBetter(a: Choice, b: Choice): boolean {
  return a.cost < b.cost || (a.cost === b.cost && a.chosen.length < b.chosen.length);
}
