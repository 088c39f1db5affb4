/** Where something stands in the configuration: keys and indices from the top. */
export type Path = readonly (string | number)[];

/** One thing that is wrong with a configuration file. */
export interface ConfigurationProblem {
  /** As the user knows it: `accredit.yaml`. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  /** `projects[0].buckets[1].name`; empty for the file as a whole. */
  readonly path: string;
  /** What was expected and what is there, one sentence. */
  readonly message: string;
}

/** The problems that a message shows; `problems` holds them all. */
const SHOWN_LIMIT = 100;

/** The configuration cannot be used; every problem that was found, in the order of the file. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  readonly problems: readonly ConfigurationProblem[];

  constructor(problems: readonly ConfigurationProblem[]) {
    const ordered = problems.toSorted((a, b) => a.line - b.line || a.column - b.column);
    const lines = ordered.slice(0, SHOWN_LIMIT).map(renderProblem);
    const more = ordered.length - lines.length;
    super([...lines, ...(more > 0 ? [`and ${more} more.`] : [])].join('\n'));
    this.problems = ordered;
  }
}

/** Returns `accredit.yaml:12:5: projects[0].name: expected …, got 'X'.` */
function renderProblem({ file, line, column, path, message }: ConfigurationProblem): string {
  return [`${file}:${line}:${column}`, ...(path === '' ? [] : [path]), message].join(': ');
}

/** Returns `projects[0].labels.team`; keys that are no words are quoted. */
export function renderPath(path: Path): string {
  return path
    .map((part) => {
      if (typeof part === 'number') return `[${part}]`;
      return /^[\w-]+$/.test(part) ? `.${part}` : `['${clip(part)}']`;
    })
    .join('')
    .replace(/^\./, '');
}

/** The longest piece of the file that a message repeats. */
const ECHO_LIMIT = 60;

/** Returns a text, cut where it is too long to be repeated in a message. */
export function clip(text: string): string {
  return text.length > ECHO_LIMIT ? `${text.slice(0, ECHO_LIMIT)}...` : text;
}

/** Returns what stands in the file, in words: `'X'`, `the number 5`, `a list`. */
export function describeValue(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  if (typeof value === 'string') return `'${clip(value)}'`;
  if (typeof value === 'number' || typeof value === 'boolean') return `the ${typeof value} ${value}`;
  return Array.isArray(value) ? 'a list' : 'a mapping';
}

/** Where the parts of a configuration stand in its file. */
export interface Source {
  /**
   * A problem with what stands at a path; where nothing stands there, with what should hold it.
   *
   * @param part - of the last pair, where it is one; default `value`
   */
  problem(path: Path, message: string, part?: 'key' | 'value'): ConfigurationProblem;
}
