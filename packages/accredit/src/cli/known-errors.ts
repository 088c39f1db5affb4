import { ConfigurationError } from '../config/problems.ts';
import { InvalidSettings } from '../config/settings.ts';
import { ListenError } from '../http/listeners.ts';
import { UnsafeDirectory } from '../http/runtime-directory.ts';
import { ApiError } from '../kernel/api-error.ts';
import { StoreUnavailable } from '../store/store.ts';
import { CliError, FAILURE, USAGE } from './errors.ts';

/** Errors of the layers below whose message is meant for the person who typed the command. */
const FOR_PEOPLE = [
  ConfigurationError,
  InvalidSettings,
  StoreUnavailable,
  ListenError,
  UnsafeDirectory,
  ApiError,
];

/** Turns whatever was thrown into what is printed, and the exit status that goes with it. */
export function toCliError(error: unknown): CliError {
  if (error instanceof CliError) return error;
  if (error instanceof StoreUnavailable && error.problem === 'alreadyServed') {
    const hint =
      "See 'accredit status', or stop it with 'accredit down'. Where they find no cloud, the process that serves " +
      'was started with another XDG_RUNTIME_DIR.';
    return new CliError(`${error.message} ${hint}`, FAILURE, error);
  }
  if (error instanceof Error && FOR_PEOPLE.some((kind) => error instanceof kind)) {
    return new CliError(error.message, error instanceof InvalidSettings ? USAGE : FAILURE, error);
  }
  const trace = error instanceof Error ? error.stack : String(error);
  return new CliError(`This is a mistake in accredit; please report it. ${trace}`, FAILURE, error);
}
