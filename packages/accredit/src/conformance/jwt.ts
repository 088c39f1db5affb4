import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { at, parseJson } from './json.ts';

/** A JSON Web Token, taken apart and not yet believed. */
export interface Jwt {
  readonly header: unknown;
  /** Numbers are literals. */
  readonly claims: unknown;
  /** As they were written, for their order. */
  readonly claimsText: string;
  /** What was signed. */
  readonly input: string;
  readonly signature: Buffer;
}

/** Takes a compact JWT apart (RFC 7515 §3.1). @returns `undefined` where it is none */
export function readJwt(text: string): Jwt | undefined {
  const [head, body, signature, more] = text.split('.');
  if (!/^[\w-]+\.[\w-]+\.[\w-]+$/.test(text) || more !== undefined) return undefined;
  const claimsText = Buffer.from(body ?? '', 'base64url').toString();
  const header = parseJson(Buffer.from(head ?? '', 'base64url').toString());
  const claims = parseJson(claimsText);
  if (header === undefined || claims === undefined) return undefined;
  return {
    header,
    claims,
    claimsText,
    input: `${head}.${body}`,
    signature: Buffer.from(signature ?? '', 'base64url'),
  };
}

/**
 * Says whether an RS256 token is signed by a key of a JWK set (RFC 7517 §5).
 *
 * @returns `unknown key` where the set has no key of its `kid`
 */
export function checkSignature(
  { header, input, signature }: Jwt,
  keys: unknown,
): 'good' | 'bad' | 'unknown key' {
  const key = findKey(keys, at(header, 'kid'));
  if (key === undefined) return 'unknown key';
  return verify('RSA-SHA256', Buffer.from(input), key, signature) ? 'good' : 'bad';
}

function findKey(keys: unknown, kid: unknown): KeyObject | undefined {
  const set = at(keys, 'keys');
  const found: unknown = Array.isArray(set) ? set.find((key: unknown) => at(key, 'kid') === kid) : undefined;
  const [n, e] = [at(found, 'n'), at(found, 'e')];
  if (typeof n !== 'string' || typeof e !== 'string') return undefined;
  try {
    return createPublicKey({ key: { kty: 'RSA', n, e }, format: 'jwk' });
  } catch {
    return undefined;
  }
}
