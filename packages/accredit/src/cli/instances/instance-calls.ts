import { setTimeout as wait } from 'node:timers/promises';
import { anything, list, map, object, optional, string } from '../../kernel/decode.ts';
import type { Session } from '../connect.ts';
import { CliError, usageError } from '../errors.ts';
import { type OwnerClient, path } from '../owner-client.ts';
import { collectPages } from '../pages.ts';

/** Where Compute Engine answers. */
export const COMPUTE_HOST = 'compute.googleapis.com';

const readAggregated = object(
  { items: optional(map(object({ instances: list(anything) }, 'ignore'))) },
  'ignore',
);
const readList = object({ items: list(anything) }, 'ignore');

/** What the CLI reads of an instance; the rest of it is shown as it came. */
export const readInstance = object(
  {
    name: string,
    zone: string,
    machineType: string,
    status: string,
    networkInterfaces: list(object({ networkIP: optional(string) }, 'ignore')),
    serviceAccounts: list(object({ email: string, scopes: list(string) }, 'ignore')),
  },
  'ignore',
);

/** Returns the instances of a project, of one zone or of all, as the API gives them. */
export function listInstances(
  owner: OwnerClient,
  projectId: string,
  zone: string | undefined,
): Promise<readonly unknown[]> {
  if (zone !== undefined) {
    const one = path`/compute/v1/projects/${projectId}/zones/${zone}/instances`;
    const request = { method: 'GET' as const, host: COMPUTE_HOST, path: one };
    return collectPages(owner, request, (answer) => readList(answer, '').items);
  }
  const all = path`/compute/v1/projects/${projectId}/aggregated/instances`;
  return collectPages(owner, { method: 'GET', host: COMPUTE_HOST, path: all }, (answer) =>
    Object.values(readAggregated(answer, '').items ?? {}).flatMap(({ instances }) => instances),
  );
}

/** Returns the last part of a link: `us-central1-a` of `https://…/zones/us-central1-a`. */
export function lastSegment(link: string): string {
  return link.slice(link.lastIndexOf('/') + 1);
}

/**
 * Returns the zone of an instance that was named without one.
 *
 * @throws {CliError} where no instance of the project has that name, or several have
 */
export async function zoneOf(
  { owner }: Session,
  projectId: string,
  name: string,
  zone: string | undefined,
): Promise<string> {
  if (zone !== undefined) return zone;
  const found = (await listInstances(owner, projectId, undefined))
    .map((instance) => readInstance(instance, ''))
    .filter((instance) => instance.name === name)
    .map((instance) => lastSegment(instance.zone));
  const [only, another] = found;
  if (only === undefined) {
    throw new CliError(
      `Instance '${name}' does not exist in project '${projectId}'. See 'accredit instances list'.`,
    );
  }
  if (another !== undefined)
    throw usageError(`Instances '${name}' are in ${found.join(' and ')}: say which with --zone.`);
  return only;
}

const readOperation = object(
  {
    name: string,
    status: string,
    zone: optional(string),
    error: optional(
      object(
        { errors: list(object({ message: optional(string), code: optional(string) }, 'ignore')) },
        'ignore',
      ),
    ),
  },
  'ignore',
);

/** How often an operation that takes its time is looked at. */
const POLL_MS = 100;

/**
 * Waits for an operation on an instance to end.
 *
 * @throws {CliError} with the operation's own message, where it failed
 */
export async function waitForOperation(
  owner: OwnerClient,
  projectId: string,
  zone: string,
  answer: unknown,
): Promise<void> {
  let operation = readOperation(answer, '');
  while (operation.status !== 'DONE') {
    await wait(POLL_MS);
    const place = path`/compute/v1/projects/${projectId}/zones/${zone}/operations/${operation.name}`;
    operation = readOperation(await owner.call({ method: 'GET', host: COMPUTE_HOST, path: place }), '');
  }
  const [problem] = operation.error?.errors ?? [];
  if (problem !== undefined) throw new CliError(problem.message ?? problem.code ?? 'The operation failed.');
}
