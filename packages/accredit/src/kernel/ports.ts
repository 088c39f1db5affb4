/** Where time comes from. Rules never ask for it; whoever calls them passes it in. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
}

/** Lets time pass: resolves after so many milliseconds. */
export type Sleep = (delayMs: number) => Promise<void>;

/**
 * Sets an alarm that rings after so many milliseconds of real time, at most 2^31 - 1.
 *
 * @returns what calls the alarm off
 */
export type SetAlarm = (delayMs: number, ring: () => void) => () => void;

/** Where randomness comes from: bytes fit for keys and identifiers. */
export interface Random {
  bytes(length: number): Buffer;
}

/** Structured log: a constant message with fields. No token, key or object content is ever a field. */
export interface Log {
  debug(fields: LogFields, message: string): void;
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
}

/** Fields of one log line. */
export type LogFields = Readonly<Record<string, unknown>>;

/** A log that drops everything; for tests and for callers that want none. */
export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} };
