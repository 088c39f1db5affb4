import { type KeyObject, sign, verify } from 'node:crypto';

/** The one signature algorithm of Google's service account and OpenID tokens (RFC 7518 §3.3). */
const ALGORITHM = 'RS256';

/** A JWT is refused unread beyond this; Google's assertions are under 2,000 characters. */
export const JWT_LENGTH_LIMIT = 16_384;

/** A JWT in its parts; nothing of it is trusted yet. */
export interface UnverifiedJwt {
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
  /** What the signature covers: the first two parts with their dot. */
  readonly signingInput: string;
  readonly signature: Buffer;
}

/**
 * Takes a compact JWS apart (RFC 7515 §7.1).
 *
 * @returns `undefined` for anything that is not three base64url parts, the first two of them JSON objects
 */
export function parseJwt(text: string): UnverifiedJwt | undefined {
  if (text.length > JWT_LENGTH_LIMIT) return undefined;
  const parts = text.split('.');
  const [head, body, tail] = parts;
  if (parts.length !== 3 || head === undefined || body === undefined || tail === undefined) return undefined;
  const header = parseJsonObject(head);
  const claims = parseJsonObject(body);
  const signature = decodeBase64Url(tail);
  if (header === undefined || claims === undefined || signature === undefined) return undefined;
  return { header, claims, signingInput: `${head}.${body}`, signature };
}

/** Returns a compact JWS over the claims, in the key order that the caller gave. */
export function signJwt(
  claims: Readonly<Record<string, unknown>>,
  key: { readonly id: string; readonly privateKey: KeyObject },
): string {
  const header = Buffer.from(JSON.stringify({ alg: ALGORITHM, kid: key.id, typ: 'JWT' })).toString(
    'base64url',
  );
  const input = `${header}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}`;
  return `${input}.${sign('RSA-SHA256', Buffer.from(input), key.privateKey).toString('base64url')}`;
}

/**
 * Says whether the key made this signature with RS256.
 *
 * The header's `alg` must say so and the key must be an RSA public key: `none`, an HMAC, or a key of another kind
 * is never accepted (RFC 8725 §3.1).
 */
export function isSignedBy(jwt: UnverifiedJwt, publicKey: KeyObject): boolean {
  if (jwt.header.alg !== ALGORITHM || jwt.header.crit !== undefined) return false;
  if (publicKey.type !== 'public' || publicKey.asymmetricKeyType !== 'rsa') return false;
  return verify('RSA-SHA256', Buffer.from(jwt.signingInput), publicKey, jwt.signature);
}

function parseJsonObject(part: string): Readonly<Record<string, unknown>> | undefined {
  const decoded = decodeBase64Url(part);
  if (decoded === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(decoded.toString('utf8'));
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    // A parsed JSON object: string keys, values still unknown.
    return value as Readonly<Record<string, unknown>>;
  } catch {
    return undefined;
  }
}

/** Decodes base64url without padding; other alphabets and loose bits are refused (RFC 7515 §2). */
function decodeBase64Url(part: string): Buffer | undefined {
  if (part === '' || !/^[A-Za-z0-9_-]+$/.test(part)) return undefined;
  const decoded = Buffer.from(part, 'base64url');
  return decoded.toString('base64url') === part ? decoded : undefined;
}
