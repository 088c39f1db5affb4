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
