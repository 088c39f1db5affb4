/** Whether a client may use the proxy: a user name and a password that stand in the proxy's URL (RFC 7617). */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { Random } from '../../kernel/ports.ts';
import { Secret } from '../../kernel/secret.ts';

/** What the challenge names; clients show it. */
const REALM = 'accredit run';

const USER = 'accredit';

/** 128 bits: nobody guesses it while the workload runs. */
const PASSWORD_BYTES = 16;

/** The field that asks a client for the password. */
export const CHALLENGE = `Basic realm="${REALM}"`;

/** One proxy's password. */
export interface ProxyPassword {
  /** `http://USER:PASSWORD@HOST:PORT`, for the variables of the program. */
  toUrl(host: string, port: number): Secret;
  /** Whether a `Proxy-Authorization` field is right. */
  accepts(field: string | undefined): boolean;
}

/**
 * Makes a password. Its characters are those of base64url, which need no escaping in a URL: some clients do not undo
 * the escapes.
 */
export function makeProxyPassword(random: Random): ProxyPassword {
  const password = random.bytes(PASSWORD_BYTES).toString('base64url');
  const expected = digest(`${USER}:${password}`);
  return {
    toUrl: (host, port) => new Secret(`http://${USER}:${password}@${host}:${port}`),
    accepts(field = '') {
      const [, encoded] = /^basic +([A-Za-z0-9+/=]+)$/i.exec(field) ?? [];
      if (encoded === undefined) return false;
      return timingSafeEqual(digest(Buffer.from(encoded, 'base64').toString('utf8')), expected);
    },
  };
}

/** Of one length, whatever was sent, as the comparison needs it. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
