/** A region with its zones and the range of its subnet in an auto mode network. */
export interface Region {
  readonly name: string;
  /** First address of the /20: `10.128.0.0`. */
  readonly subnetBase: string;
  readonly zones: readonly string[];
}

/** A zone; its region is part of its name. */
export interface Zone {
  readonly name: string;
  readonly region: string;
  /** Small decimal number, always the same. */
  readonly id: string;
}

/** Bits of the prefix of every auto subnet. */
export const SUBNET_PREFIX_BITS = 20;

/**
 * The regions of an ordinary project: name, letters of the zones, base of the auto subnet.
 *
 * Names and ranges were recorded in 2025, letters other than `abc` are common knowledge (compute notes 6.5, 7.1).
 *
 * @see https://cloud.google.com/compute/docs/regions-zones
 * @see https://cloud.google.com/vpc/docs/subnets#ip-ranges
 */
const REGION_ROWS: readonly (readonly [string, string, string])[] = [
  ['africa-south1', 'abc', '10.218.0.0'],
  ['asia-east1', 'abc', '10.140.0.0'],
  ['asia-east2', 'abc', '10.170.0.0'],
  ['asia-northeast1', 'abc', '10.146.0.0'],
  ['asia-northeast2', 'abc', '10.174.0.0'],
  ['asia-northeast3', 'abc', '10.178.0.0'],
  ['asia-south1', 'abc', '10.160.0.0'],
  ['asia-south2', 'abc', '10.190.0.0'],
  ['asia-southeast1', 'abc', '10.148.0.0'],
  ['asia-southeast2', 'abc', '10.184.0.0'],
  ['australia-southeast1', 'abc', '10.152.0.0'],
  ['australia-southeast2', 'abc', '10.192.0.0'],
  ['europe-central2', 'abc', '10.186.0.0'],
  ['europe-north1', 'abc', '10.166.0.0'],
  ['europe-north2', 'abc', '10.226.0.0'],
  ['europe-southwest1', 'abc', '10.204.0.0'],
  ['europe-west1', 'bcd', '10.132.0.0'],
  ['europe-west10', 'abc', '10.214.0.0'],
  ['europe-west12', 'abc', '10.210.0.0'],
  ['europe-west2', 'abc', '10.154.0.0'],
  ['europe-west3', 'abc', '10.156.0.0'],
  ['europe-west4', 'abc', '10.164.0.0'],
  ['europe-west6', 'abc', '10.172.0.0'],
  ['europe-west8', 'abc', '10.198.0.0'],
  ['europe-west9', 'abc', '10.200.0.0'],
  ['me-central1', 'abc', '10.212.0.0'],
  ['me-west1', 'abc', '10.208.0.0'],
  ['northamerica-northeast1', 'abc', '10.162.0.0'],
  ['northamerica-northeast2', 'abc', '10.188.0.0'],
  ['northamerica-south1', 'abc', '10.224.0.0'],
  ['southamerica-east1', 'abc', '10.158.0.0'],
  ['southamerica-west1', 'abc', '10.194.0.0'],
  ['us-central1', 'abcf', '10.128.0.0'],
  ['us-east1', 'bcd', '10.142.0.0'],
  ['us-east4', 'abc', '10.150.0.0'],
  ['us-east5', 'abc', '10.202.0.0'],
  ['us-south1', 'abc', '10.206.0.0'],
  ['us-west1', 'abc', '10.138.0.0'],
  ['us-west2', 'abc', '10.168.0.0'],
  ['us-west3', 'abc', '10.180.0.0'],
  ['us-west4', 'abc', '10.182.0.0'],
];

/** The ids that were recorded; those of the other zones are a guess: position in the table, from 3000 up. */
const RECORDED_ZONE_IDS: Readonly<Record<string, string>> = Object.assign(Object.create(null), {
  'us-central1-a': '2000',
  'us-east1-b': '2231',
  'us-east4-b': '2271',
  'us-east4-c': '2272',
});

const GUESSED_ZONE_ID_BASE = 3000;

/** The CPU platforms of a zone, as one was recorded; the same everywhere here. */
export const CPU_PLATFORMS: readonly string[] = [
  'Intel Ivy Bridge',
  'Intel Haswell',
  'Intel Broadwell',
  'Intel Skylake',
  'Intel Cascade Lake',
  'Intel Ice Lake',
  'AMD Rome',
  'AMD Milan',
  'AMD Genoa',
  'Intel Sapphire Rapids',
  'Intel Emerald Rapids',
  'Ampere Altra',
  'Google Axion',
];

/** The regions, by name. */
export const REGIONS: readonly Region[] = REGION_ROWS.map(([name, letters, subnetBase]) => ({
  name,
  subnetBase,
  zones: letters.split('').map((letter) => `${name}-${letter}`),
}));

/** The zones, by name. */
export const ZONES: readonly Zone[] = REGIONS.flatMap(({ name, zones }) =>
  zones.map((zone) => ({ name: zone, region: name })),
)
  .sort((a, b) => (a.name < b.name ? -1 : 1))
  .map((zone, index) => ({
    ...zone,
    id: RECORDED_ZONE_IDS[zone.name] ?? String(GUESSED_ZONE_ID_BASE + index),
  }));

const ZONE_BY_NAME = new Map(ZONES.map((zone) => [zone.name, zone]));
const REGION_BY_NAME = new Map(REGIONS.map((region) => [region.name, region]));

/** Finds a zone by its name. */
export function findZone(name: string): Zone | undefined {
  return ZONE_BY_NAME.get(name);
}

/** Returns the region of a zone: its name without the letter. */
export function regionOf(zone: string): string {
  return zone.slice(0, zone.lastIndexOf('-'));
}

/** Returns the base of a region's auto subnet; that of us-central1 for a region that the table does not have. */
export function subnetBaseOf(region: string): string {
  return REGION_BY_NAME.get(region)?.subnetBase ?? '10.128.0.0';
}
