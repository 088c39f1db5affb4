/**
 * CPU platforms by maker, the oldest first: what "at least this one" means.
 *
 * @see https://cloud.google.com/compute/docs/instances/specify-min-cpu-platform
 */
const GENERATIONS: readonly (readonly string[])[] = [
  [
    'Intel Sandy Bridge',
    'Intel Ivy Bridge',
    'Intel Haswell',
    'Intel Broadwell',
    'Intel Skylake',
    'Intel Cascade Lake',
    'Intel Ice Lake',
    'Intel Sapphire Rapids',
    'Intel Emerald Rapids',
    'Intel Granite Rapids',
  ],
  ['AMD Rome', 'AMD Milan', 'AMD Genoa', 'AMD Turin'],
];

/** Says whether a platform may be the least that a machine with another by default is to have: of the same maker. */
export function mayBeMinimum(platform: string, byDefault: string): boolean {
  return GENERATIONS.some((platforms) => platforms.includes(platform) && platforms.includes(byDefault));
}

/**
 * Returns what a machine runs on.
 *
 * Guess: where its family has an older platform by default, it is the minimum itself; Google may give a newer one.
 *
 * @param byDefault - of the machine's family
 * @param minimum - as the caller asked for it; absent: any
 */
export function platformAtLeast(byDefault: string, minimum: string | undefined): string {
  const platforms = GENERATIONS.find((some) => some.includes(byDefault)) ?? [];
  const isNewer = minimum !== undefined && platforms.indexOf(minimum) > platforms.indexOf(byDefault);
  return isNewer ? minimum : byDefault;
}
