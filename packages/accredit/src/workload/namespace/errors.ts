import type { AgentFailureCode } from './plan.ts';

/** What went wrong around a program; never how the program itself ended. */
export type NamespaceErrorCode = AgentFailureCode | 'invalid-target' | 'agent-lost';

/**
 * The exit status that a shell would give in place of the program: POSIX 2.8.2 has 127 for a command that is not found
 * and 126 for one that cannot be executed; 125 for a failure of the wrapper itself is the custom of `env`, `timeout`
 * and `nohup` (GNU coreutils, "Exit status").
 */
const EXIT_CODES: Readonly<Record<NamespaceErrorCode, number>> = {
  'command-not-found': 127,
  'command-not-executable': 126,
  'setup-failed': 125,
  'invalid-target': 125,
  'agent-lost': 125,
};

/** Whether the agent is one to fail so. */
export function isAgentFailure(code: NamespaceErrorCode): code is AgentFailureCode {
  return code !== 'invalid-target' && code !== 'agent-lost';
}

/** A run that could not be started or carried on. The message is one sentence for the user. */
export class NamespaceError extends Error {
  override readonly name = 'NamespaceError';
  readonly code: NamespaceErrorCode;
  /** The exit status that `accredit run` ends with: 125, 126 or 127. */
  readonly exitCode: number;

  constructor(code: NamespaceErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.exitCode = EXIT_CODES[code];
  }
}

/** What an error of any kind says. */
export function toMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
