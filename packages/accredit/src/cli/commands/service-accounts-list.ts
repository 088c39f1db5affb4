import { addPlaceOptions, type PlaceOptions, withStoredCloud } from '../connect.ts';
import type { CommandModule } from '../context.ts';
import { listAccounts, readAccount } from '../iam/account-calls.ts';
import { examples, type Format, formatOption, printList } from '../output.ts';
import { projectOf } from '../projects.ts';

interface ListOptions extends PlaceOptions {
  readonly project?: string;
  readonly format: Format;
}

/** `accredit service-accounts list` */
export const serviceAccountsList: CommandModule = (parent, context) => {
  addPlaceOptions(parent.command('list'))
    .description('List the service accounts of a project.')
    .summary('list service accounts')
    .option('--project <id>', 'default: the project of the cloud (ACCREDIT_PROJECT)')
    .addOption(formatOption(context))
    .addHelpText('after', examples('accredit service-accounts list'))
    .action((options: ListOptions) =>
      withStoredCloud(context, options, async (session) => {
        const projectId = projectOf(context, session, options.project);
        printList(context.out, options.format, await listAccounts(session.owner, projectId), {
          headers: ['EMAIL', 'UNIQUE ID', 'DISPLAY NAME', 'STATE'],
          row: toRow,
          none: `Project '${projectId}' has no service accounts.`,
        });
      }),
    );
};

function toRow(answer: unknown): readonly string[] {
  const { email, uniqueId, displayName = '', disabled } = readAccount(answer, '');
  return [email, uniqueId, displayName, disabled === true ? 'disabled' : 'active'];
}
