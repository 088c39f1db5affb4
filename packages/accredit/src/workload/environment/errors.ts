/** Why a program is not started the way that was asked for. */
export type EnvironmentErrorCode =
  /** This machine is a VM or a service of Google's: its own metadata server is within reach of the program. */
  | 'google-machine'
  /** The program would find credentials of the user. */
  | 'user-credentials';

/** A run that is refused before anything is started. The message is for the user and says what would be right. */
export class EnvironmentError extends Error {
  override readonly name = 'EnvironmentError';
  readonly code: EnvironmentErrorCode;
  /** What `accredit run` ends with: 125, a failure of the wrapper itself (GNU coreutils, "Exit status" of `env`). */
  readonly exitCode = 125;

  constructor(code: EnvironmentErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
