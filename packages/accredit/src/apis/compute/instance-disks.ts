import type { ResourceName } from '../../kernel/resource-names.ts';
import {
  DEFAULT_DISK_TYPE,
  defaultSizeGb,
  LOCAL_SSD,
  LOCAL_SSD_SIZE_GB,
  SMALLEST_DISK_GB,
} from '../../protocol/compute/disk-types.ts';
import { invalidField, missingReference } from '../../protocol/compute/field-errors.ts';
import { findImage, type Image } from '../../protocol/compute/images.ts';
import { checkDeviceName, checkName } from '../../protocol/compute/names.ts';
import { readReference } from '../../protocol/compute/references.ts';
import type { AttachedDisk } from '../../resources/instances.ts';
import type { OperationWarning } from '../../resources/operations.ts';
import type { AttachedDiskResource } from './instance-resource.ts';
import { type Place, zoneName } from './places.ts';

/** Disks that an instance may have. @see https://cloud.google.com/compute/docs/disks#pdnumberlimits */
const DISK_LIMIT = 128;

/** The disks that an instance is to have. */
export interface DiskPlan {
  readonly disks: readonly AttachedDisk[];
  /** What the boot disk is made from; `undefined` for a blank one. */
  readonly bootImage: Image | undefined;
  readonly warnings: readonly OperationWarning[];
}

/**
 * Reads the disks of an instance to be: new ones all of them, from a public image or blank (compute notes 5.3).
 *
 * Deviation: there are no disk resources yet, so no existing disk and no snapshot can be found; pinned by 'an insert is
 * refused before it does anything', rows 'a disk that there is not' and 'a snapshot that there is not'.
 *
 * @param name - of the instance
 * @throws {ApiError} 400 `invalid`
 */
export function planDisks(given: readonly AttachedDiskResource[], name: string, place: Place): DiskPlan {
  checkBoot(given);
  const planned = given.map((disk, index) => planDisk(disk, `resource.disks[${index}]`, place));
  const ordered = [...planned].sort((a, b) => Number(b.boot) - Number(a.boot));
  const disks = ordered.map((disk, index) => attach(disk, index, name, place));
  checkDistinct(disks);
  return {
    disks,
    bootImage: ordered[0]?.image,
    warnings: ordered.flatMap(({ image, sizeGb }) => sizeWarning(sizeGb, image)),
  };
}

/** Guess: the texts; that there is exactly one boot disk is documented. */
function checkBoot(given: readonly AttachedDiskResource[]): void {
  if (given.length === 0) throw invalidField('resource.disks', '', 'No disks are specified.');
  if (given.length > DISK_LIMIT) {
    throw invalidField('resource.disks', '', `At most ${DISK_LIMIT} disks can be attached.`);
  }
  const boots = given.filter(({ boot }) => boot === true).length;
  if (boots !== 1) throw invalidField('resource.disks', '', 'Exactly one boot disk must be specified.');
}

/** Guess: the texts. */
function checkDistinct(disks: readonly AttachedDisk[]): void {
  const seen = new Set<string>();
  for (const { deviceName, source } of disks) {
    if (seen.has(deviceName))
      throw invalidField('resource.disks', '', `Duplicate device name: ${deviceName}`);
    if (seen.has(source)) throw invalidField('resource.disks', '', `Duplicate disk: ${source}`);
    seen.add(deviceName);
    if (source !== '') seen.add(source);
  }
}

/** A disk with everything but its place among the others. */
interface PlannedDisk extends Omit<AttachedDisk, 'index' | 'source' | 'deviceName' | 'sizeGb'> {
  readonly sizeGb: number;
  readonly image: Image | undefined;
  /** As the caller gave them. */
  readonly diskName: string | undefined;
  readonly deviceName: string | undefined;
}

