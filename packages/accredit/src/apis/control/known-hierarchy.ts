import { projectName, type ResourceName } from '../../kernel/resource-names.ts';
import { policyHolderOf, projectIdIn } from '../../protocol/iam/places/policy-holders.ts';
import type { Organizations } from '../../protocol/iam/recommendations/custom-role-proposals.ts';
import type { Proposal } from '../../protocol/iam/recommendations/recommend.ts';
import type { CountedUse } from '../../protocol/iam/recommendations/uses.ts';
import type { Resources } from '../../resources/resources.ts';

/** A folder or an organization that is there. */
interface NamedAncestor {
  /** `folders/N` or `organizations/N`. */
  readonly resource: ResourceName;
  readonly displayName: string;
}

/** What tells in which project, folder or organization something is. */
type Place = Pick<CountedUse, 'resource' | 'projectId'>;

/** Says in which organizations the projects and folders are that were used, or that hold what was used. */
export async function organizationsOf(
  uses: readonly CountedUse[],
  resources: Resources,
): Promise<Organizations> {
  const organizations = new Map<ResourceName, ResourceName>();
  for (const name of new Set(uses.map(startOf))) {
    const top = name === undefined ? undefined : (await hierarchyOf(name, resources)).at(-1)?.resource;
    if (name !== undefined && top?.startsWith('organizations/') === true) organizations.set(name, top);
  }
  return organizations;
}

/** Says of each proposal in which folders and which organization its resource is, or which it is itself, nearest first. */
export async function withHierarchy<P extends Proposal>(
  proposals: readonly P[],
  resources: Resources,
): Promise<readonly (P & { readonly hierarchy: readonly NamedAncestor[] })[]> {
  return Promise.all(
    proposals.map(async (proposal) => {
      const name = startOf(proposal);
      return { ...proposal, hierarchy: name === undefined ? [] : await hierarchyOf(name, resources) };
    }),
  );
}

/** Returns the project, folder or organization of a resource; `undefined` for a bucket whose project is not known. */
function startOf({ resource, projectId = projectIdIn(resource) }: Place): ResourceName | undefined {
  if (projectId !== undefined) return projectName(projectId);
  const holder = policyHolderOf(resource);
  return holder.place === 'bucket' ? undefined : holder.resource;
}

/** Nothing is known of what is above a folder that is gone: there the list ends. */
async function hierarchyOf(name: ResourceName, resources: Resources): Promise<readonly NamedAncestor[]> {
  const hierarchy: NamedAncestor[] = [];
  for (const resource of await resources.hierarchy.ancestorsOf(name)) {
    if (resource.startsWith('projects/')) continue;
    const displayName = await displayNameOf(resource, resources);
    if (displayName === undefined) break;
    hierarchy.push({ resource, displayName });
  }
  return hierarchy;
}

async function displayNameOf(
  resource: ResourceName,
  { folders, organizations }: Resources,
): Promise<string | undefined> {
  const [kind, id = ''] = resource.split('/');
  const stored = await (kind === 'folders' ? folders : organizations).get(id);
  return stored?.value.displayName;
}
