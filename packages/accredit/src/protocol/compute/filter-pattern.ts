import {
  type Assertion,
  type CharacterTest,
  InvalidPattern,
  type PatternNode,
  parsePattern,
} from './filter-pattern-syntax.ts';

/**
 * Matches the RE2 patterns of list filters in time proportional to the text, whatever the pattern.
 *
 * JavaScript's own expressions backtrack: a hostile pattern would stop the server. This one knows what clients send
 * (compute notes 3.3): literals, `.`, classes, groups, alternation, repetition, anchors and word boundaries.
 *
 * Deviation: flags, and named and Unicode classes, are refused; pinned by 'is no pattern that is read'.
 *
 * @see https://github.com/google/re2/wiki/Syntax
 */

/** One state of the automaton; `next` is the index of the state that follows. */
type State =
  | { readonly kind: 'character'; readonly test: CharacterTest; readonly next: number }
  | { readonly kind: 'assertion'; readonly holds: Assertion; readonly next: number }
  | { readonly kind: 'fork'; readonly next: number; readonly other: number }
  | { readonly kind: 'end' };

/** Characters of a pattern. */
const PATTERN_LIMIT = 2000;

/** Nodes that are turned into states, each time that they are: what nested repetitions may grow to. */
const STATE_LIMIT = 500;

/** Says whether a pattern matches the whole of a text. */
export type Matcher = (text: string) => boolean;

/** Compiles a pattern; `undefined` where it is none, or is one that this server does not read. */
export function compilePattern(pattern: string): Matcher | undefined {
  try {
    if (pattern.length > PATTERN_LIMIT) return undefined;
    const automaton = assemble(parsePattern(pattern));
    return (text) => matchesWhole(automaton, text);
  } catch (error) {
    if (error instanceof InvalidPattern) return undefined;
    throw error;
  }
}

/** An automaton: its states, and the one that it starts in. The end is state 0. */
interface Automaton {
  readonly states: readonly State[];
  readonly start: number;
}

/** Turns a tree into states, from its end to its beginning. */
function assemble(root: PatternNode): Automaton {
  const states: State[] = [{ kind: 'end' }];
  let built = 0;

  function add(state: State): number {
    return states.push(state) - 1;
  }

  function build(node: PatternNode, next: number): number {
    built += 1;
    if (built > STATE_LIMIT) throw new InvalidPattern();
    switch (node.kind) {
      case 'character':
        return add({ kind: 'character', test: node.test, next });
      case 'assertion':
        return add({ kind: 'assertion', holds: node.holds, next });
      case 'sequence':
        return node.nodes.reduceRight((after, part) => build(part, after), next);
      case 'choice':
        return node.nodes
          .map((part) => build(part, next))
          .reduce((left, right) => add({ kind: 'fork', next: left, other: right }));
      case 'repeat':
        return repeat(node, next);
    }
  }

  function repeat({ node, min, max }: Extract<PatternNode, { kind: 'repeat' }>, next: number): number {
    let start = next;
    if (max === Number.POSITIVE_INFINITY) {
      const fork = { kind: 'fork' as const, next, other: next };
      start = add(fork);
      fork.next = build(node, start);
    } else {
      for (let count = min; count < max; count += 1) {
        start = add({ kind: 'fork', next: build(node, start), other: next });
      }
    }
    for (let count = 0; count < min; count += 1) start = build(node, start);
    return start;
  }

  const start = build(root, 0);
  return { states, start };
}

/** Walks all states at once: each character is looked at once for each state. */
function matchesWhole({ states, start }: Automaton, text: string): boolean {
  const characters = Array.from(text);
  let current = new Set<number>();
  reach(states, start, undefined, characters[0], current);
  for (let index = 0; index < characters.length; index += 1) {
    const character = characters[index] ?? '';
    const following = new Set<number>();
    for (const position of current) {
      const state = states[position];
      if (state?.kind === 'character' && state.test(character)) {
        reach(states, state.next, character, characters[index + 1], following);
      }
    }
    current = following;
    if (current.size === 0) return false;
  }
  return current.has(0);
}

/** Adds a state and all that it leads to without a character. */
function reach(
  states: readonly State[],
  from: number,
  before: string | undefined,
  after: string | undefined,
  into: Set<number>,
): void {
  const waiting = [from];
  for (let position = waiting.pop(); position !== undefined; position = waiting.pop()) {
    if (into.has(position)) continue;
    into.add(position);
    const state = states[position];
    if (state?.kind === 'fork') waiting.push(state.next, state.other);
    else if (state?.kind === 'assertion' && state.holds(before, after)) waiting.push(state.next);
  }
}
