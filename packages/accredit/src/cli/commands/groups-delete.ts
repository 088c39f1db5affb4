import { addPlaceOptions, type PlaceOptions, withWritableCloud } from '../connect.ts';
import type { CommandModule } from '../context.ts';
import { groupRequest } from '../iam/group-calls.ts';
import { examples, type Format, formatOption, paragraphs, printDone } from '../output.ts';

const DESCRIPTION = paragraphs(
  'Delete a group.',
  'Policies and groups that name it go on naming it: a later group of the same address has what they give it.',
);

/** `accredit groups delete` */
export const groupsDelete: CommandModule = (parent, context) => {
  addPlaceOptions(parent.command('delete').argument('<email>'))
    .description(DESCRIPTION)
    .summary('delete a group')
    .addOption(formatOption(context))
    .addHelpText('after', examples('accredit groups delete readers@example.com'))
    .action((email: string, options: PlaceOptions & { readonly format: Format }) =>
      withWritableCloud(context, options, async ({ owner }) => {
        await owner.call(groupRequest('DELETE', email));
        printDone(context.out, options.format, `Group '${email}' is gone.`, { group: email });
      }),
    );
};
