import { platformAtLeast } from './cpu-platforms.ts';

/** What is known of a machine type: enough to accept it and to say what it runs on. */
export interface MachineType {
  readonly name: string;
  /** `e2`, `n1`: what the rules about families ask. */
  readonly family: string;
  readonly cpuPlatform: string;
  readonly architecture: 'X86_64' | 'ARM64';
}

/**
 * The families with their shapes and numbers of vCPUs. Guess: every zone has all of them.
 *
 * A shape without numbers is a type by itself: `e2-micro`.
 *
 * @see https://cloud.google.com/compute/docs/machine-resource
 */
const FAMILIES: readonly {
  readonly family: string;
  readonly cpuPlatform: string;
  readonly architecture?: MachineType['architecture'];
  readonly single?: readonly string[];
  readonly shapes?: Readonly<Record<string, readonly number[]>>;
}[] = [
  { family: 'f1', cpuPlatform: 'Intel Haswell', single: ['micro'] },
  { family: 'g1', cpuPlatform: 'Intel Haswell', single: ['small'] },
  {
    family: 'e2',
    cpuPlatform: 'Intel Broadwell',
    single: ['micro', 'small', 'medium'],
    shapes: { standard: [2, 4, 8, 16, 32], highmem: [2, 4, 8, 16], highcpu: [2, 4, 8, 16, 32] },
  },
  {
    family: 'n1',
    cpuPlatform: 'Intel Haswell',
    shapes: {
      standard: [1, 2, 4, 8, 16, 32, 64, 96],
      highmem: [2, 4, 8, 16, 32, 64, 96],
      highcpu: [2, 4, 8, 16, 32, 64, 96],
    },
  },
  {
    family: 'n2',
    cpuPlatform: 'Intel Cascade Lake',
    shapes: {
      standard: [2, 4, 8, 16, 32, 48, 64, 80, 96, 128],
      highmem: [2, 4, 8, 16, 32, 48, 64, 80, 96, 128],
      highcpu: [2, 4, 8, 16, 32, 48, 64, 80, 96],
    },
  },
  {
    family: 'n2d',
    cpuPlatform: 'AMD Rome',
    shapes: {
      standard: [2, 4, 8, 16, 32, 48, 64, 80, 96, 128, 224],
      highmem: [2, 4, 8, 16, 32, 48, 64, 80, 96],
      highcpu: [2, 4, 8, 16, 32, 48, 64, 80, 96, 128, 224],
    },
  },
  { family: 'c2', cpuPlatform: 'Intel Cascade Lake', shapes: { standard: [4, 8, 16, 30, 60] } },
  {
    family: 'c3',
    cpuPlatform: 'Intel Sapphire Rapids',
    shapes: {
      standard: [4, 8, 22, 44, 88, 176],
      highmem: [4, 8, 22, 44, 88, 176],
      highcpu: [4, 8, 22, 44, 88, 176],
    },
  },
  {
    family: 't2d',
    cpuPlatform: 'AMD Milan',
    shapes: { standard: [1, 2, 4, 8, 16, 32, 48, 60] },
  },
  {
    family: 't2a',
    cpuPlatform: 'Ampere Altra',
    architecture: 'ARM64',
    shapes: { standard: [1, 2, 4, 8, 16, 32, 48] },
  },
];

const BY_NAME: ReadonlyMap<string, MachineType> = new Map(
  FAMILIES.flatMap(({ family, cpuPlatform, architecture = 'X86_64', single = [], shapes = {} }) => {
    const sized = Object.entries(shapes).flatMap(([shape, counts]) =>
      counts.map((count) => `${shape}-${count}`),
    );
    return [...single, ...sized].map((rest): [string, MachineType] => {
      const name = `${family}-${rest}`;
      return [name, { name, family, cpuPlatform, architecture }];
    });
  }),
);

/** Custom types: `custom-2-4096` is one of n1; `-ext` asks for more memory than usual. */
const CUSTOM = /^(?:(n1|n2|n2d|e2)-)?custom-[1-9]\d{0,2}-[1-9]\d{2,6}(?:-ext)?$/;

/** What a new instance is where nobody says. */
export const DEFAULT_MACHINE_TYPE = 'e2-medium';

/** Finds a machine type by its name, a custom one too. */
export function findMachineType(name: string): MachineType | undefined {
  const found = BY_NAME.get(name);
  if (found !== undefined) return found;
  const custom = CUSTOM.exec(name);
  if (custom === null) return undefined;
  const family = custom[1] ?? 'n1';
  const { cpuPlatform = '' } = FAMILIES.find((candidate) => candidate.family === family) ?? {};
  return { name, family, cpuPlatform, architecture: 'X86_64' };
}

/**
 * Returns what an instance of a machine type runs on; a type that is not known is taken for one of e2.
 *
 * @param minimum - the least that the instance is to have; absent: any
 */
export function cpuPlatformOf(machineType: string, minimum: string | undefined): string {
  return platformAtLeast(findMachineType(machineType)?.cpuPlatform ?? 'Intel Broadwell', minimum);
}