function planDisk(disk: AttachedDiskResource, field: string, place: Place): PlannedDisk {
  const { autoDelete = false, boot = false, mode = 'READ_WRITE', type = 'PERSISTENT', source } = disk;
  if (source !== undefined) throw missingReference(`${field}.source`, source, 'disk');
  const parameters = disk.initializeParams ?? {};
  const where = `${field}.initializeParams`;
  if (parameters.sourceSnapshot !== undefined) {
    throw missingReference(`${where}.sourceSnapshot`, parameters.sourceSnapshot, 'snapshot');
  }
  const image = readImage(`${where}.sourceImage`, parameters.sourceImage, place);
  const diskType = readDiskType(`${where}.diskType`, parameters.diskType, place);
  // Guess: the text.
  if ((type === 'SCRATCH') !== (diskType === LOCAL_SSD)) {
    throw invalidField(`${field}.type`, type, `Disks of type SCRATCH, and no others, are ${LOCAL_SSD}.`);
  }
  const features = new Set([
    ...(image?.guestOsFeatures ?? []),
    ...disk.guestOsFeatures.map((one) => one.type),
  ]);
  const { diskName, diskSizeGb } = parameters;
  return {
    boot,
    autoDelete,
    mode,
    type,
    diskType,
    interface: disk.interface ?? 'SCSI',
    sizeGb:
      type === 'SCRATCH'
        ? LOCAL_SSD_SIZE_GB
        : readSize(`${where}.diskSizeGb`, diskSizeGb, image?.sizeGb ?? defaultSizeGb(diskType), image),
    image,
    diskName: diskName === undefined ? undefined : checkName(`${where}.diskName`, diskName),
    deviceName:
      disk.deviceName === undefined ? undefined : checkDeviceName(`${field}.deviceName`, disk.deviceName),
    ...(features.size === 0 ? {} : { guestOsFeatures: [...features] }),
    ...(image === undefined ? {} : { licenses: image.licenses, architecture: image.architecture }),
  };
}

function readImage(field: string, given: string | undefined, place: Place): Image | undefined {
  if (given === undefined || given === '') return undefined;
  const image = findImage(readReference(given, place));
  if (image === undefined) throw missingReference(field, given, 'image');
  return image;
}

/** Returns the short name of a disk's type. */
function readDiskType(field: string, given: string | undefined, place: Place): string {
  if (given === undefined || given === '') return DEFAULT_DISK_TYPE;
  const parent = `${zoneName(place)}/diskTypes/`;
  const reference = readReference(given, place);
  const name = reference.startsWith(parent) ? reference.slice(parent.length) : reference;
  // Guess: the noun.
  if (defaultSizeGb(name) === undefined) throw missingReference(field, given, 'diskType');
  return name;
}

function readSize(
  field: string,
  given: string | undefined,
  byDefault: number | undefined,
  image: Image | undefined,
): number {
  if (given === undefined) return byDefault ?? SMALLEST_DISK_GB;
  const sizeGb = Number(given);
  if (image !== undefined && sizeGb < image.sizeGb) {
    const why = `Requested disk size cannot be smaller than the image size (${image.sizeGb} GB)`;
    throw invalidField(field, given, why);
  }
  // Guess: the text; the limits are those of persistent disks.
  if (sizeGb < SMALLEST_DISK_GB || sizeGb > LARGEST_DISK_GB) {
    const why = `Disk size must be between ${SMALLEST_DISK_GB} GB and ${LARGEST_DISK_GB} GB.`;
    throw invalidField(field, given, why);
  }
  return sizeGb;
}

/** The largest persistent disk, in GB. */
const LARGEST_DISK_GB = 65_536;

function attach(disk: PlannedDisk, index: number, instance: string, place: Place): AttachedDisk {
  const { image: _image, diskName, deviceName, sizeGb, ...rest } = disk;
  const isScratch = disk.type === 'SCRATCH';
  const name = diskName ?? (disk.boot ? instance : `${instance}-${index}`);
  const source: ResourceName = isScratch ? '' : `${zoneName(place)}/disks/${name}`;
  return {
    ...rest,
    index,
    source,
    sizeGb: String(sizeGb),
    deviceName: deviceName ?? `${isScratch ? 'local-ssd' : 'persistent-disk'}-${index}`,
  };
}

/** A disk that is larger than its image is made, with a warning (compute notes 4.7). */
function sizeWarning(sizeGb: number, image: Image | undefined): readonly OperationWarning[] {
  if (image === undefined || sizeGb <= image.sizeGb) return [];
  const message =
    `Disk size: '${sizeGb} GB' is larger than image size: '${image.sizeGb} GB'. You might need to resize the root ` +
    'repartition manually if the operating system does not support automatic resizing. See ' +
    'https://cloud.google.com/compute/docs/disks/add-persistent-disk#resize_pd for details.';
  return [{ code: 'DISK_SIZE_LARGER_THAN_IMAGE_SIZE', message }];
}
