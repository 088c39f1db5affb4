import { object } from '../../kernel/decode.ts';
import { serviceAccountName } from '../../kernel/resource-names.ts';
import { addPlaceOptions, type PlaceOptions, withWritableCloud } from '../connect.ts';
import type { CommandModule } from '../context.ts';
import { IAM_HOST, readAccount } from '../iam/account-calls.ts';
import { callOn } from '../iam/missing-resources.ts';
import { examples, type Format, formatOption, paragraphs, printDone } from '../output.ts';
import { path } from '../owner-client.ts';
import { projectOf } from '../projects.ts';

interface UndeleteOptions extends PlaceOptions {
  readonly project?: string;
  readonly format: Format;
}

const readUndeleted = object({ restoredAccount: readAccount }, 'ignore');

const DESCRIPTION = paragraphs(
  'Bring back a service account that was deleted less than 30 days ago, and print its e-mail address.',
  'It must be named by its unique id, and no other account may have its address.',
);

/** `accredit service-accounts undelete` */
export const serviceAccountsUndelete: CommandModule = (parent, context) => {
  addPlaceOptions(parent.command('undelete').argument('<unique-id>', '21 digits'))
    .description(DESCRIPTION)
    .summary('bring back a deleted service account')
    .option('--project <id>', 'default: the project of the cloud (ACCREDIT_PROJECT)')
    .addOption(formatOption(context))
    .addHelpText('after', examples('accredit service-accounts undelete 103271949540120710052'))
    .action((uniqueId: string, options: UndeleteOptions) =>
      withWritableCloud(context, options, async (session) => {
        const projectId = projectOf(context, session, options.project);
        const answer = await callOn(session.owner, serviceAccountName(projectId, uniqueId), {
          method: 'POST',
          host: IAM_HOST,
          path: path`/v1/projects/${projectId}/serviceAccounts/${uniqueId}:undelete`,
        });
        printDone(context.out, options.format, readUndeleted(answer, '').restoredAccount.email, answer);
      }),
    );
};
