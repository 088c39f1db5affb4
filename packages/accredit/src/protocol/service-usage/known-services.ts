/** A service that a project can enable and disable. */
export interface KnownService {
  /** The DNS name that it is called by: `compute.googleapis.com`. */
  readonly name: string;
  /** The product's name, as errors and lists show it. */
  readonly title: string;
  /** Services that are enabled with it, and that cannot go while it stays. */
  readonly needs: readonly string[];
}

/**
 * The services that are served here, and those that clients ask for beside them, by name.
 *
 * Guess: the titles, but for those of Compute Engine and Service Usage, which are recorded in messages.
 *
 * @see https://cloud.google.com/service-usage/docs/list-services
 */
const TITLES: Readonly<Record<string, string>> = {
  'cloudapis.googleapis.com': 'Google Cloud APIs',
  'cloudbilling.googleapis.com': 'Cloud Billing API',
  'cloudresourcemanager.googleapis.com': 'Cloud Resource Manager API',
  'compute.googleapis.com': 'Compute Engine API',
  'iam.googleapis.com': 'Identity and Access Management (IAM) API',
  'iamcredentials.googleapis.com': 'IAM Service Account Credentials API',
  'logging.googleapis.com': 'Cloud Logging API',
  'monitoring.googleapis.com': 'Cloud Monitoring API',
  'oslogin.googleapis.com': 'Cloud OS Login API',
  'policytroubleshooter.googleapis.com': 'Policy Troubleshooter API',
  'servicemanagement.googleapis.com': 'Service Management API',
  'serviceusage.googleapis.com': 'Service Usage API',
  'storage-api.googleapis.com': 'Google Cloud Storage JSON API',
  'storage-component.googleapis.com': 'Cloud Storage',
  'storage.googleapis.com': 'Cloud Storage API',
  'sts.googleapis.com': 'Security Token Service API',
};

/**
 * What services need. Guess: nothing but what is recorded.
 *
 * @see https://github.com/GoogleCloudPlatform/magic-modules/pull/4200 for Compute Engine
 */
const NEEDS: ReadonlyMap<string, readonly string[]> = new Map([
  ['compute.googleapis.com', ['oslogin.googleapis.com']],
]);

/** Every known service, in the order of the names, which is the one that they are listed in. */
export const KNOWN_SERVICES: readonly KnownService[] = Object.entries(TITLES)
  .map(([name, title]) => ({ name, title, needs: NEEDS.get(name) ?? [] }))
  .sort((a, b) => (a.name < b.name ? -1 : 1));

const BY_NAME: ReadonlyMap<string, KnownService> = new Map(
  KNOWN_SERVICES.map((service) => [service.name, service]),
);

/** Finds a service by its DNS name; `undefined` for one that is not known. */
export function findService(name: string): KnownService | undefined {
  return BY_NAME.get(name);
}

/** Returns the names of services with all that they need, directly or not. */
export function withNeeded(names: readonly string[]): ReadonlySet<string> {
  return closure(names, (name) => findService(name)?.needs ?? []);
}

/** Returns the names of services with all that need them, directly or not. */
export function withDependents(names: readonly string[]): ReadonlySet<string> {
  return closure(names, dependentsOf);
}

/** Returns the names of the services that need one directly. */
function dependentsOf(name: string): readonly string[] {
  return KNOWN_SERVICES.filter(({ needs }) => needs.includes(name)).map((service) => service.name);
}

function closure(names: readonly string[], next: (name: string) => readonly string[]): ReadonlySet<string> {
  const found = new Set(names);
  // A set that grows while it is walked is walked to its new end.
  for (const name of found) for (const further of next(name)) found.add(further);
  return found;
}
