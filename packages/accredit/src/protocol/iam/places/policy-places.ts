import { type ApiError, invalidArgument } from '../../../kernel/api-error.ts';
import { clip } from '../../../kernel/clip.ts';
import type { ResourceName } from '../../../kernel/resource-names.ts';

/** What an allow policy may be attached to. */
export type PolicyPlace =
  | 'organization'
  | 'folder'
  | 'project'
  | 'bucket'
  | 'managedFolder'
  | 'serviceAccount'
  | ComputePlace;

/** The resources of Compute Engine that have policies of their own, and are known here. */
export type ComputePlace = 'instance' | 'disk' | 'image' | 'snapshot' | 'instanceTemplate';

/** Where the resources of one kind stand, and how they are named. */
interface PlaceForm {
  readonly service: string;
  /** Of relative names, without a leading slash. */
  readonly form: RegExp;
  /** What the permissions of the kind begin with. */
  readonly permissions: string;
}

const CLOUD_RESOURCE_MANAGER = 'cloudresourcemanager.googleapis.com';
const STORAGE = 'storage.googleapis.com';
const IAM = 'iam.googleapis.com';
const COMPUTE = 'compute.googleapis.com';

/** Each kind once, with the words of its names. A bucket's project is `_`. */
const FORMS: Readonly<Record<PolicyPlace, PlaceForm>> = {
  organization: {
    service: CLOUD_RESOURCE_MANAGER,
    form: /^organizations\/\d+$/,
    permissions: 'resourcemanager.organizations.',
  },
  folder: {
    service: CLOUD_RESOURCE_MANAGER,
    form: /^folders\/\d+$/,
    permissions: 'resourcemanager.folders.',
  },
  project: {
    service: CLOUD_RESOURCE_MANAGER,
    form: /^projects\/[^/_][^/]*$/,
    permissions: 'resourcemanager.projects.',
  },
  bucket: { service: STORAGE, form: /^projects\/_\/buckets\/[^/]+$/, permissions: 'storage.buckets.' },
  managedFolder: {
    service: STORAGE,
    form: /^projects\/_\/buckets\/[^/]+\/managedFolders\/[^]+$/,
    permissions: 'storage.managedFolders.',
  },
  serviceAccount: {
    service: IAM,
    form: /^projects\/[^/]+\/serviceAccounts\/[^/]+$/,
    permissions: 'iam.serviceAccounts.',
  },
  instance: {
    service: COMPUTE,
    form: /^projects\/[^/]+\/zones\/[^/]+\/instances\/[^/]+$/,
    permissions: 'compute.instances.',
  },
  disk: {
    service: COMPUTE,
    form: /^projects\/[^/]+\/(?:zones|regions)\/[^/]+\/disks\/[^/]+$/,
    permissions: 'compute.disks.',
  },
  image: {
    service: COMPUTE,
    form: /^projects\/[^/]+\/global\/images\/[^/]+$/,
    permissions: 'compute.images.',
  },
  snapshot: {
    service: COMPUTE,
    form: /^projects\/[^/]+\/global\/snapshots\/[^/]+$/,
    permissions: 'compute.snapshots.',
  },
  instanceTemplate: {
    service: COMPUTE,
    form: /^projects\/[^/]+\/(?:global|regions\/[^/]+)\/instanceTemplates\/[^/]+$/,
    permissions: 'compute.instanceTemplates.',
  },
};

// The table above has exactly the keys of its type.
/** Every kind, in the order of the table, which is that of lists: what holds others comes first. */
export const POLICY_PLACES = Object.keys(FORMS) as readonly PolicyPlace[];

/** A resource that has a policy, as a full resource name says it. */
export interface NamedPlace {
  readonly place: PolicyPlace;
  /** The relative name as it was given: a project may be named by its number. */
  readonly resource: ResourceName;
}

/**
 * Takes a full resource name apart: `//storage.googleapis.com/projects/_/buckets/b`.
 *
 * Guess: the text for a name that is none, or of a kind without policies.
 *
 * @throws {ApiError} `INVALID_ARGUMENT`
 * @see https://cloud.google.com/iam/docs/full-resource-names
 */
export function parseFullResourceName(fullName: string): NamedPlace {
  const [, service, resource = ''] = /^\/\/([^/]+)\/([^]+)$/.exec(fullName) ?? [];
  const place = POLICY_PLACES.find(
    (kind) => FORMS[kind].service === service && FORMS[kind].form.test(resource),
  );
  if (place === undefined) throw badFullName(fullName);
  return { place, resource };
}

function badFullName(fullName: string): ApiError {
  return invalidArgument(
    `Invalid full resource name '${clip(fullName)}'. ` +
      "A full resource name is like '//cloudresourcemanager.googleapis.com/projects/my-project'.",
    { reason: 'badRequest' },
  );
}

/** Returns of what kind a resource with a policy is; `undefined` for others, such as objects. */
export function placeOf(resource: ResourceName): PolicyPlace | undefined {
  return POLICY_PLACES.find((kind) => FORMS[kind].form.test(resource));
}

/** Returns what the permissions on this kind of resource begin with: `storage.buckets.`. */
export function permissionPrefix(place: PolicyPlace): string {
  return FORMS[place].permissions;
}

/** Returns the service that keeps this kind of resource: `storage.googleapis.com`. */
export function serviceOf(place: PolicyPlace): string {
  return FORMS[place].service;
}
