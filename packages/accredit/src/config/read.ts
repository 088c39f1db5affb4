import { readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { z } from 'zod';
import { nearestName } from '../kernel/nearest-name.ts';
import { checkConfiguration } from './check.ts';
import { type Configuration, toConfiguration } from './configuration.ts';
import { ConfigurationError, type ConfigurationProblem, clip, describeValue, type Path } from './problems.ts';
import type { Rule } from './rules.ts';
import { configurationFile } from './schema.ts';
import { parseYaml, type YamlDocument } from './yaml-document.ts';

/** The largest configuration file, in bytes: about ten thousand resources. */
export const FILE_LIMIT_BYTES = 1024 * 1024;

/**
 * Reads a configuration file.
 *
 * @param path - of the file
 * @param name - what messages call it; default the path
 * @throws {ConfigurationError} with every problem that was found; also where there is no file to read
 */
export function readConfigurationFile(path: string, name = path): Configuration {
  return readConfiguration(readText(path, name), name, dirname(resolve(path)));
}

/**
 * Reads the text of a configuration file.
 *
 * Mistakes come in three rounds, each complete in itself: what is no YAML, what is wrong by itself, what does not go
 * together.
 *
 * @param name - of the file, for messages
 * @param directory - of the file: what it names is looked for there
 * @throws {ConfigurationError} with every problem of the round
 */
export function readConfiguration(text: string, name: string, directory: string): Configuration {
  const document = parseYaml(text, name);
  // A file of comments alone declares nothing.
  const value = document.value ?? {};
  const parsed = configurationFile.safeParse(value);
  if (!parsed.success) {
    throw new ConfigurationError(
      parsed.error.issues.flatMap((issue) => describeIssue(issue, value, document)),
    );
  }
  const configuration = toConfiguration(parsed.data, document.source, directory);
  const problems = checkConfiguration(configuration, parsed.data);
  if (problems.length > 0) throw new ConfigurationError(problems);
  return configuration;
}

function readText(path: string, name: string): string {
  const fail = (message: string) =>
    new ConfigurationError([{ file: name, line: 1, column: 1, path: '', message }]);
  let bytes: Buffer;
  try {
    const { size } = statSync(path);
    if (size > FILE_LIMIT_BYTES) throw fail(`expected at most ${FILE_LIMIT_BYTES} bytes, got ${size}.`);
    bytes = readFileSync(path);
    // A pipe has no size before it is read.
    if (bytes.length > FILE_LIMIT_BYTES) {
      throw fail(`expected at most ${FILE_LIMIT_BYTES} bytes, got ${bytes.length}.`);
    }
  } catch (error) {
    if (error instanceof ConfigurationError) throw error;
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'an error';
    throw fail(`expected a file that can be read, got ${code}.`);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw fail('expected UTF-8, got other bytes.');
  }
}

/** Turns an issue of the schema, whose messages say what was expected, into problems with their places. */
function describeIssue(
  issue: z.core.$ZodIssue,
  root: unknown,
  { source }: YamlDocument,
): readonly ConfigurationProblem[] {
  const path: Path = issue.path.map((part) => (typeof part === 'number' ? part : String(part)));
  if (issue.code === 'unrecognized_keys') {
    const known = issue.message.split(' ');
    return issue.keys.map((key) => source.problem([...path, key], describeUnknownKey(key, known), 'key'));
  }
  if (issue.code === 'invalid_key') {
    const expected = issue.issues[0]?.message ?? issue.message;
    return [source.problem(path, `expected ${expected}, got '${clip(String(path.at(-1)))}'.`, 'key')];
  }
  const value = valueAt(root, path);
  if (issue.code === 'custom' && issue.params?.isSecret === true && typeof value === 'string')
    return [source.problem(path, `expected ${issue.message}, got another text.`)];
  const got: unknown = issue.code === 'custom' ? issue.params?.got : undefined;
  if (typeof got === 'string') return [source.problem(path, `expected ${issue.message}, got ${got}.`)];
  const reason: unknown = issue.code === 'custom' ? issue.params?.reason : undefined;
  if (typeof reason === 'string')
    return [source.problem(path, `expected ${issue.message}, got ${describeValue(value)}: ${reason}.`)];
  const ending = issue.code === 'custom' ? describeMeant(value, issue.params) : '.';
  return [source.problem(path, `expected ${issue.message}, got ${describeValue(value)}${ending}`)];
}

/** Returns the end of a message: what was probably meant, where that can be told. */
function describeMeant(value: unknown, params: Readonly<Record<string, unknown>> | undefined): string {
  if (typeof value !== 'string') return '.';
  // The rules of the schema put functions of these types there, and nothing else.
  const { choices, hint } = (params ?? {}) as Pick<Rule, 'choices' | 'hint'>;
  const near = nearestName(value, choices?.() ?? []);
  if (near !== undefined) return `; did you mean '${near}'?`;
  const more = hint?.(value);
  return more === undefined ? '.' : `; ${more}.`;
}

function describeUnknownKey(key: string, known: readonly string[]): string {
  const near = nearestName(key, known);
  // Some mappings know dozens of keys: whoever misspelled one need not read them.
  if (near !== undefined) return `expected a known key, got '${clip(key)}'; did you mean '${near}'?`;
  return `expected one of the keys ${known.join(', ')}, got '${clip(key)}'.`;
}

function valueAt(root: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, part) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, part)
        ? // A part of a parsed document: an object or a list.
          (value as Readonly<Record<string | number, unknown>>)[part]
        : undefined,
    root,
  );
}
