import type { RecommendedProposal } from './recommend/recommendation.ts';

/** A part of `accredit.yaml` with a policy of its own. */
export interface PolicyPart {
  readonly [field: string]: unknown;
  readonly iamPolicy: { readonly role: string; readonly members: string[] }[];
}

interface AccountPart extends PolicyPart {
  readonly accountId: string;
  /** On the project. */
  readonly roles: string[];
}

/** A project of `accredit.yaml`, by the names of what is in it. */
export class ProjectPart {
  /** `folders/N` or `organizations/N`; absent where nothing needs it to be said. */
  parent?: string;
  readonly customRoles: object[] = [];
  readonly iamPolicy: PolicyPart['iamPolicy'] = [];
  readonly accounts = new Map<string, AccountPart>();
  readonly buckets = new Map<string, PolicyPart>();
  readonly instances = new Map<string, PolicyPart>();

  account(accountId: string): AccountPart {
    return partOf(this.accounts, accountId, { accountId, roles: [], iamPolicy: [] });
  }
}

/** An organization or a folder of `accredit.yaml`, with the folders in it by their names. */
class HierarchyPart {
  /** Its id and its name, which the file must say. */
  readonly head: Readonly<Record<string, string>>;
  /** Of an organization. */
  readonly customRoles: object[] = [];
  readonly iamPolicy: PolicyPart['iamPolicy'] = [];
  readonly folders = new Map<string, HierarchyPart>();

  constructor({ resource, displayName }: Ancestor) {
    const [kind, id = ''] = resource.split('/');
    this.head = kind === 'folders' ? { folderId: id, displayName } : { organizationId: id, displayName };
  }
}

type Ancestor = RecommendedProposal['hierarchy'][number];

/** What is said of a cloud in the words of `accredit.yaml`: the parts that something is put into, and no others. */
export class ConfigurationParts {
  readonly #organizations = new Map<string, HierarchyPart>();
  readonly #projects = new Map<string, ProjectPart>();

  project(projectId: string): ProjectPart {
    return partOf(this.#projects, projectId, new ProjectPart());
  }

  /**
   * Returns the part of the nearest of these, in the parts of the others.
   *
   * @param hierarchy - nearest first, the organization last
   * @returns `undefined` where no organization is known: the file has folders in organizations alone
   */
  within(hierarchy: readonly Ancestor[]): HierarchyPart | undefined {
    const [organization, ...folders] = hierarchy.toReversed();
    if (organization?.resource.startsWith('organizations/') !== true) return undefined;
    const top = partOf(this.#organizations, organization.resource, new HierarchyPart(organization));
    return folders.reduce(
      (part, folder) => partOf(part.folders, folder.resource, new HierarchyPart(folder)),
      top,
    );
  }

  /** Returns what the file is to say; a file that says nothing has no projects. */
  toFile(): object {
    const organizations = [...this.#organizations.values()].map(toHierarchy);
    const projects = [...this.#projects].map(toProject);
    return organizations.length === 0 ? { projects } : withoutEmpty({ organizations, projects });
  }
}

/** Returns a part by its name, which is the fresh one where there was none. */
export function partOf<T>(parts: Map<string, T>, name: string, fresh: T): T {
  const part = parts.get(name) ?? fresh;
  parts.set(name, part);
  return part;
}

function toHierarchy({ head, customRoles, iamPolicy, folders }: HierarchyPart): object {
  return withoutEmpty({ ...head, customRoles, iamPolicy, folders: [...folders.values()].map(toHierarchy) });
}

function toProject([projectId, part]: readonly [string, ProjectPart]): object {
  const { parent, customRoles, iamPolicy, accounts, buckets, instances } = part;
  return withoutEmpty({
    projectId,
    ...(parent === undefined ? {} : { parent }),
    customRoles,
    iamPolicy,
    serviceAccounts: [...accounts.values()].map(withoutEmpty),
    buckets: [...buckets.values()],
    instances: [...instances.values()],
  });
}

/** Leaves out lists with nothing in them. */
function withoutEmpty(fields: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => !Array.isArray(value) || value.length > 0),
  );
}
