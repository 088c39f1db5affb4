import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { Rule } from './rules.ts';

/**
 * How deep partner attributes go, the namespace counted.
 *
 * Guess: those that are known need three levels (`wc.compute.googleapis.com/trust-config/` and a key in it).
 */
export const PARTNER_ATTRIBUTES_DEPTH_LIMIT = 8;

/** Bytes of all partner attributes of an instance, as JSON. Guess: as for custom metadata, 512 KB. */
export const PARTNER_ATTRIBUTES_LIMIT_BYTES = 512 * 1024;

/**
 * A namespace or a key of partner attributes: what can be one segment of a path without encoding.
 *
 * Guess: as for guest attributes; the known ones are host names, kebab-case and snake_case (metadata notes 8.1).
 */
export const PARTNER_ATTRIBUTE_NAME: Rule = {
  expected: "a name (1 to 128 letters, digits, '.', '_' and '-', first no '.')",
  fits: (text) => /^[a-zA-Z0-9_-][a-zA-Z0-9._-]{0,127}$/.test(text),
};

/** The limit of all of them together bounds each. */
export const PARTNER_ATTRIBUTE_VALUE: Rule = {
  expected: `a text in quotes, or a mapping at most ${PARTNER_ATTRIBUTES_DEPTH_LIMIT} levels deep`,
  fits: () => true,
};

/** Bytes of one certificate chain, key or set of trust anchors: as long as a value of custom metadata may be. */
export const PEM_LIMIT_BYTES = 256 * 1024;

/** Identities, and trust domains, of one instance. More would only be a slip of the pen. */
export const CERTIFICATE_LIMIT = 64;

/** @see https://github.com/spiffe/spiffe/blob/main/standards/SPIFFE-ID.md#2-spiffe-identity */
const SPIFFE_ID_LIMIT_BYTES = 2048;

export const SPIFFE_ID: Rule = {
  expected: "a SPIFFE ID, such as 'spiffe://example.com/ns/default/sa/web'",
  fits: (text) =>
    text.length <= SPIFFE_ID_LIMIT_BYTES &&
    /^spiffe:\/\/[a-z0-9._-]{1,255}(\/[a-zA-Z0-9._-]+)+$/.test(text) &&
    !/\/\.{1,2}(\/|$)/.test(text),
};

export const TRUST_DOMAIN: Rule = {
  expected: "a trust domain (1 to 255 letters a-z, digits, '.', '_' and '-')",
  fits: (text) => /^[a-z0-9._-]{1,255}$/.test(text),
};

/** Of several the first is looked at. */
export const CERTIFICATE_PEM: Rule = {
  expected: 'certificates in PEM',
  fits: (text) => isWithinPemLimit(text) && canBeRead(() => new X509Certificate(text)),
};

export const PRIVATE_KEY_PEM: Rule = {
  expected: 'a private key in PEM, without a passphrase',
  fits: (text) => isWithinPemLimit(text) && canBeRead(() => createPrivateKey(text)),
};

/** DER is no PEM, though both are read by the same functions. */
function isWithinPemLimit(text: string): boolean {
  return text.includes('-----BEGIN ') && Buffer.byteLength(text) <= PEM_LIMIT_BYTES;
}

function canBeRead(read: () => unknown): boolean {
  try {
    read();
    return true;
  } catch {
    return false;
  }
}

/** `status`, and what is wrong: short texts for people. */
export const STATUS_TEXT: Rule = {
  expected: 'a text in quotes, at most 1024 characters',
  fits: (text) => text.length <= 1024,
};
