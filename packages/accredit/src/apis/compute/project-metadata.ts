import { type Call, method } from '../../http/method.ts';
import { projectName } from '../../kernel/resource-names.ts';
import { COMPUTE_WRITE } from '../../protocol/iam/scopes.ts';
import type { Operation } from '../../resources/operations.ts';
import type { MetadataItem } from '../../resources/projects.ts';
import { checkMetadataFingerprint, metadataBody, readItems } from './metadata-body.ts';
import { renderOperation } from './operation-json.ts';
import { missing, projectNameOf, projectOf } from './places.ts';
import { draftOperation, findEarlier, readRequestId } from './requests.ts';
import { ACT_AS } from './service-account-use.ts';

type MetadataCall = Call<{ readonly project: string }, Parameters<typeof readItems>[0]>;

const OPERATION_TYPE = 'compute.projects.setCommonInstanceMetadata';

/**
 * Replaces the metadata that every instance of a project sees. Whoever writes it could become any account that an
 * instance has, so the right to act as the project's accounts is asked for on the project itself.
 *
 * @see https://github.com/googleapis/google-api-dotnet-client/issues/2095 for the refusal
 */
export const setCommonInstanceMetadata = method({
  id: 'compute.projects.setCommonInstanceMetadata',
  http: 'POST /compute/v1/projects/{project}/setCommonInstanceMetadata',
  scopes: COMPUTE_WRITE,
  permission: [
    { check: 'compute.projects.setCommonInstanceMetadata', on: projectNameOf },
    { check: ACT_AS, on: projectNameOf },
  ],
  body: { kind: 'json', decode: metadataBody },
  async handle(call) {
    const items = readItems(call.body);
    readRequestId(call.query);
    const { projectId } = await projectOf(call);
    const operation = await call.services.resources.projects.turns.run(
      projectId,
      async () =>
        (await findEarlier(call, OPERATION_TYPE, { projectId })) ?? (await replace(call, projectId, items)),
    );
    return { json: renderOperation(operation, call.services.clock.now()) };
  },
});

/** @throws {PreconditionFailed} where the project changed, or the same request was served, meanwhile */
async function replace(
  call: MetadataCall,
  projectId: string,
  items: readonly MetadataItem[],
): Promise<Operation> {
  const { resources } = call.services;
  const { projects, operations } = resources;
  const target = projectName(projectId);
  const found = await projects.get(projectId);
  if (found === undefined) throw missing(target);
  const { value: project, revision } = found;
  checkMetadataFingerprint(call.body, project.commonInstanceMetadata);
  const operation = draftOperation(
    call,
    { projectId },
    { operationType: OPERATION_TYPE, target, targetId: project.projectNumber },
  );
  await resources.commit(
    [...projects.put({ ...project, commonInstanceMetadata: items }), ...(await operations.put(operation))],
    [projects.at(revision, projectId), ...operations.isFirst(operation)],
  );
  return operation;
}
