import type { Member } from '../../../kernel/principals.ts';
import type { ResourceName } from '../../../kernel/resource-names.ts';
import { shellWord } from '../../../kernel/shell-word.ts';
import type { Condition } from '../conditions/condition.ts';
import { type HclBlock, hclLabel, hclString, renderHclBlock } from './hcl.ts';

/** A role that is given to a member in the policy of a resource. */
export interface Grant {
  readonly role: string;
  readonly member: Member;
  /** The resource whose policy would hold it. */
  readonly resource: ResourceName;
  readonly condition?: Condition;
  /** Whether the policy has bindings with conditions: gcloud then asks which one is meant. */
  readonly besideConditions?: boolean;
}

/** How the tools name a resource with a policy. */
interface GrantPlace {
  /** The group of gcloud's commands, and what names the resource there. */
  readonly gcloud: readonly [group: string, ...resource: readonly string[]];
  /** The Terraform resource, and the arguments that name the resource there. */
  readonly terraform: readonly [type: string, ...resource: readonly (readonly [string, string])[]];
}

type PlaceOf = (...parts: readonly string[]) => GrantPlace;

/** A resource of Compute Engine in a zone. */
function zonal(group: string, type: string, argument: string): PlaceOf {
  return (project = '', zone = '', name = '') => ({
    gcloud: [`compute ${group}`, name, `--zone=${zone}`, `--project=${project}`],
    terraform: [type, ['project', project], ['zone', zone], [argument, name]],
  });
}

/** A resource of Compute Engine in no zone. */
function global(group: string, type: string, argument: string): PlaceOf {
  return (project = '', name = '') => ({
    gcloud: [`compute ${group}`, name, `--project=${project}`],
    terraform: [type, ['project', project], [argument, name]],
  });
}

/** Each kind of resource once: the form of its name, and what its parts are to the tools. */
const PLACES: readonly (readonly [RegExp, PlaceOf])[] = [
  [
    /^organizations\/(\d+)$/,
    (id = '') => ({
      gcloud: ['organizations', id],
      terraform: ['google_organization_iam_member', ['org_id', id]],
    }),
  ],
  [
    /^folders\/(\d+)$/,
    (id = '') => ({
      gcloud: ['resource-manager folders', id],
      terraform: ['google_folder_iam_member', ['folder', `folders/${id}`]],
    }),
  ],
  [
    /^projects\/_\/buckets\/([^/]+)$/,
    (bucket = '') => ({
      gcloud: ['storage buckets', `gs://${bucket}`],
      terraform: ['google_storage_bucket_iam_member', ['bucket', bucket]],
    }),
  ],
  [
    /^projects\/_\/buckets\/([^/]+)\/managedFolders\/([^]+)$/,
    (bucket = '', folder = '') => ({
      gcloud: ['storage managed-folders', `gs://${bucket}/${folder}`],
      terraform: ['google_storage_managed_folder_iam_member', ['bucket', bucket], ['managed_folder', folder]],
    }),
  ],
  [
    /^projects\/([^/]+)\/serviceAccounts\/([^/]+)$/,
    (project = '', email = '') => ({
      gcloud: ['iam service-accounts', email, `--project=${project}`],
      terraform: [
        'google_service_account_iam_member',
        ['service_account_id', `projects/${project}/serviceAccounts/${email}`],
      ],
    }),
  ],
  [
    /^projects\/([^/]+)\/zones\/([^/]+)\/instances\/([^/]+)$/,
    zonal('instances', 'google_compute_instance_iam_member', 'instance_name'),
  ],
  [
    /^projects\/([^/]+)\/zones\/([^/]+)\/disks\/([^/]+)$/,
    zonal('disks', 'google_compute_disk_iam_member', 'name'),
  ],
  [
    /^projects\/([^/]+)\/global\/images\/([^/]+)$/,
    global('images', 'google_compute_image_iam_member', 'image'),
  ],
  [
    /^projects\/([^/]+)\/global\/snapshots\/([^/]+)$/,
    global('snapshots', 'google_compute_snapshot_iam_member', 'name'),
  ],
];

