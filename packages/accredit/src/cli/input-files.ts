import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { CliError, FAILURE } from './errors.ts';

/** Reads a file that the user names. @throws {CliError} with the reason, where it cannot be read */
export function readInputFile(cwd: string, file: string): Buffer {
  const path = resolve(cwd, file);
  try {
    return readFileSync(path);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    throw new CliError(`'${path}' cannot be read: ${String(code ?? error)}.`, FAILURE, error);
  }
}

/** Reads a JSON file that the user names. @throws {CliError} also where it holds no JSON */
export function readJsonFile(cwd: string, file: string): unknown {
  const text = readInputFile(cwd, file).toString('utf8');
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new CliError(`'${file}' holds no JSON: ${String(error)}.`, FAILURE, error);
  }
}
