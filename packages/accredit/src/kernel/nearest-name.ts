/** Longer texts are no misspelling of a name, and would cost time to compare. */
const COMPARED_LENGTH_LIMIT = 100;

/** However long a name is, more letters than this are not mistyped. */
const DISTANCE_LIMIT = 3;

/**
 * Returns the name that a misspelled one most likely stands for; `undefined` where none is near.
 *
 * Near is: equal but for case, or at most a third of its letters added, left out or changed. What stands before a
 * slash must be right and does not count: `roles/`.
 */
export function nearestName(text: string, names: Iterable<string>): string | undefined {
  if (text.length > COMPARED_LENGTH_LIMIT) return undefined;
  const prefix = text.slice(0, text.lastIndexOf('/') + 1);
  const tail = text.slice(prefix.length).toLowerCase();
  let nearest: string | undefined;
  let least = Math.min(DISTANCE_LIMIT, Math.floor(tail.length / 3)) + 1;
  for (const name of names) {
    if (!name.startsWith(prefix) || Math.abs(name.length - text.length) >= least) continue;
    const distance = editDistance(tail, name.slice(prefix.length).toLowerCase());
    if (distance < least) [nearest, least] = [name, distance];
  }
  return nearest;
}

/** Returns how many letters must be added, left out or changed to get from one text to the other (Levenshtein). */
function editDistance(from: string, to: string): number {
  let above = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (const [row, letter] of from.split('').entries()) {
    const current = [row + 1];
    for (let column = 1; column <= to.length; column += 1) {
      const change = (above[column - 1] ?? 0) + (letter === to[column - 1] ? 0 : 1);
      current.push(Math.min(change, (above[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    above = current;
  }
  return above[to.length] ?? 0;
}
