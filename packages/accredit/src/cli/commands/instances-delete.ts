import { addPlaceOptions, type PlaceOptions, withWritableCloud } from '../connect.ts';
import type { CommandModule } from '../context.ts';
import { COMPUTE_HOST, waitForOperation, zoneOf } from '../instance-calls.ts';
import { examples, type Format, formatOption, printDone } from '../output.ts';
import { path } from '../owner-client.ts';
import { projectOf } from '../projects.ts';

interface DeleteOptions extends PlaceOptions {
  readonly format: Format;
  readonly project?: string;
  readonly zone?: string;
}

/** `accredit instances delete` */
export const instancesDelete: CommandModule = (parent, context) => {
  addPlaceOptions(parent.command('delete').argument('<name>'))
    .description('Delete an instance. Its metadata server goes with it.')
    .summary('delete an instance')
    .option('--project <id>', 'default: the project of the cloud (ACCREDIT_PROJECT)')
    .option('--zone <zone>', 'needed where instances of several zones have this name')
    .addOption(formatOption(context))
    .addHelpText('after', examples('accredit instances delete vm-1'))
    .action((name: string, options: DeleteOptions) =>
      withWritableCloud(context, options, async (session) => {
        const projectId = projectOf(context, session, options.project);
        const zone = await zoneOf(session, projectId, name, options.zone);
        const place = path`/compute/v1/projects/${projectId}/zones/${zone}/instances/${name}`;
        const answer = await session.owner.call({ method: 'DELETE', host: COMPUTE_HOST, path: place });
        await waitForOperation(session.owner, projectId, zone, answer);
        const sentence = `Instance '${name}' is gone from ${zone}.`;
        printDone(context.out, options.format, sentence, { projectId, zone, name });
      }),
    );
};
