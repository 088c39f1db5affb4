import { type CallTarget, method } from '../../http/method.ts';
import { notFound } from '../../kernel/api-error.ts';
import { projectName, type ResourceName } from '../../kernel/resource-names.ts';
import { SERVICE_WRITE } from '../../protocol/iam/scopes.ts';
import { ANY_PROJECT } from '../../protocol/iam/service-accounts/service-account-names.ts';
import { renderLongRunningOperation } from '../../resources/long-running-operations.ts';

/** The names of this API's operations; others have theirs at the same address. */
const OPERATION_NAME = /^operations\/acat\.p2-(\d{1,19})-[0-9a-f-]{36}$/;

/** The project that an operation's name holds, as a permission's resource; `projects/-` for no name of an operation. */
async function onOperation({ path, services }: CallTarget<{ readonly name: string }>): Promise<ResourceName> {
  const [, projectNumber] = OPERATION_NAME.exec(path.name) ?? [];
  const project = projectNumber && (await services.resources.projects.find(projectNumber));
  return projectName(project ? project.value.projectId : ANY_PROJECT);
}

export const get = method({
  id: 'serviceusage.operations.get',
  http: 'GET /v1/{name=operations/*}',
  ownNames: OPERATION_NAME,
  scopes: SERVICE_WRITE,
  permission: { check: 'serviceusage.operations.get', on: onOperation },
  async handle({ path, services }) {
    const operation = await services.resources.longRunningOperations.find(path.name);
    // Guess: the text.
    if (operation === undefined) throw notFound('Requested entity was not found.');
    return { json: renderLongRunningOperation(operation, services.clock.now()) };
  },
});
