import { addPlaceOptions, type PlaceOptions, withWritableCloud } from '../connect.ts';
import type { CommandModule } from '../context.ts';
import { changeMembers } from '../iam/group-calls.ts';
import { examples, type Format, formatOption, paragraphs, printDone } from '../output.ts';

const DESCRIPTION = paragraphs(
  'Take members out of a group.',
  "A member is written as 'accredit groups describe' shows it, also deleted:serviceAccount:EMAIL?uid=UID.",
);

/** `accredit groups remove-member` */
export const groupsRemoveMember: CommandModule = (parent, context) => {
  addPlaceOptions(parent.command('remove-member').argument('<email>').argument('<members...>'))
    .description(DESCRIPTION)
    .summary('take members out of a group')
    .addOption(formatOption(context))
    .addHelpText('after', examples('accredit groups remove-member readers@example.com user:ada@example.com'))
    .action(
      (group: string, members: readonly string[], options: PlaceOptions & { readonly format: Format }) =>
        withWritableCloud(context, options, async ({ owner }) => {
          const { answer, email, changed } = await changeMembers(owner, 'removeMembers', group, members);
          const sentences = changed.map((member) => `${member} is no longer in group '${email}'.`);
          const none = `Group '${email}' does not have them.`;
          printDone(context.out, options.format, sentences.join('\n') || none, answer);
        }),
    );
};
