import { CONTROL_HOST } from '../../apis/control/host.ts';
import { anything, boolean, int32, list, object, oneOf, optional, string } from '../../kernel/decode.ts';
import type { OwnerClient } from '../owner-client.ts';

/** Reads one fault as the cloud gives it. */
export const readFault = object(
  {
    id: string,
    instance: optional(string),
    project: optional(string),
    path: string,
    status: optional(int32),
    latencyMs: optional(int32),
    reset: optional(boolean),
    token: optional(oneOf('expired')),
    tokenLifetimeSeconds: optional(int32),
    times: optional(int32),
  },
  'ignore',
);

/** A fault, and in `times` how many requests it is still to meet. */
type CliFault = ReturnType<typeof readFault>;

const readAnswer = object({ faults: list(anything) }, 'ignore');

/** Returns the faults of a cloud as it gives them, oldest first. */
export async function fetchFaults(owner: OwnerClient): Promise<readonly unknown[]> {
  const answer = await owner.call({ method: 'GET', host: CONTROL_HOST, path: '/v1/faults' });
  return readAnswer(answer, '').faults;
}

/** Says whether a fault may meet requests of an instance, as `projects/PROJECT/zones/ZONE/instances/NAME`. */
export function meetsInstance({ instance, project }: CliFault, name: string): boolean {
  if (instance !== undefined) return instance === name;
  return project === undefined || name.startsWith(`projects/${project}/`);
}

/** Says what happens: `status 503 after 2000ms`. */
export function describeEffect(fault: CliFault): string {
  const { latencyMs, status, reset, token, tokenLifetimeSeconds } = fault;
  const late = latencyMs === undefined ? '' : ` after ${latencyMs}ms`;
  if (status !== undefined) return `status ${status}${late}`;
  if (reset === true) return `connection reset${late}`;
  if (token !== undefined) return `expired token${late}`;
  if (tokenLifetimeSeconds !== undefined)
    return `token that dies after ${tokenLifetimeSeconds}s${late && `,${late}`}`;
  return `answer${late}`;
}

/** Says where it happens: `instance vm-1 in us-central1-a`. */
export function describePlace({ instance, project }: CliFault): string {
  if (instance !== undefined) {
    const [, , , zone = '', , name = ''] = instance.split('/');
    return `instance ${name} in ${zone}`;
  }
  return project === undefined ? 'all instances' : `instances of ${project}`;
}

/** Says how often it still happens. */
export function describeTimes({ times }: CliFault): string {
  if (times === undefined) return 'until removed';
  return times === 1 ? 'once' : `${times} times`;
}

/** Says which requests meet it: `for instance/id`. */
export function describeRequests(fault: CliFault): string {
  return fault.path === '*' ? 'for every path' : `for ${shortPath(fault)}`;
}

/** Returns a path as it is usually written, below `/computeMetadata/v1/`. */
export function shortPath({ path }: CliFault): string {
  return path.replace(/^\/computeMetadata\/v1\/(?=.)/, '');
}
