import type { ResourceName } from '../../kernel/resource-names.ts';

/** A public image, as far as a disk that is made from it shows it. */
export interface Image {
  /** `projects/debian-cloud/global/images/debian-12-bookworm-v20260114`. */
  readonly name: ResourceName;
  readonly family: string;
  readonly sizeGb: number;
  readonly architecture: 'X86_64' | 'ARM64';
  /** Resource names. */
  readonly licenses: readonly ResourceName[];
  readonly guestOsFeatures: readonly string[];
}

/** What a current Linux image says that it can (recorded 2025, compute notes 6.2). */
const LINUX_FEATURES: readonly string[] = [
  'VIRTIO_SCSI_MULTIQUEUE',
  'SEV_CAPABLE',
  'SEV_SNP_CAPABLE',
  'SEV_LIVE_MIGRATABLE',
  'SEV_LIVE_MIGRATABLE_V2',
  'IDPF',
  'UEFI_COMPATIBLE',
  'GVNIC',
];

const WINDOWS_FEATURES: readonly string[] = [...LINUX_FEATURES, 'MULTI_IP_SUBNET', 'WINDOWS'];

/**
 * The newest image of some families: project, family, name, size in GB, license. Names follow the pattern of their
 * family. Guess: the dates in them (compute notes 6.2).
 */
const ROWS: readonly (readonly [string, string, string, number, string])[] = [
  ['debian-cloud', 'debian-12', 'debian-12-bookworm-v20260114', 10, 'debian-12-bookworm'],
  ['debian-cloud', 'debian-12-arm64', 'debian-12-bookworm-arm64-v20260114', 10, 'debian-12-bookworm'],
  ['debian-cloud', 'debian-13', 'debian-13-trixie-v20260114', 10, 'debian-13-trixie'],
  ['debian-cloud', 'debian-11', 'debian-11-bullseye-v20260114', 10, 'debian-11-bullseye'],
  ['ubuntu-os-cloud', 'ubuntu-2204-lts', 'ubuntu-2204-jammy-v20260112', 10, 'ubuntu-2204-lts'],
  ['ubuntu-os-cloud', 'ubuntu-2404-lts-amd64', 'ubuntu-2404-noble-amd64-v20260113', 10, 'ubuntu-2404-lts'],
  ['ubuntu-os-cloud', 'ubuntu-2404-lts-arm64', 'ubuntu-2404-noble-arm64-v20260113', 10, 'ubuntu-2404-lts'],
  ['cos-cloud', 'cos-stable', 'cos-stable-121-18867-199-88', 10, 'cos'],
  ['rocky-linux-cloud', 'rocky-linux-9', 'rocky-linux-9-v20260110', 20, 'rocky-linux-9'],
  ['centos-cloud', 'centos-stream-9', 'centos-stream-9-v20260110', 20, 'centos-stream-9'],
  ['rhel-cloud', 'rhel-9', 'rhel-9-v20260110', 20, 'rhel-9-server'],
  ['suse-cloud', 'sles-15', 'sles-15-sp7-v20260110-x86-64', 10, 'sles-15'],
  ['windows-cloud', 'windows-2022', 'windows-server-2022-dc-v20260114', 50, 'windows-server-2022-dc'],
];

const IMAGES: readonly Image[] = ROWS.map(([project, family, name, sizeGb, license]) => ({
  name: `projects/${project}/global/images/${name}`,
  family,
  sizeGb,
  architecture: /\barm64\b/.test(name) ? 'ARM64' : 'X86_64',
  licenses: [`projects/${project}/global/licenses/${license}`],
  guestOsFeatures: project === 'windows-cloud' ? WINDOWS_FEATURES : LINUX_FEATURES,
}));

/** The names that each image answers to: its own, and its family's in each of the spellings of one. */
const BY_REFERENCE: ReadonlyMap<ResourceName, Image> = new Map(
  IMAGES.flatMap((image) => {
    const [, project = ''] = image.name.split('/');
    const family = `projects/${project}/global/images/family/${image.family}`;
    return [
      [image.name, image],
      [family, image],
      [`projects/${project}/zones/-/imageFamilyViews/${image.family}`, image],
    ] as const;
  }),
);

/**
 * Finds a public image by reference: the image, its family, or a zone's view of the family.
 *
 * @param reference - as `readReference` gives it
 */
export function findImage(reference: ResourceName): Image | undefined {
  return BY_REFERENCE.get(
    reference.replace(/\/zones\/[^/]+\/imageFamilyViews\//, '/zones/-/imageFamilyViews/'),
  );
}

/** What an instance boots from where nobody says. */
export const DEFAULT_IMAGE = 'projects/debian-cloud/global/images/debian-12-bookworm-v20260114';
