import { showStatus } from '../cloud/cloud-status.ts';
import { addPlaceOptions, type PlaceOptions, withCloud } from '../connect.ts';
import type { CommandModule } from '../context.ts';
import { examples, type Format, formatOption } from '../output.ts';

interface StatusOptions extends PlaceOptions {
  readonly format: Format;
}

/** `accredit status` */
export const status: CommandModule = (parent, context) => {
  addPlaceOptions(parent.command('status'))
    .description('Show the running cloud of the data directory. The exit status is 1 where none runs.')
    .addOption(formatOption(context))
    .addHelpText('after', examples('accredit status', 'accredit status --format json | jq -r .apiUrl'))
    .action((options: StatusOptions) =>
      withCloud(context, options, async (session) => {
        const isNamed = options.data !== undefined;
        showStatus(context, session.status, { format: options.format, isNamed });
      }),
    );
};
