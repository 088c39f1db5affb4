import { addPlaceOptions, type PlaceOptions, withStoredCloud } from '../connect.ts';
import type { CommandModule } from '../context.ts';
import { lastSegment, listInstances, readInstance } from '../instances/instance-calls.ts';
import { examples, type Format, formatOption, printList } from '../output.ts';
import { projectOf } from '../projects.ts';

interface ListOptions extends PlaceOptions {
  readonly project?: string;
  readonly zone?: string;
  readonly format: Format;
}

/** `accredit instances list` */
export const instancesList: CommandModule = (parent, context) => {
  addPlaceOptions(parent.command('list'))
    .description('List the instances of a project.')
    .summary('list instances')
    .option('--project <id>', 'default: the project of the cloud (ACCREDIT_PROJECT)')
    .option('--zone <zone>', 'of this zone alone')
    .addOption(formatOption(context))
    .addHelpText('after', examples('accredit instances list', 'accredit instances list --zone us-central1-a'))
    .action((options: ListOptions) =>
      withStoredCloud(context, options, async (session) => {
        const projectId = projectOf(context, session, options.project);
        const instances = await listInstances(session.owner, projectId, options.zone);
        printList(context.out, options.format, instances, {
          headers: ['NAME', 'ZONE', 'MACHINE TYPE', 'INTERNAL IP', 'STATUS', 'SERVICE ACCOUNT'],
          row: toRow,
          none: `Project '${projectId}' has no instances${options.zone === undefined ? '' : ` in ${options.zone}`}.`,
        });
      }),
    );
};

function toRow(answer: unknown): readonly string[] {
  const instance = readInstance(answer, '');
  return [
    instance.name,
    lastSegment(instance.zone),
    lastSegment(instance.machineType),
    instance.networkInterfaces[0]?.networkIP ?? '',
    instance.status,
    instance.serviceAccounts[0]?.email ?? '',
  ];
}
