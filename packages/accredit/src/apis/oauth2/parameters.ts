import { OAuthError } from '../../kernel/api-error.ts';
import type { Decoder } from '../../kernel/decode.ts';

/** The parameters of an OAuth request, by name; those that are absent or empty are `undefined`. */
export type OAuthParameters = Readonly<Record<string, string | undefined>>;

/**
 * Reads the parameters of a form, or of JSON in its place. Unknown ones are ignored, and one without a value counts as
 * left out (RFC 6749 §3.2). No error repeats a value: any of them may be a credential.
 *
 * @throws {OAuthError} `invalid_request` for values that are not text
 */
export const oauthParameters: Decoder<OAuthParameters> = (value) => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw badRequest();
  const parameters: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const [name, text] of Object.entries(value as Readonly<Record<string, unknown>>)) {
    if (typeof text !== 'string') throw badRequest();
    if (text !== '') parameters[name] = text;
  }
  return parameters;
};

/** What Google says of a request that it cannot read (IAM notes 4.5). */
export function badRequest(): OAuthError {
  return new OAuthError('invalid_request', 'Bad Request');
}
