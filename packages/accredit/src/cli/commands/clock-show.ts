import { CONTROL_HOST } from '../../apis/control/host.ts';
import { printClock } from '../clock-calls.ts';
import { addPlaceOptions, type PlaceOptions, withStoredCloud } from '../connect.ts';
import type { CommandModule } from '../context.ts';
import { examples, type Format, formatOption } from '../output.ts';

/** `accredit clock show`, also without the `show` */
export const clockShow: CommandModule = (parent, context) => {
  addPlaceOptions(parent.command('show', { isDefault: true }))
    .description("Show the cloud's time, and how far it is ahead of real time.")
    .summary("show the cloud's time (default)")
    .addOption(formatOption(context))
    .addHelpText('after', examples('accredit clock', 'accredit clock show --format json'))
    .action((options: PlaceOptions & { readonly format: Format }) =>
      withStoredCloud(context, options, async ({ owner }) => {
        const answer = await owner.call({ method: 'GET', host: CONTROL_HOST, path: '/v1/clock' });
        printClock(context.out, options.format, answer);
      }),
    );
};
