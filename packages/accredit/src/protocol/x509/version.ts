/** `[0] EXPLICIT INTEGER 2`, with which the statement of a certificate of version 3 begins (RFC 5280 §4.1.2.1). */
const VERSION_3 = Buffer.from('a003020102', 'hex');

/** The bit of the first length byte that says that more follow (X.690 §8.1.3.5). */
const LONG_FORM = 0x80;

/**
 * Says whether a certificate is of version 3.
 *
 * @param certificate - DER of one that was read before, so that its form is right
 */
export function isVersion3(certificate: Uint8Array): boolean {
  const statement = contentAt(certificate, 0);
  const version = contentAt(certificate, statement);
  return VERSION_3.equals(certificate.subarray(version, version + VERSION_3.length));
}

/** Returns where the content of a value begins: behind its tag and its length. */
function contentAt(der: Uint8Array, offset: number): number {
  const length = der[offset + 1] ?? 0;
  return offset + 2 + (length < LONG_FORM ? 0 : length - LONG_FORM);
}
