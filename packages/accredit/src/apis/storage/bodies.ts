import { ApiError, invalidArgument } from '../../kernel/api-error.ts';
import type { Decoder } from '../../kernel/decode.ts';

/**
 * Decodes a body, and says what is wrong in it as Storage does.
 *
 * Guess: the text behind `Parse Error: ` for the types other than numbers (storage notes 3.0).
 */
export function storageBody<T>(decoder: Decoder<T>): Decoder<T> {
  return (value, path) => {
    try {
      return decoder(value, path);
    } catch (error) {
      if (!(error instanceof ApiError) || error.detail.violations === undefined) throw error;
      throw invalidArgument(`Parse Error: ${error.message}`, { reason: 'parseError' });
    }
  };
}

/** Gives the errors of a rule that other APIs share the reason that Storage has for them. */
export async function withStorageReason<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ApiError) || error.detail.reason !== 'badRequest') throw error;
    throw invalidArgument(error.message, { reason: 'invalid' });
  }
}

/** The error of a value that stands in two places and differs (storage notes 3.0). */
export function disagreement(inContent: string, asked: string): ApiError {
  return invalidArgument(
    `Value '${inContent.slice(0, 1024)}' in content does not agree with value '${asked.slice(0, 1024)}'. ` +
      'This can happen when a value set through a parameter is inconsistent with a value set in the request.',
    { reason: 'invalid' },
  );
}
