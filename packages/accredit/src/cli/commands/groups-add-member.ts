import { addPlaceOptions, type PlaceOptions, withWritableCloud } from '../connect.ts';
import type { CommandModule } from '../context.ts';
import { changeMembers } from '../iam/group-calls.ts';
import { examples, type Format, formatOption, printDone } from '../output.ts';

/** `accredit groups add-member` */
export const groupsAddMember: CommandModule = (parent, context) => {
  addPlaceOptions(parent.command('add-member').argument('<email>').argument('<members...>'))
    .description('Add members to a group: user:EMAIL, serviceAccount:EMAIL or group:EMAIL.')
    .summary('add members to a group')
    .addOption(formatOption(context))
    .addHelpText(
      'after',
      examples(
        'accredit groups add-member readers@example.com user:ada@example.com \\\n      serviceAccount:reader@local-project.iam.gserviceaccount.com',
      ),
    )
    .action(
      (group: string, members: readonly string[], options: PlaceOptions & { readonly format: Format }) =>
        withWritableCloud(context, options, async ({ owner }) => {
          const { answer, email, changed } = await changeMembers(owner, 'addMembers', group, members);
          const sentences = changed.map((member) => `${member} is now in group '${email}'.`);
          const already = `Group '${email}' has them already.`;
          printDone(context.out, options.format, sentences.join('\n') || already, answer);
        }),
    );
};
