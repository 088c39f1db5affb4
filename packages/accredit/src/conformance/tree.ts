import { type Answer, textOf } from './http-message.ts';
import { at, isStrings, Literal } from './json.ts';
import type { Probe } from './probe.ts';

/** One key that a listing shows, with what was answered for it. */
export interface Leaf {
  /** Below `/computeMetadata/v1/`. */
  readonly path: string;
  readonly answer: Answer;
}

/** The most keys that are asked for: a VM has about eighty, and one with many attributes is not to be flooded. */
export const WALK_LIMIT = 400;

/** Directories that hold one entry per user, session or secret: they are listed and not entered. */
const NOT_ENTERED = /^(oslogin|instance\/(credentials|guest-attributes|partner-attributes))\//;

/** What mints a credential when it is asked for. */
const MINTED = /\/(token|identity)$/;

/**
 * Walks down from a directory on one connection and asks for every key that a listing shows, but for what mints
 * credentials.
 *
 * @param onListing - called for each directory
 */
export async function walk(
  probe: Probe,
  root: string,
  onListing: (path: string, answer: Answer) => void = () => {},
): Promise<readonly Leaf[]> {
  const leaves: Leaf[] = [];
  const directories = [root];
  const connection = await probe.connect();
  let asked = 0;
  for (let directory = directories.shift(); directory !== undefined; directory = directories.shift()) {
    const listing = await connection.ask(probe.request(directory));
    onListing(directory, listing);
    if (listing.status !== 200) continue;
    for (const name of linesOf(textOf(listing))) {
      const path = directory + name;
      asked += 1;
      if (asked > WALK_LIMIT) return leaves;
      if (!name.endsWith('/')) {
        if (!MINTED.test(path)) leaves.push({ path, answer: await connection.ask(probe.request(path)) });
      } else if (!NOT_ENTERED.test(path)) directories.push(path);
    }
  }
  return leaves;
}

/** Returns the lines of a listing or list; none of an empty one. */
export function linesOf(text: string): readonly string[] {
  return text.split('\n').filter((line) => line !== '');
}

/** `network-interfaces` is `networkInterfaces` in recursive output. */
function toCamelCase(name: string): string {
  return name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}

/**
 * Finds the place of a key in recursive output.
 *
 * @param path - relative to where the output begins
 */
export function findInJson(json: unknown, path: string): unknown {
  return path
    .split('/')
    .reduce<unknown>((found, name) => at(found, name) ?? at(found, toCamelCase(name)), json);
}

/** Returns the text that a key answers for a value of recursive output; `undefined` for a directory. */
export function toText(value: unknown): string | undefined {
  if (value instanceof Literal) return value.digits;
  if (isStrings(value)) return value.map((item) => `${item}\n`).join('');
  return typeof value === 'string' ? value : undefined;
}
