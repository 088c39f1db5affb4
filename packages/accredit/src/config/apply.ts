import { namedAccount } from '../kernel/principals.ts';
import {
  folderName,
  organizationName,
  projectName,
  type ResourceName,
  serviceAccountName,
} from '../kernel/resource-names.ts';
import { ATTEMPT_LIMIT } from '../resources/new-project.ts';
import type { Project } from '../resources/projects.ts';
import type { Resources } from '../resources/resources.ts';
import { PreconditionFailed } from '../store/store.ts';
import { checkRoles } from './check-roles.ts';
import type { Configuration } from './configuration.ts';
import { accountsOfDenyPolicies } from './declared-deny-policies.ts';
import type { DeclaredGrant } from './declared-grants.ts';
import type { DeclaredProject } from './declared-projects.ts';
import { type ApplyOptions, Draft } from './draft.ts';
import { ConfigurationError, describeValue, type Path } from './problems.ts';
import { settleUndeclared } from './prune.ts';
import type { ConfigurationReport } from './report.ts';
import { settleBucket, touchBuckets } from './settle-bucket.ts';
import { settleCustomRoles } from './settle-custom-role.ts';
import { settleDenyPolicies } from './settle-deny-policies.ts';
import { settleGroups } from './settle-group.ts';
import { settleFolder, settleOrganization } from './settle-hierarchy.ts';
import { emailOf, settleInstance } from './settle-instance.ts';
import { settleProject } from './settle-project.ts';

export type { ApplyOptions } from './draft.ts';
export type { ConfigurationReport } from './report.ts';

/**
 * Makes a cloud what the configuration declares: what is missing is made, what differs is set, the rest is left alone.
 *
 * It is one commit: a crash leaves all of it or nothing. Applied again, it commits nothing. What it declares is
 * remembered, and with `prune` what it does not declare any more is taken away: never anything else.
 *
 * @throws {ConfigurationError} where the state of the cloud forbids what is declared; nothing is changed then
 * @throws {PreconditionFailed} where other writers won again and again
 */
export async function applyConfiguration(
  configuration: Configuration,
  resources: Resources,
  options: ApplyOptions,
): Promise<ConfigurationReport> {
  for (let left = ATTEMPT_LIMIT; ; left -= 1) {
    const draft = await Draft.open(configuration, resources, options);
    try {
      // New instances take addresses that are free: nobody else may take them in between.
      return await resources.instances.holdings.exclusively(() => applyOnce(draft));
    } catch (error) {
      if (!(error instanceof PreconditionFailed) || left <= 1) throw error;
    }
  }
}

async function applyOnce(draft: Draft): Promise<ConfigurationReport> {
  let isCommitted = false;
  try {
    await settleEverything(draft);
    if (draft.problems.length > 0) throw new ConfigurationError(draft.problems);
    await draft.commit();
    isCommitted = true;
    return draft.report;
  } finally {
    const unnamed = isCommitted ? draft.obsoleteBytes : draft.writtenBytes;
    // What cannot be removed is named by nothing and goes with the next sweep.
    await Promise.allSettled(unnamed.map((id) => draft.options.objectBytes.remove(id)));
  }
}

async function settleEverything(draft: Draft): Promise<void> {
  const { organizations, folders } = draft.configuration;
  for (const organization of organizations) {
    const { organizationId, customRoles, path } = organization;
    await settleOrganization(draft, organization);
    await settleCustomRoles(draft, organizationName(organizationId), customRoles, path);
  }
  for (const folder of folders) await settleFolder(draft, folder);
  const projects: (readonly [DeclaredProject, Project])[] = [];
  for (const declared of draft.configuration.projects) {
    const project = await settleProject(draft, declared);
    if (project === undefined) continue;
    projects.push([declared, project]);
    await settleCustomRoles(draft, projectName(project.projectId), declared.customRoles, declared.path);
  }
  await settleGroups(draft);
  for (const { email, path } of accountsOfDenyPolicies(draft.configuration.denyPolicies)) {
    await checkAccount(draft, email, path);
  }
  await settleDenyPolicies(draft);
  for (const [declared, project] of projects) {
    for (const bucket of declared.buckets) await settleBucket(draft, project, bucket);
    for (const instance of declared.instances) await settleInstance(draft, project, instance);
  }
  await checkReferences(draft, projects);
  await settleUndeclared(draft);
  await touchBuckets(draft);
}

/** Checks that the service accounts and custom roles that the file refers to are there, now or after the commit. */
async function checkReferences(
  draft: Draft,
  projects: readonly (readonly [DeclaredProject, Project])[],
): Promise<void> {
  const { organizations, folders } = draft.configuration;
  for (const { organizationId, grants } of organizations)
    await checkGrants(draft, organizationName(organizationId), [{ grants }]);
  for (const { folderId, grants } of folders) await checkGrants(draft, folderName(folderId), [{ grants }]);
  for (const [declared, project] of projects) {
    const { grants, serviceAccounts, buckets, instances } = declared;
    const policies = [{ grants }, ...serviceAccounts, ...buckets, ...instances];
    await checkGrants(draft, projectName(project.projectId), policies);
    for (const { attached } of instances) {
      if (attached !== undefined) await checkAccount(draft, emailOf(attached, project), attached.path);
    }
  }
}

/** @param within - what the policies are in */
async function checkGrants(
  draft: Draft,
  within: ResourceName,
  policies: readonly { readonly grants: readonly DeclaredGrant[] }[],
): Promise<void> {
  const grants = policies.flatMap((policy) => policy.grants);
  await checkRoles(draft, within, grants);
  for (const { member, path } of grants) {
    const account = namedAccount(member);
    if (account !== undefined) await checkAccount(draft, account.email, path);
  }
}

async function checkAccount(draft: Draft, email: string, path: Path): Promise<void> {
  if (draft.accounts.has(email)) return;
  const { serviceAccounts } = draft.resources;
  const stored = await serviceAccounts.find(email);
  const { projectId = '' } = stored?.value ?? {};
  if (stored === undefined || draft.isLeaving(serviceAccountName(projectId, email))) {
    draft.complain(path, `expected a service account that there is, got ${describeValue(email)}.`);
    return;
  }
  draft.accounts.add(email);
  draft.relyOn(serviceAccounts.at(stored.revision, projectId, email));
}
