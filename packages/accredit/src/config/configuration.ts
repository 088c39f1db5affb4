import { organizationName } from '../kernel/resource-names.ts';
import { settled } from './declared.ts';
import { type DeclaredDenyPolicy, toDenyPolicies } from './declared-deny-policies.ts';
import { type DeclaredGroup, toDeclaredGroup } from './declared-groups.ts';
import {
  type DeclaredFolder,
  type DeclaredOrganization,
  toFolders,
  toOrganization,
} from './declared-hierarchy.ts';
import { type DeclaredProject, toProject } from './declared-projects.ts';
import type { Source } from './problems.ts';
import type { ConfigurationFile } from './schema.ts';
import type { Settings } from './settings.ts';

/** What a configuration file says, ready to be applied. */
export interface Configuration {
  /** How the cloud runs, as far as the file says it. */
  readonly settings: Partial<Settings>;
  readonly groups: readonly DeclaredGroup[];
  readonly organizations: readonly DeclaredOrganization[];
  /** Each after what it is in. */
  readonly folders: readonly DeclaredFolder[];
  readonly projects: readonly DeclaredProject[];
  /** Of organizations, folders and projects. */
  readonly denyPolicies: readonly DeclaredDenyPolicy[];
  /** For problems that show only when it is applied. */
  readonly source: Source;
}

/**
 * Brings a checked file into the form that is applied: names whole, short names written out.
 *
 * @param directory - of the file: what it names is looked for there
 */
export function toConfiguration(file: ConfigurationFile, source: Source, directory: string): Configuration {
  const organizations = file.organizations ?? [];
  const projects = (file.projects ?? []).map((project, index) =>
    toProject(project, ['projects', index], directory),
  );
  return {
    settings: settled({
      iamMode: file.iam,
      apiPort: file.port,
      operationDelayMs: file.operationDelay,
      propagationDelayMs: file.propagationDelay,
      record: file.record,
      logLevel: file.logLevel,
      issuer: file.issuer,
      // Who declares a project means that one.
      defaultProjectId: file.defaultProject ?? projects[0]?.projectId,
      defaultZone: file.defaultZone,
    }),
    groups: (file.groups ?? []).map((group, index) => toDeclaredGroup(group, ['groups', index])),
    organizations: organizations.map(toOrganization),
    folders: organizations.flatMap(({ organizationId, folders }, index) =>
      toFolders(folders ?? [], organizationName(organizationId), ['organizations', index, 'folders']),
    ),
    projects,
    denyPolicies: toDenyPolicies(file),
    source,
  };
}
