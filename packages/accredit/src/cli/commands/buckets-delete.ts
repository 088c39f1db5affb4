import { bucketName } from '../../kernel/resource-names.ts';
import { STORAGE_HOST } from '../bucket-calls.ts';
import { addPlaceOptions, type PlaceOptions, withWritableCloud } from '../connect.ts';
import type { CommandModule } from '../context.ts';
import { callOn } from '../iam/missing-resources.ts';
import { examples, type Format, formatOption, printDone } from '../output.ts';
import { path } from '../owner-client.ts';

/** `accredit buckets delete` */
export const bucketsDelete: CommandModule = (parent, context) => {
  addPlaceOptions(parent.command('delete').argument('<name>'))
    .description('Delete a bucket that holds no objects.')
    .summary('delete an empty bucket')
    .addOption(formatOption(context))
    .addHelpText('after', examples('accredit buckets delete my-archive'))
    .action((name: string, options: PlaceOptions & { readonly format: Format }) =>
      withWritableCloud(context, options, async ({ owner }) => {
        await callOn(owner, bucketName(name), {
          method: 'DELETE',
          host: STORAGE_HOST,
          path: path`/storage/v1/b/${name}`,
        });
        printDone(context.out, options.format, `Bucket '${name}' is gone.`, { bucket: name });
      }),
    );
};
