import { readBucket, STORAGE_HOST } from '../bucket-calls.ts';
import { addPlaceOptions, type PlaceOptions, withWritableCloud } from '../connect.ts';
import type { CommandModule } from '../context.ts';
import { examples, type Format, formatOption, printDone } from '../output.ts';
import { projectOf } from '../projects.ts';

interface CreateOptions extends PlaceOptions {
  readonly project?: string;
  readonly location?: string;
  readonly storageClass?: string;
  readonly uniformBucketLevelAccess?: true;
  readonly format: Format;
}

/** `accredit buckets create` */
export const bucketsCreate: CommandModule = (parent, context) => {
  addPlaceOptions(parent.command('create').argument('<name>'))
    .description('Create a bucket.')
    .summary('create a bucket')
    .option('--project <id>', 'default: the project of the cloud (ACCREDIT_PROJECT)')
    .option('--location <location>', 'default US')
    .option('--storage-class <class>', 'default STANDARD')
    .option('--uniform-bucket-level-access', 'decide by policies alone, never by access control lists')
    .addOption(formatOption(context))
    .addHelpText('after', examples('accredit buckets create my-archive --location EUROPE-WEST1'))
    .action((name: string, options: CreateOptions) =>
      withWritableCloud(context, options, async (session) => {
        const { location, storageClass, uniformBucketLevelAccess } = options;
        const answer = await session.owner.call({
          method: 'POST',
          host: STORAGE_HOST,
          path: '/storage/v1/b',
          query: { project: projectOf(context, session, options.project) },
          body: {
            name,
            location,
            storageClass,
            ...(uniformBucketLevelAccess === true
              ? { iamConfiguration: { uniformBucketLevelAccess: { enabled: true } } }
              : {}),
          },
        });
        printDone(context.out, options.format, `gs://${readBucket(answer, '').name}`, answer);
      }),
    );
};
