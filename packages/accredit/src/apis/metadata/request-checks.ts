import type { IncomingHttpHeaders } from 'node:http';
import type { HttpRequest } from '../../http/message.ts';
import { type Refused, refuse } from '../../protocol/metadata/refusal.ts';
import type { MetadataSettings } from '../../protocol/metadata/settings.ts';

/**
 * The names that are a metadata server's own. Anything else in `Host` is a page that was tricked into asking
 * (DNS rebinding), and is refused.
 */
const OWN_HOSTS = new Set([
  'metadata.google.internal',
  'metadata.google.internal.',
  'metadata',
  'metadata.goog',
  '169.254.169.254',
  '[fd20:ce::254]',
  'localhost',
  '127.0.0.1',
  '[::1]',
]);

/**
 * Checks what does not depend on the path, in the order X-Forwarded-For, flavor, host (metadata notes 2.6).
 *
 * Deviation: a `Host` that is not its own is refused, and so is `X-Forwarded-For` at every path. It is stricter than what
 * is known of Google's; pinned by 'what is asked without being answered has its status and its page'.
 */
export function checkRequest(
  { headers, listener }: Pick<HttpRequest, 'headers' | 'listener'>,
  path: string,
  settings: MetadataSettings,
): Refused | undefined {
  if (isForwarded(headers, settings))
    return refuse(settings.forwardedForBody === 'page' ? 'forwarded-for' : 'forwarded-for-named');
  if ((path !== '/' || settings.rootNeedsFlavor) && !hasFlavor(headers, settings))
    return refuse(isWrong(headers) && settings.wrongFlavor === 404 ? 'not-found' : 'missing-flavor');
  if (settings.checksHost && headers.host !== undefined && !isOwnHost(headers.host))
    return refuse('foreign-host');
  if (settings.httpsOnly && !(listener.kind === 'metadata' && listener.secure === true))
    return refuse('https-only');
  return undefined;
}

function isForwarded(headers: IncomingHttpHeaders, { forwardedFor }: MetadataSettings): boolean {
  const given = headers['x-forwarded-for'];
  if (given === undefined || forwardedFor === 'none') return false;
  return forwardedFor === 'any' || given !== '';
}

/** Node joins a header that comes twice with a comma, which then is not `Google` any more (metadata notes 3.5). */
function hasFlavor(headers: IncomingHttpHeaders, { legacyFlavorHeader }: MetadataSettings): boolean {
  if (headers['metadata-flavor'] === 'Google') return true;
  return legacyFlavorHeader && headers['x-google-metadata-request'] === 'True';
}

function isWrong(headers: IncomingHttpHeaders): boolean {
  return headers['metadata-flavor'] !== undefined;
}

function isOwnHost(host: string): boolean {
  return OWN_HOSTS.has(host) || OWN_HOSTS.has(host.toLowerCase().replace(/:\d+$/, ''));
}
