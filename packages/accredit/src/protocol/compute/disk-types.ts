/**
 * The disk types with the size in GB that a blank disk of the type gets (compute notes 6.7).
 *
 * @see https://cloud.google.com/compute/docs/disks
 */
const DEFAULT_SIZE_GB: ReadonlyMap<string, number> = new Map([
  ['pd-standard', 500],
  ['pd-balanced', 100],
  ['pd-ssd', 100],
  ['pd-extreme', 1000],
  ['hyperdisk-balanced', 100],
  ['hyperdisk-extreme', 1000],
  ['hyperdisk-throughput', 2048],
]);

/** The type of a disk where nobody says. */
export const DEFAULT_DISK_TYPE = 'pd-standard';

/** The type of scratch disks, which are no resources and have one size. */
export const LOCAL_SSD = 'local-ssd';

/** Gigabytes of a scratch disk. */
export const LOCAL_SSD_SIZE_GB = 375;

/** The smallest disk, in GB. */
export const SMALLEST_DISK_GB = 10;

/** Returns the size in GB of a blank disk of a type; `undefined` for a type that there is not. */
export function defaultSizeGb(diskType: string): number | undefined {
  return diskType === LOCAL_SSD ? LOCAL_SSD_SIZE_GB : DEFAULT_SIZE_GB.get(diskType);
}

/**
 * What the metadata server calls the disk types, as published outputs of real VMs have it (metadata notes 8.1).
 *
 * Guess: `PERSISTENT-EXTREME`, and the names of hyperdisks.
 */
const METADATA_TYPES: ReadonlyMap<string, string> = new Map([
  ['pd-standard', 'PERSISTENT'],
  ['pd-balanced', 'PERSISTENT-BALANCED'],
  ['pd-ssd', 'PERSISTENT-SSD'],
  ['pd-extreme', 'PERSISTENT-EXTREME'],
  ['hyperdisk-balanced', 'PERSISTENT-HYPERDISK-BALANCED'],
  ['hyperdisk-extreme', 'PERSISTENT-HYPERDISK-EXTREME'],
  ['hyperdisk-throughput', 'PERSISTENT-HYPERDISK-THROUGHPUT'],
  [LOCAL_SSD, 'LOCAL-SSD'],
]);

/** Returns what `instance/disks/N/type` says of a disk. @param diskType - short name: `pd-ssd` */
export function metadataTypeOf(diskType: string): string {
  return METADATA_TYPES.get(diskType) ?? 'PERSISTENT';
}
