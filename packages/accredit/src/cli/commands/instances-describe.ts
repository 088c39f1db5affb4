import { addPlaceOptions, type PlaceOptions, withStoredCloud } from '../connect.ts';
import type { CommandModule } from '../context.ts';
import { COMPUTE_HOST, zoneOf } from '../instance-calls.ts';
import { examples, type Format, flatten, formatOption, printJson, renderFields } from '../output.ts';
import { path } from '../owner-client.ts';
import { projectOf } from '../projects.ts';

interface DescribeOptions extends PlaceOptions {
  readonly project?: string;
  readonly zone?: string;
  readonly format: Format;
}

/** `accredit instances describe` */
export const instancesDescribe: CommandModule = (parent, context) => {
  addPlaceOptions(parent.command('describe').argument('<name>'))
    .description('Show everything of an instance.')
    .summary('show everything of an instance')
    .option('--project <id>', 'default: the project of the cloud (ACCREDIT_PROJECT)')
    .option('--zone <zone>', 'needed where instances of several zones have this name')
    .addOption(formatOption(context))
    .addHelpText('after', examples('accredit instances describe vm-1'))
    .action((name: string, options: DescribeOptions) =>
      withStoredCloud(context, options, async (session) => {
        const projectId = projectOf(context, session, options.project);
        const zone = await zoneOf(session, projectId, name, options.zone);
        const place = path`/compute/v1/projects/${projectId}/zones/${zone}/instances/${name}`;
        const instance = await session.owner.call({ method: 'GET', host: COMPUTE_HOST, path: place });
        if (options.format === 'json') printJson(context.out, instance);
        else context.out.write(renderFields(flatten(instance)));
      }),
    );
};
