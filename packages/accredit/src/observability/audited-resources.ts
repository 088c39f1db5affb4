import type { ResourceName } from '../kernel/resource-names.ts';

/** The monitored resource of a log entry. */
export interface MonitoredResource {
  readonly type: string;
  readonly labels: Readonly<Record<string, string>>;
}

interface ResourceKind {
  readonly pattern: RegExp;
  /** The type of monitored resource, and its labels in the order of the pattern's groups. */
  readonly monitored: readonly [type: string, ...labels: string[]];
}

/**
 * The kinds of resources, by their names.
 *
 * Deviation: labels that a resource's name does not hold (`instance_id`, `unique_id`, `location`) are left out; pinned by
 * 'the monitored resource of … is …'.
 *
 * @see https://cloud.google.com/logging/docs/api/v2/resource-list
 */
const KINDS: readonly ResourceKind[] = [
  {
    pattern: /^projects\/_\/buckets\/([^/]+)\/(?:objects|managedFolders)\//,
    monitored: ['gcs_bucket', 'bucket_name'],
  },
  {
    pattern: /^projects\/_\/buckets\/([^/]+)$/,
    monitored: ['gcs_bucket', 'bucket_name'],
  },
  {
    pattern: /^projects\/([^/]+)\/serviceAccounts\/([^/]+)/,
    monitored: ['service_account', 'project_id', 'email_id'],
  },
  {
    pattern: /^projects\/([^/]+)\/zones\/([^/]+)\/instances\//,
    monitored: ['gce_instance', 'project_id', 'zone'],
  },
  {
    pattern: /^projects\/([^/]+)$/,
    monitored: ['project', 'project_id'],
  },
  {
    pattern: /^folders\/([^/]+)$/,
    monitored: ['folder', 'folder_id'],
  },
  {
    pattern: /^organizations\/([^/]+)$/,
    monitored: ['organization', 'organization_id'],
  },
];

/** Returns the monitored resource of a call. @param projectId - of the log that the entry is in */
export function monitoredResource(
  name: ResourceName | undefined,
  projectId: string | undefined,
  called: { readonly service: string; readonly method: string },
): MonitoredResource {
  const project = projectId === undefined ? {} : { project_id: projectId };
  for (const { pattern, monitored } of KINDS) {
    const values = pattern.exec(name ?? '')?.slice(1);
    if (values === undefined) continue;
    const [type, ...labels] = monitored;
    const own = Object.fromEntries(labels.map((label, index) => [label, values[index] ?? '']));
    return { type, labels: { ...project, ...own } };
  }
  return { type: 'audited_resource', labels: { ...project, ...called } };
}

/**
 * Returns the resource that the path of a request names; `undefined` where it names none.
 *
 * @param method - the Discovery id: the collection in it says what a bare id is of
 */
export function resourceOfPath(
  path: Readonly<Record<string, string>>,
  method: string,
): ResourceName | undefined {
  const { name, resource, bucket, object, project, zone, instance } = path;
  if (bucket !== undefined)
    return `projects/_/buckets/${bucket}${object === undefined ? '' : `/objects/${object}`}`;
  const relative = name ?? resource;
  if (relative !== undefined) {
    if (/^[a-z]+\//.test(relative)) return relative;
    const [, collection] = /\.(projects|folders|organizations)\.\w+$/.exec(method) ?? [];
    return collection === undefined ? undefined : `${collection}/${relative}`;
  }
  if (project === undefined) return undefined;
  const place = zone === undefined || instance === undefined ? '' : `/zones/${zone}/instances/${instance}`;
  return `projects/${project}${place}`;
}

/** Where the log of a resource is: `projects/P`, `folders/N`, `organizations/N`; `undefined` where its name does not say. */
export function logParentOf(name: ResourceName): string | undefined {
  return /^(?:projects\/(?!_\/|-\/|_$|-$)[^/]+|folders\/[^/]+|organizations\/[^/]+)/.exec(name)?.[0];
}
