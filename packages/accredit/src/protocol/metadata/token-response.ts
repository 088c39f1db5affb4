import type { Value } from './resolve.ts';

/**
 * Returns the answer to a token request: these three keys in this order, and no etag (metadata notes 9.3.1, 4.1.4).
 *
 * @param accessToken - the token itself; the answer is as secret as it
 * @param expiresInSeconds - whole seconds, above 0
 * @param alt - `text` gives one line a key (metadata notes 9.3.2)
 */
export function renderToken(accessToken: string, expiresInSeconds: number, alt: 'json' | 'text'): Value {
  const token = { access_token: accessToken, expires_in: expiresInSeconds, token_type: 'Bearer' };
  if (alt === 'json') {
    return { kind: 'value', status: 200, contentType: 'application/json', body: JSON.stringify(token) };
  }
  const lines = Object.entries(token).map(([key, value]) => `${key} ${value}\n`);
  return { kind: 'value', status: 200, contentType: 'application/text', body: lines.join('') };
}

/** The token in either form of the answer. */
const RENDERED_TOKEN = /(?<=^\{"access_token":"|^access_token )[\w.-]+/;

/** Returns the body of an answer to a token request with another token in it, and all else as it was. */
export function replaceToken(body: string, change: (accessToken: string) => string): string {
  return body.replace(RENDERED_TOKEN, change);
}
