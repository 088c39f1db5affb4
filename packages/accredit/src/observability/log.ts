import type { Clock, Log, LogFields } from '../kernel/ports.ts';
import { MASK } from '../kernel/secret.ts';
import { toRfc3339 } from '../kernel/timestamps.ts';

/** The least important lines that are written; `silent` writes none. */
type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

/** How a log is written. */
export interface LogOptions {
  readonly level: LogLevel;
  /** `json`: one object a line, for programs. `text`: short lines, for a person at a terminal. */
  readonly form: 'json' | 'text';
  readonly clock: Clock;
  /** Takes one line, with its end. */
  readonly write: (line: string) => void;
  /** Whether `text` lines may be coloured. Default false. */
  readonly colour?: boolean;
}

/**
 * What a credential looks like, whatever stands around it: our access tokens, JSON Web Tokens (signed ones and their
 * assertions), PEM private keys as text and as they stand in JSON, and Google's refresh tokens, authorization codes,
 * client secrets and API keys.
 *
 * Nothing is meant to give one to the log. Error messages repeat pieces of what a caller sent, though, and a caller
 * may put a token anywhere.
 */
const CREDENTIALS =
  /ya29\.[\w.~+/=-]*|\b[14]\/\/?0[\w-]{4,}|\bGOCSPX-[\w-]+|\bAIza[\w-]{10,}|\beyJ[\w-]{4,}(?:\.[\w-]*){1,2}|-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g;

/** Returns a line without the credentials in it. */
export function maskCredentials(line: string): string {
  return line.replace(CREDENTIALS, MASK);
}

/** A piece of a text without spaces that holds what an encoded credential looks like; names of programs are shorter. */
const ENCODED = /\S*[A-Za-z0-9+=_%-]{40,}\S*/g;

/** Returns a text without credentials, in clear or encoded: in Base64, or percent-encoded. */
export function maskEncoded(text: string): string {
  return maskCredentials(text).replace(ENCODED, MASK);
}

type Level = keyof Log;

/** From the least important to the most. */
const LEVELS: readonly LogLevel[] = ['debug', 'info', 'warn', 'error', 'silent'];

/** Writes one line. */
type WriteLine = (level: Level, fields: LogFields, message: string) => void;

/**
 * Opens a log. No line that it writes holds a credential.
 *
 * pino is loaded with the first line: a cloud that has nothing to say starts without it. What is said until it is
 * there follows in order, each line with the time at which it was said.
 */
export function openLog(options: LogOptions): Log {
  const least = LEVELS.indexOf(options.level);
  const waiting: Parameters<WriteLine>[] = [];
  let writeLine: WriteLine | undefined;
  const start = async () => {
    const write = await openPino(options);
    for (const line of waiting) write(...line);
    writeLine = write;
  };
  const say: WriteLine = (level, fields, message) => {
    if (LEVELS.indexOf(level) < least) return;
    const timed = { time: toRfc3339(options.clock.now()), ...fields };
    if (writeLine !== undefined) {
      writeLine(level, timed, message);
      return;
    }
    waiting.push([level, timed, message]);
    if (waiting.length === 1) void start();
  };
  return {
    debug: (fields, message) => say('debug', fields, message),
    info: (fields, message) => say('info', fields, message),
    warn: (fields, message) => say('warn', fields, message),
    error: (fields, message) => say('error', fields, message),
  };
}

async function openPino({ level, form, write, colour }: LogOptions): Promise<WriteLine> {
  const { pino } = await import('pino');
  const render = form === 'json' ? (line: string) => line : textRenderer(colour === true);
  const logger = pino(
    { level, base: null, timestamp: false, formatters: { level: (label) => ({ level: label }) } },
    { write: (line) => write(maskCredentials(render(line))) },
  );
  return (level, fields, message) => logger[level](fields, message);
}

/** Where the time of day stands in an RFC 3339 time: `2026-11-23T05:00:00.000Z`. */
const TIME_OF_DAY = [11, 23] as const;

/** Red for errors, yellow for warnings (ECMA-48 8.3.117). */
const LEVEL_COLOURS: Readonly<Record<string, number>> = { error: 31, warn: 33 };

/** Turns a JSON line into `05:00:00.000 warn  message  key=value …`. */
function textRenderer(colour: boolean): (line: string) => string {
  return (line) => {
    // Written by pino, just now.
    const { level, time, msg, err, ...fields } = JSON.parse(line) as LogFields;
    const word = String(level).padEnd('debug'.length);
    const code = colour ? LEVEL_COLOURS[String(level)] : undefined;
    const shown = code === undefined ? word : `\u001b[${code}m${word}\u001b[0m`;
    const rest = Object.entries(fields).map(([name, value]) => `  ${name}=${renderValue(value)}`);
    return `${String(time).slice(...TIME_OF_DAY)} ${shown} ${String(msg)}${rest.join('')}\n${renderStack(err)}`;
  };
}

function renderValue(value: unknown): string {
  return typeof value === 'string' && /^[^\s"\p{C}]+$/u.test(value) ? value : JSON.stringify(value);
}

/** The stack of an error as pino's serializer gives it; control characters in it are the terminal's, so they go. */
function renderStack(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('stack' in error)) return '';
  // oxlint-disable-next-line no-control-regex
  return `${String(error.stack).replace(/[\u0000-\u0009\u000b-\u001f\u007f]/g, '')}\n`;
}
