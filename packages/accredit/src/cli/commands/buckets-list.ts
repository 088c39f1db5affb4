import { listBuckets, readBucket } from '../bucket-calls.ts';
import { addPlaceOptions, type PlaceOptions, withStoredCloud } from '../connect.ts';
import type { CommandModule } from '../context.ts';
import { examples, type Format, formatOption, printList } from '../output.ts';
import { projectOf } from '../projects.ts';

interface ListOptions extends PlaceOptions {
  readonly project?: string;
  readonly format: Format;
}

/** `accredit buckets list` */
export const bucketsList: CommandModule = (parent, context) => {
  addPlaceOptions(parent.command('list'))
    .description('List the buckets of a project.')
    .summary('list buckets')
    .option('--project <id>', 'default: the project of the cloud (ACCREDIT_PROJECT)')
    .addOption(formatOption(context))
    .addHelpText('after', examples('accredit buckets list'))
    .action((options: ListOptions) =>
      withStoredCloud(context, options, async (session) => {
        const projectId = projectOf(context, session, options.project);
        printList(context.out, options.format, await listBuckets(session.owner, projectId), {
          headers: ['NAME', 'LOCATION', 'CLASS', 'CREATED'],
          row: toRow,
          none: `Project '${projectId}' has no buckets.`,
        });
      }),
    );
};

function toRow(answer: unknown): readonly string[] {
  const { name, location = '', storageClass = '', timeCreated = '' } = readBucket(answer, '');
  return [name, location, storageClass, timeCreated];
}