/** Finds how the tools name a resource; one whose policy they cannot change is its project. */
function placeOf(resource: ResourceName): GrantPlace {
  for (const [form, toPlace] of PLACES) {
    const parts = form.exec(resource);
    if (parts !== null) return toPlace(...parts.slice(1));
  }
  const [, project = ''] = resource.split('/');
  return {
    gcloud: ['projects', project],
    terraform: ['google_project_iam_member', ['project', project]],
  };
}

/** Returns the `gcloud` command that gives a role. */
export function gcloudGrant(grant: Grant): string {
  return gcloudBinding('add', grant);
}

/** Returns the `gcloud` command that takes a role. */
export function gcloudRevoke(grant: Grant): string {
  return gcloudBinding('remove', grant);
}

function gcloudBinding(
  verb: 'add' | 'remove',
  { role, member, resource, condition, besideConditions = false }: Grant,
): string {
  const namesCondition = condition !== undefined || besideConditions;
  const [group, ...place] = placeOf(resource).gcloud;
  return [
    `gcloud ${group} ${verb}-iam-policy-binding`,
    ...place.map(shellWord),
    `--member=${shellWord(member)}`,
    `--role=${shellWord(role)}`,
    ...(namesCondition
      ? [`--condition=${condition === undefined ? 'None' : gcloudCondition(condition)}`]
      : []),
  ].join(' ');
}

/** Title that a condition gets which has none; the tools want one. */
const NO_TITLE = 'condition';

/** Returns a condition as `--condition` takes it, quoted for a shell: `expression=…,title=…`. */
export function gcloudCondition({ expression, title = NO_TITLE, description }: Condition): string {
  const parts = [
    `expression=${expression}`,
    `title=${title}`,
    ...(description === undefined ? [] : [`description=${description}`]),
  ];
  if (!parts.some((part) => part.includes(','))) return shellWord(parts.join(','));
  const delimiter = delimiterFor(parts.join(''));
  return shellWord(`^${delimiter}^${parts.join(delimiter)}`);
}

/** Returns what may stand between texts with commas (`gcloud topic escaping`): something that is in none of them. */
function delimiterFor(text: string): string {
  let delimiter = ';';
  while (text.includes(delimiter)) delimiter += '~';
  return delimiter;
}

/** What a block is to have in place of what follows from its grant. */
export interface TerraformNames {
  /** Default: of whom and what, which is the same for two resources. */
  readonly label?: string;
  /** A reference to the role's own block. */
  readonly role?: string;
}

/** Returns the Terraform block that gives a role. */
export function terraformGrant(grant: Grant, names: TerraformNames = {}): string {
  const { role, member, resource, condition } = grant;
  const [type, ...place] = placeOf(resource).terraform;
  const named = names.role === undefined ? role : { reference: names.role };
  const block: HclBlock = {
    attributes: [...place, ['role', named], ['member', member]],
    ...(condition === undefined ? {} : { blocks: [['condition', terraformCondition(condition)]] }),
  };
  return renderHclBlock(
    `resource ${hclString(type)} ${hclString(names.label ?? labelOf(role, member))}`,
    block,
  );
}

function terraformCondition({ expression, title = NO_TITLE, description }: Condition): HclBlock {
  return {
    attributes: [
      ['title', title],
      ...(description === undefined ? [] : [['description', description] as const]),
      ['expression', expression],
    ],
  };
}

/** `reader_storage_objectviewer`: who, and what. */
function labelOf(role: string, member: Member): string {
  const who = member.slice(member.lastIndexOf('/') + 1).replace(/^[A-Za-z]+:/, '');
  return hclLabel(who.replace(/@.*$/, ''), role.slice(role.lastIndexOf('/') + 1));
}
