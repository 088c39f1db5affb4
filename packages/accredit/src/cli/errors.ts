/** The command did what it was asked. */
export const SUCCESS = 0;

/** It could not: the cloud refused, is not there, or something broke. */
export const FAILURE = 1;

/** The command line itself is wrong. */
export const USAGE = 2;

/** The run itself failed, not its program: the exit status that `env`, `timeout` and `nohup` have for that. */
export const RUN_FAILED = 125;

/** What a person who typed a command is told: one clear sentence, and the exit status that goes with it. */
export class CliError extends Error {
  override readonly name: string = 'CliError';
  readonly status: number;

  /** @param status - default `FAILURE` */
  constructor(message: string, status: number = FAILURE, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.status = status;
  }
}

/** A command line that says too little, too much, or two things at once. */
export function usageError(message: string): CliError {
  return new CliError(message, USAGE);
}

/** The process must end although something in it still goes on. */
export class CutShort extends CliError {
  override readonly name = 'CutShort';
}
