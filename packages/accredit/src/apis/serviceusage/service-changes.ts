import { isDeepStrictEqual } from 'node:util';
import { method } from '../../http/method.ts';
import type { Services } from '../../http/services.ts';
import { ApiError, invalidArgument } from '../../kernel/api-error.ts';
import { boolean, list, object, oneOf, optional, string } from '../../kernel/decode.ts';
import { randomHex } from '../../kernel/identifiers.ts';
import type { Random } from '../../kernel/ports.ts';
import { SERVICE_WRITE } from '../../protocol/iam/scopes.ts';
import {
  findService,
  type KnownService,
  withDependents,
  withNeeded,
} from '../../protocol/service-usage/known-services.ts';
import { renderLongRunningOperation, type TypedMessage } from '../../resources/long-running-operations.ts';
import type { Project } from '../../resources/projects.ts';
import { withServicesDisabled, withServicesEnabled } from '../../resources/services.ts';
import { onParent, onService, parseServiceName, requireProject, requireServices } from './names.ts';
import { encodeService, isEnabledIn } from './service-json.ts';
import { tooMany } from './services.ts';

/** The package of the messages that operations carry. */
const PACKAGE = 'type.googleapis.com/google.api.serviceusage.v1';

/** One change of the services of a project. */
interface ServiceChange {
  /** `projects/{project}` */
  readonly parent: string;
  /** What was asked for; what they need, or what needs them, is not in it. */
  readonly asked: readonly KnownService[];
  readonly apply: (project: Project) => Project;
  readonly respond: (changed: Project) => TypedMessage;
}

const enableRequest = object({});

export const enable = method({
  id: 'serviceusage.services.enable',
  http: 'POST /v1/{name=projects/*/services/*}:enable',
  scopes: SERVICE_WRITE,
  permission: { check: 'serviceusage.services.enable', on: onService },
  body: { kind: 'json', decode: enableRequest },
  async handle({ path, services }) {
    const { parent, service: name } = parseServiceName(path.name);
    const service = requireService(name);
    const json = await carryOut(services, {
      parent,
      asked: [service],
      apply: (project) => withServicesEnabled(project, withNeeded([name])),
      respond: (project) => ({
        '@type': `${PACKAGE}.EnableServiceResponse`,
        service: encodeService(project, service),
      }),
    });
    return { json };
  },
});

function requireService(name: string): KnownService {
  const [service] = requireServices([name]);
  if (service === undefined) throw new Error('A service that is required is there.');
  return service;
}

/** Services that one call enables at most. @see the fields of BatchEnableServicesRequest */
const BATCH_ENABLE_LIMIT = 20;

const batchEnableRequest = object({ serviceIds: list(string) });

export const batchEnable = method({
  id: 'serviceusage.services.batchEnable',
  http: 'POST /v1/{parent=projects/*}/services:batchEnable',
  scopes: SERVICE_WRITE,
  permission: { check: 'serviceusage.services.enable', on: onParent },
  body: { kind: 'json', decode: batchEnableRequest },
  async handle({ body, path, services }) {
    const names = body.serviceIds;
    if (names.length > BATCH_ENABLE_LIMIT) throw tooMany(names.length, BATCH_ENABLE_LIMIT);
    // Guess: the text.
    if (names.length === 0) throw invalidArgument("The field 'serviceIds' must name a service.");
    const asked = requireServices([...new Set(names)]);
    const json = await carryOut(services, {
      parent: path.parent,
      asked,
      apply: (project) => withServicesEnabled(project, withNeeded(names)),
      respond: (project) => ({
        '@type': `${PACKAGE}.BatchEnableServicesResponse`,
        services: asked.map((service) => encodeService(project, service)),
      }),
    });
    return { json };
  },
});

/**
 * What may be said of a service that is to be disabled.
 *
 * Deviation: `CHECK` finds no usage, since none is counted, and refuses nothing; pinned by 'a service that was used is
 * disabled all the same'.
 */
