import { CONTROL_HOST } from '../../apis/control/host.ts';
import { object, string } from '../../kernel/decode.ts';
import { GROUP_NAME_LIMIT } from '../../protocol/iam/groups.ts';
import { addPlaceOptions, type PlaceOptions, withWritableCloud } from '../connect.ts';
import type { CommandModule } from '../context.ts';
import { commaList, examples, type Format, formatOption, paragraphs, printDone } from '../output.ts';

interface CreateOptions extends PlaceOptions {
  readonly displayName?: string;
  readonly member?: readonly string[];
  readonly format: Format;
}

const DESCRIPTION = paragraphs(
  'Create a group, for policies and other groups to name as group:EMAIL.',
  'Its members are user:EMAIL, serviceAccount:EMAIL and group:EMAIL. A service account is in the group itself: one that ' +
    'is made later with its address is not.',
);

const readGroup = object({ email: string }, 'ignore');

/** `accredit groups create` */
export const groupsCreate: CommandModule = (parent, context) => {
  addPlaceOptions(parent.command('create').argument('<email>'))
    .description(DESCRIPTION)
    .summary('create a group')
    .option('--display-name <name>', `for people, at most ${GROUP_NAME_LIMIT} characters`)
    .option('--member <members>', 'who is in it, separated by commas; may come several times', commaList)
    .addOption(formatOption(context))
    .addHelpText(
      'after',
      examples(
        'accredit groups create readers@example.com',
        "accredit groups create readers@example.com --display-name 'Who reads' \\\n      --member user:ada@example.com,group:auditors@example.com",
      ),
    )
    .action((email: string, { displayName, member, ...options }: CreateOptions) =>
      withWritableCloud(context, options, async ({ owner }) => {
        const body = { email, displayName, members: member };
        const answer = await owner.call({ method: 'POST', host: CONTROL_HOST, path: '/v1/groups', body });
        printDone(context.out, options.format, readGroup(answer, '').email, answer);
      }),
    );
};
