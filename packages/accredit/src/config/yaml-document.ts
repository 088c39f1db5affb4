import {
  type Alias,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  parseDocument,
  type YAMLError,
  type YAMLMap,
} from 'yaml';
import {
  ConfigurationError,
  type ConfigurationProblem,
  clip,
  type Path,
  renderPath,
  type Source,
} from './problems.ts';

/** The values that a file may hold, aliases written out: many times what a large file needs, and far from harm. */
export const VALUE_LIMIT = 100_000;

/** How deep values may be nested; the configuration itself needs 8 levels. */
export const DEPTH_LIMIT = 32;

/** The tags that say what the core schema says anyway. */
const PLAIN_TAG = /^tag:yaml\.org,2002:(str|int|float|bool|null|map|seq)$/;

/** A YAML document as a plain value that knows where its parts stand. */
export interface YamlDocument {
  /** JSON-like; mappings are objects without a prototype. */
  readonly value: unknown;
  readonly source: Source;
}

/**
 * Parses one YAML document (1.2, core schema).
 *
 * It turns the nodes into values itself rather than leave that to the library, which counts aliases by another
 * measure, compares keys pair by pair (23 s for 40,000 of them), and forgets where things stand.
 *
 * @param file - its name, for messages
 * @throws {ConfigurationError} for what is no YAML, has a key twice, or would grow too large
 */
export function parseYaml(text: string, file: string): YamlDocument {
  const document = parseDocument(text, { prettyErrors: false, uniqueKeys: false });
  const lineStarts = findLineStarts(text);
  const at = (offset: number) => ({ file, ...positionOf(offset, lineStarts) });
  const reader = new NodeReader((offset, path, message) => ({
    ...at(offset),
    path: renderPath(path),
    message,
  }));
  const wrong = [...firstOfEachKind(document.errors), ...document.warnings];
  if (wrong.length > 0) {
    throw new ConfigurationError(
      wrong.map((error) => ({ ...at(error.pos[0]), path: '', message: describeYamlError(error) })),
    );
  }
  const value = reader.read(document.contents, [], 0);
  if (reader.problems.length > 0) throw new ConfigurationError(reader.problems);
  const problem: Source['problem'] = (path, message, part) =>
    reader.problemAt(document.contents, path, message, part);
  return { value, source: { problem } };
}

/** Returns the offset of the first character of each line. The library's own counter is off after some mistakes. */
function findLineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', end + 1)) starts.push(end + 1);
  return starts;
}

function positionOf(offset: number, lineStarts: readonly number[]): { line: number; column: number } {
  let line = 0;
  for (let next = lineStarts.length; line + 1 < next; ) {
    const middle = (line + next) >>> 1;
    if ((lineStarts[middle] ?? 0) <= offset) line = middle;
    else next = middle;
  }
  return { line: line + 1, column: offset - (lineStarts[line] ?? 0) + 1 };
}

/** One mistake can upset the parser at every following character; the first of a kind says it all. */
function firstOfEachKind(errors: readonly YAMLError[]): readonly YAMLError[] {
  const kinds = new Set<string>();
  return errors.filter(({ code }) => !kinds.has(code) && kinds.add(code));
}

function describeYamlError({ code, message }: YAMLError): string {
  if (code === 'MULTIPLE_DOCS') return "expected one YAML document, got another one after '---'.";
  if (code === 'RESOURCE_EXHAUSTION')
    return `expected at most ${DEPTH_LIMIT} levels of nesting, got many more.`;
  const [first = ''] = message.split('\n');
  return `expected YAML: ${first.replace(/\.$/, '')}.`;
}

type MakeProblem = (offset: number, path: Path, message: string) => ConfigurationProblem;

/** Turns the nodes of one document into values, in their order. */
class NodeReader {
  readonly problems: ConfigurationProblem[] = [];
  readonly #problem: MakeProblem;
  /** The latest node of each anchor so far. */
  readonly #anchors = new Map<string, Node>();
  /** What each alias stood for when it was read: an anchor may be set again further down. */
  readonly #targets = new Map<Alias, Node | undefined>();
  /** The pairs of each mapping by the texts of their keys. */
  readonly #pairs = new Map<YAMLMap, ReadonlyMap<string, Pair<Node | null, Node | null>>>();
  #valuesLeft = VALUE_LIMIT;
  #gaveUp = false;

  constructor(problem: MakeProblem) {
    this.#problem = problem;
  }

