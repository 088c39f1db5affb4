import type { Command } from 'commander';
import { CONTROL_HOST } from '../../apis/control/host.ts';
import { nearestName } from '../../kernel/nearest-name.ts';
import { printClock } from '../cloud/clock-output.ts';
import { addPlaceOptions, type PlaceOptions, withStoredCloud } from '../connect.ts';
import type { CommandModule } from '../context.ts';
import { examples, type Format, formatOption } from '../output.ts';

/** `accredit clock show`, also without the `show` */
export const clockShow: CommandModule = (parent, context) => {
  addPlaceOptions(parent.command('show', { isDefault: true }))
    .description("Show the cloud's time, and how far it is ahead of real time.")
    .summary("show the cloud's time (default)")
    // Whatever is no command of the group comes here, and is to be named for what it is.
    .allowExcessArguments()
    .addOption(formatOption(context))
    .addHelpText('after', examples('accredit clock', 'accredit clock show --format json'))
    .action((options: PlaceOptions & { readonly format: Format }, command: Command) => {
      refuseUnknownCommand(command, parent);
      return withStoredCloud(context, options, async ({ owner }) => {
        const answer = await owner.call({ method: 'GET', host: CONTROL_HOST, path: '/v1/clock' });
        printClock(context.out, options.format, answer);
      });
    });
};

function refuseUnknownCommand({ args: [word] }: Command, group: Command): void {
  if (word === undefined) return;
  const names = group.commands.map((command) => command.name());
  const near = nearestName(word, names);
  const hint = near === undefined ? `there are ${names.join(' and ')}` : `did you mean '${near}'?`;
  group.error(`error: unknown command '${word}'; ${hint}`);
}
