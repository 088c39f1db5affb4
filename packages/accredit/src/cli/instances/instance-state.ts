import { withWritableCloud } from '../connect.ts';
import type { CliContext } from '../context.ts';
import { printDone } from '../output.ts';
import { path } from '../owner-client.ts';
import { COMPUTE_HOST, waitForOperation } from './instance-calls.ts';
import { type InstanceOptions, locateInstance } from './instance-options.ts';

const STATUSES = { start: 'RUNNING', stop: 'TERMINATED' } as const;

/** Starts or stops an instance, and waits until it is so. */
export function changeState(
  context: CliContext,
  name: string,
  options: InstanceOptions,
  verb: keyof typeof STATUSES,
): Promise<void> {
  return withWritableCloud(context, options, async (session) => {
    const { projectId, zone } = await locateInstance(context, session, name, options);
    const place = path`/compute/v1/projects/${projectId}/zones/${zone}/instances/${name}/${verb}`;
    const answer = await session.owner.call({ method: 'POST', host: COMPUTE_HOST, path: place });
    await waitForOperation(session.owner, projectId, zone, answer);
    const status = STATUSES[verb];
    const sentence = `Instance '${name}' in ${zone} is ${status}.`;
    printDone(context.out, options.format, sentence, { projectId, zone, name, status });
  });
}
