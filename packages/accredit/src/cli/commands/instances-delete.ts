import { withWritableCloud } from '../connect.ts';
import type { CommandModule } from '../context.ts';
import { COMPUTE_HOST, waitForOperation } from '../instances/instance-calls.ts';
import { addInstanceOptions, type InstanceOptions, locateInstance } from '../instances/instance-options.ts';
import { examples, printDone } from '../output.ts';
import { path } from '../owner-client.ts';

/** `accredit instances delete` */
export const instancesDelete: CommandModule = (parent, context) => {
  addInstanceOptions(parent.command('delete'), context)
    .description('Delete an instance. Its metadata server goes with it.')
    .summary('delete an instance')
    .addHelpText('after', examples('accredit instances delete vm-1'))
    .action((name: string, options: InstanceOptions) =>
      withWritableCloud(context, options, async (session) => {
        const { projectId, zone } = await locateInstance(context, session, name, options);
        const place = path`/compute/v1/projects/${projectId}/zones/${zone}/instances/${name}`;
        const answer = await session.owner.call({ method: 'DELETE', host: COMPUTE_HOST, path: place });
        await waitForOperation(session.owner, projectId, zone, answer);
        const sentence = `Instance '${name}' is gone from ${zone}.`;
        printDone(context.out, options.format, sentence, { projectId, zone, name });
      }),
    );
};
