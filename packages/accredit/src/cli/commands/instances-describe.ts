import { withStoredCloud } from '../connect.ts';
import type { CommandModule } from '../context.ts';
import { COMPUTE_HOST } from '../instances/instance-calls.ts';
import { addInstanceOptions, type InstanceOptions, locateInstance } from '../instances/instance-options.ts';
import { examples, flatten, printJson, renderFields } from '../output.ts';
import { path } from '../owner-client.ts';

/** `accredit instances describe` */
export const instancesDescribe: CommandModule = (parent, context) => {
  addInstanceOptions(parent.command('describe'), context)
    .description('Show everything of an instance.')
    .summary('show everything of an instance')
    .addHelpText('after', examples('accredit instances describe vm-1'))
    .action((name: string, options: InstanceOptions) =>
      withStoredCloud(context, options, async (session) => {
        const { projectId, zone } = await locateInstance(context, session, name, options);
        const place = path`/compute/v1/projects/${projectId}/zones/${zone}/instances/${name}`;
        const instance = await session.owner.call({ method: 'GET', host: COMPUTE_HOST, path: place });
        if (options.format === 'json') printJson(context.out, instance);
        else context.out.write(renderFields(flatten(instance)));
      }),
    );
};
