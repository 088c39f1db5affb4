/** How long the provider configuration may be kept, as in production. */
export const DISCOVERY_LIFETIME_SECONDS = 3600;

/**
 * How long public keys may be kept. The next key is published long before it signs (IAM notes 1.8: at least 6 hours), so
 * nobody who keeps them for so long misses it.
 */
export const KEYS_LIFETIME_SECONDS = 3600;

/** Returns the headers of a public answer that clients and caches may keep. */
export function cachedFor(seconds: number): Readonly<Record<string, string>> {
  return { 'Cache-Control': `public, max-age=${seconds}, must-revalidate, no-transform` };
}