  read(node: Node | null | undefined, path: Path, depth: number): unknown {
    if (node === null || node === undefined) return null;
    if (this.#gaveUp) return null;
    if (this.#valuesLeft === 0) {
      return this.#giveUp(
        node,
        path,
        `expected at most ${VALUE_LIMIT} values, aliases written out, got more.`,
      );
    }
    if (depth > DEPTH_LIMIT) {
      return this.#giveUp(node, path, `expected at most ${DEPTH_LIMIT} levels of nesting, got more.`);
    }
    this.#valuesLeft -= 1;
    if (isAlias(node)) return this.#readAlias(node, path, depth);
    if (node.anchor !== undefined) this.#anchors.set(node.anchor, node);
    if (node.tag !== undefined && !PLAIN_TAG.test(node.tag)) {
      return this.#complain(node, path, `expected a value without a tag, got '${clip(node.tag)}'.`);
    }
    if (isMap(node)) return this.#readMap(node, path, depth);
    if (isSeq(node)) {
      return node.items.map((item, index) => this.read(item as Node | null, [...path, index], depth + 1));
    }
    return isScalar(node) ? node.value : null;
  }

  /** A problem with what stands at a path, or with the nearest thing around it. */
  problemAt(
    root: Node | null,
    path: Path,
    message: string,
    part: 'key' | 'value' = 'value',
  ): ConfigurationProblem {
    let node = this.#resolve(root);
    let offset = node?.range?.[0] ?? 0;
    for (const [index, step] of path.entries()) {
      const found = this.#child(node, step);
      if (found === undefined) break;
      const isKey = part === 'key' && index === path.length - 1;
      node = this.#resolve(found.value);
      offset = ((isKey ? found.key : found.value) ?? found.value ?? found.key)?.range?.[0] ?? offset;
    }
    return this.#problem(offset, path, message);
  }

  #readAlias(alias: Alias, path: Path, depth: number): unknown {
    const target = this.#targets.has(alias) ? this.#targets.get(alias) : this.#anchors.get(alias.source);
    this.#targets.set(alias, target);
    if (target === undefined) {
      return this.#complain(
        alias,
        path,
        `expected an anchor '&${clip(alias.source)}' before this alias, got none.`,
      );
    }
    return this.read(target, path, depth + 1);
  }

  #readMap(map: YAMLMap, path: Path, depth: number): Readonly<Record<string, unknown>> {
    const value: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
    const pairs = new Map<string, Pair<Node | null, Node | null>>();
    this.#pairs.set(map, pairs);
    // Parsed pairs hold nodes.
    for (const pair of map.items as Pair<Node | null, Node | null>[]) {
      const key = this.#readKey(pair.key, path);
      if (key === undefined) continue;
      // Nothing here is called so, and too many programs lose what is.
      if (key === '__proto__') this.#complain(pair.key, path, `expected a key other than '${key}'.`);
      if (Object.hasOwn(value, key)) {
        this.#complain(pair.key, path, `expected each key once, got '${clip(key)}' again.`);
      }
      pairs.set(key, pair);
      value[key] = this.read(pair.value, [...path, key], depth + 1);
    }
    return value;
  }

  /** A key is a text; numbers and the like become theirs, as everywhere in YAML that stands for JSON. */
  #readKey(key: Node | null, path: Path): string | undefined {
    const node = this.#resolve(key);
    if (isScalar(node) && node.value !== null) {
      return typeof node.value === 'string' ? node.value : node.source;
    }
    this.#complain(key, path, 'expected a text before the colon, got none.');
    return undefined;
  }

  #child(
    node: Node | null | undefined,
    part: string | number,
  ): Partial<Pair<Node | null, Node | null>> | undefined {
    if (isSeq(node) && typeof part === 'number' && part < node.items.length) {
      return { value: node.items[part] as Node | null };
    }
    return isMap(node) ? this.#pairs.get(node)?.get(String(part)) : undefined;
  }

  #resolve(node: Node | null | undefined): Node | null | undefined {
    return isAlias(node) ? this.#targets.get(node) : node;
  }

  /** Ends the reading: a file that is too large in one way is not looked at further. */
  #giveUp(node: Node, path: Path, message: string): undefined {
    if (!this.#gaveUp) this.#complain(node, path, message);
    this.#gaveUp = true;
  }

  #complain(node: Node | null | undefined, path: Path, message: string): undefined {
    this.problems.push(this.#problem(node?.range?.[0] ?? 0, path, message));
  }
}
