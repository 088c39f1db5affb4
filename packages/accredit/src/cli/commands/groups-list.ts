import { addPlaceOptions, type PlaceOptions, withStoredCloud } from '../connect.ts';
import type { CommandModule } from '../context.ts';
import { listGroups, readListedGroup } from '../iam/group-calls.ts';
import { examples, type Format, formatOption, printList } from '../output.ts';

/** `accredit groups list` */
export const groupsList: CommandModule = (parent, context) => {
  addPlaceOptions(parent.command('list'))
    .description('List the groups of the cloud.')
    .summary('list groups')
    .addOption(formatOption(context))
    .addHelpText('after', examples('accredit groups list'))
    .action((options: PlaceOptions & { readonly format: Format }) =>
      withStoredCloud(context, options, async ({ owner }) => {
        printList(context.out, options.format, await listGroups(owner), {
          headers: ['EMAIL', 'MEMBERS', 'DISPLAY NAME'],
          row: toRow,
          none: 'There are no groups.',
        });
      }),
    );
};

function toRow(answer: unknown): readonly string[] {
  const { email, memberCount, displayName = '' } = readListedGroup(answer, '');
  return [email, String(memberCount), displayName];
}