const disableRequest = object({
  disableDependentServices: optional(boolean),
  checkIfServiceHasUsage: optional(oneOf('CHECK_IF_SERVICE_HAS_USAGE_UNSPECIFIED', 'SKIP', 'CHECK')),
});

export const disable = method({
  id: 'serviceusage.services.disable',
  http: 'POST /v1/{name=projects/*/services/*}:disable',
  scopes: SERVICE_WRITE,
  permission: { check: 'serviceusage.services.disable', on: onService },
  body: { kind: 'json', decode: disableRequest },
  async handle({ body, path, services }) {
    const { parent, service: name } = parseServiceName(path.name);
    const service = requireService(name);
    const leaving = withDependents([name]);
    const json = await carryOut(services, {
      parent,
      asked: [service],
      apply(project) {
        if (body.disableDependentServices !== true) assertNoDependents(project, service);
        return withServicesDisabled(project, leaving);
      },
      respond: (project) => ({
        '@type': `${PACKAGE}.DisableServiceResponse`,
        service: encodeService(project, service),
      }),
    });
    return { json };
  },
});

/**
 * @throws {ApiError} `FAILED_PRECONDITION` where an enabled service needs this one, in Google's words
 * @see https://github.com/hashicorp/terraform-provider-google/issues/5424
 */
function assertNoDependents(project: Project, service: KnownService): void {
  const others = [...withDependents([service.name])].filter((name) => name !== service.name);
  const active = others
    .flatMap((name) => findService(name) ?? [])
    .filter((other) => isEnabledIn(project, other));
  if (active.length === 0) return;
  const noun = active.length === 1 ? 'service' : 'services';
  const names = active.map(({ name }) => name).join(',');
  throw new ApiError(
    'FAILED_PRECONDITION',
    `The service ${service.name} is depended on by the following active ${noun}: ${names}; ` +
      'Please specify disable_dependent_services=true if you want to proceed with disabling all services.',
  );
}

/**
 * The operation of a change that changes nothing: it is done, and is not kept. Guess: the name, which is known for a
 * service that is enabled already, and taken to be the same for one that is disabled.
 */
const NOTHING_TO_DO = 'operations/noop.DONE_OPERATION';

/**
 * Makes a change, and answers the operation that stands for it.
 *
 * @throws {PreconditionFailed} where other writers of the project won again and again
 */
async function carryOut(
  services: Services,
  change: ServiceChange,
): Promise<Readonly<Record<string, unknown>>> {
  const { value } = await requireProject(change.parent, services);
  return services.resources.projects.turns.run(value.projectId, () => carryOutOnce(services, change));
}

async function carryOutOnce(
  services: Services,
  { parent, asked, apply, respond }: ServiceChange,
): Promise<Readonly<Record<string, unknown>>> {
  const { resources, clock, operationDelayMs } = services;
  const { value: before, revision } = await requireProject(parent, services);
  const changed = apply(before);
  const response = respond(changed);
  if (isDeepStrictEqual(changed, before)) return { name: NOTHING_TO_DO, done: true, response };
  const operation = resources.longRunningOperations.draft({
    name: newOperationName(services.random, changed),
    metadata: metadataOf(changed, asked),
    response,
    durationMs: operationDelayMs,
  });
  await resources.commit(
    [...resources.projects.put(changed), ...(await resources.longRunningOperations.put(operation))],
    [resources.projects.at(revision, changed.projectId)],
  );
  return renderLongRunningOperation(operation, clock.now());
}

/** Guess: the form of the resource names. */
function metadataOf({ projectNumber }: Project, asked: readonly KnownService[]): TypedMessage {
  const resourceNames = asked.map(({ name }) => `services/${name}/projectSettings/${projectNumber}`);
  return { '@type': `${PACKAGE}.OperationMetadata`, resourceNames };
}

/** `operations/acat.p2-{project number}-{UUID}`: the permission to read it is one on that project. */
function newOperationName(random: Random, { projectNumber }: Project): string {
  const uuid = randomHex(random, UUID_BYTES).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  return `operations/acat.p2-${projectNumber}-${uuid}`;
}

const UUID_BYTES = 16;
