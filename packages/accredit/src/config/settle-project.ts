import { projectName, serviceAccountName } from '../kernel/resource-names.ts';
import { planNewProject } from '../resources/new-project.ts';
import { type Project, withoutDeletion } from '../resources/projects.ts';
import type { DeclaredProject, DeclaredServiceAccount } from './declared-projects.ts';
import { differingFields } from './differing-fields.ts';
import type { Draft } from './draft.ts';
import { describeValue } from './problems.ts';
import { checkParent } from './settle-hierarchy.ts';

/**
 * Takes in a project with its service accounts; what is in the project comes when the accounts of all are known.
 *
 * @returns the project as it will be; `undefined` where it cannot be
 */
export async function settleProject(draft: Draft, declared: DeclaredProject): Promise<Project | undefined> {
  const { resources, options } = draft;
  const { projectId, fields } = declared;
  const stored = await resources.projects.get(projectId);
  if (stored === undefined && !(await checkId(draft, declared))) return undefined;
  const before = stored?.value ?? resources.projects.draft(projectId, undefined, declared.projectNumber);
  const isNumberGood = await checkNumber(draft, declared, before, stored === undefined);
  if (!isNumberGood || !(await checkParent(draft, declared))) return undefined;
  // What is declared is there: a project whose deletion was asked for comes back.
  const project = { ...withoutDeletion(before), ...fields };
  if (project.parent !== undefined) draft.parents.set(projectName(projectId), project.parent);
  const made = planNewProject(resources, project, options.ownerEmail);
  if (stored === undefined) draft.accounts.add(made.computeAccount);
  await draft.settle({
    name: projectName(projectId),
    identity: `${project.projectNumber}/${project.createdAtMs}`,
    isNew: stored === undefined,
    differing: stored === undefined ? [] : differences(before, fields),
    grants: declared.grants,
    bornWith: made.policy,
    ...(stored === undefined
      ? { changes: made.changes, preconditions: made.preconditions }
      : {
          changes: resources.projects.put(project),
          preconditions: [resources.projects.at(stored.revision, projectId)],
        }),
  });
  for (const account of declared.serviceAccounts) await settleServiceAccount(draft, projectId, account);
  return project;
}

/** A project of which no service was ever disabled has no list of them; one that is active has no state. */
function differences(before: Project, fields: DeclaredProject['fields']): readonly string[] {
  const differing = differingFields({ disabledServices: [], ...before }, fields);
  return before.state === undefined ? differing : [...differing, 'state'];
}

/** An id belongs to one project, for ever. */
async function checkId(draft: Draft, { projectId, path }: DeclaredProject): Promise<boolean> {
  if (!(await draft.resources.projects.isSpent(projectId))) return true;
  draft.complain(
    [...path, 'projectId'],
    `expected an id that no project had before, got '${projectId}', whose project was deleted for good.`,
  );
  return false;
}

/** A number belongs to one project, for ever. */
async function checkNumber(
  draft: Draft,
  { projectId, projectNumber, path }: DeclaredProject,
  before: Project,
  isNew: boolean,
): Promise<boolean> {
  if (!isNew) {
    if (projectNumber === undefined || projectNumber === before.projectNumber) return true;
    const is = `the number ${before.projectNumber} that '${projectId}' has had since it was made`;
    draft.complain([...path, 'projectNumber'], `expected ${is}, got ${describeValue(projectNumber)}.`);
    return false;
  }
  const holder = await draft.resources.projects.holderOf(before.projectNumber);
  if (holder === undefined) return true;
  const has = `which '${holder}' has`;
  draft.complain(
    [...path, 'projectNumber'],
    `expected a number of its own for '${projectId}', got '${before.projectNumber}', ${has}.`,
  );
  return false;
}

async function settleServiceAccount(
  draft: Draft,
  projectId: string,
  { email, fields, grants }: DeclaredServiceAccount,
): Promise<void> {
  const { serviceAccounts } = draft.resources;
  const stored = await serviceAccounts.get(projectId, email);
  const before = stored?.value ?? serviceAccounts.draft(projectId, email);
  const account = { ...before, ...fields };
  const precondition = serviceAccounts.at(stored?.revision ?? 0, projectId, email);
  draft.accounts.add(email);
  draft.relyOn(precondition);
  await draft.settle({
    name: serviceAccountName(projectId, email),
    identity: account.uniqueId,
    isNew: stored === undefined,
    differing: stored === undefined ? [] : differingFields(before, fields),
    grants,
    changes: serviceAccounts.put(account),
    preconditions: [precondition],
  });
}
