import { type PlaceOptions, withWritableCloud } from './connect.ts';
import type { CliContext } from './context.ts';
import { COMPUTE_HOST, waitForOperation, zoneOf } from './instance-calls.ts';
import { type Format, printDone } from './output.ts';
import { path } from './owner-client.ts';
import { projectOf } from './projects.ts';

/** The options of the commands that start and stop an instance. */
export interface StateOptions extends PlaceOptions {
  readonly format: Format;
  readonly project?: string;
  readonly zone?: string;
}

const STATUSES = { start: 'RUNNING', stop: 'TERMINATED' } as const;

/** Starts or stops an instance, and waits until it is so. */
export function changeState(
  context: CliContext,
  name: string,
  options: StateOptions,
  verb: keyof typeof STATUSES,
): Promise<void> {
  return withWritableCloud(context, options, async (session) => {
    const projectId = projectOf(context, session, options.project);
    const zone = await zoneOf(session, projectId, name, options.zone);
    const place = path`/compute/v1/projects/${projectId}/zones/${zone}/instances/${name}/${verb}`;
    const answer = await session.owner.call({ method: 'POST', host: COMPUTE_HOST, path: place });
    await waitForOperation(session.owner, projectId, zone, answer);
    const status = STATUSES[verb];
    const sentence = `Instance '${name}' in ${zone} is ${status}.`;
    printDone(context.out, options.format, sentence, { projectId, zone, name, status });
  });
}
