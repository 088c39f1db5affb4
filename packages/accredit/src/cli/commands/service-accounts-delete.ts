import type { CommandModule } from '../context.ts';
import { type AccountOptions, addAccountOptions, changeAccount } from '../iam/account-options.ts';
import { examples, paragraphs } from '../output.ts';

const DESCRIPTION = paragraphs(
  'Delete a service account.',
  'It can be undeleted for 30 days. A later account of the same address has none of its keys, tokens and roles.',
);

/** `accredit service-accounts delete` */
export const serviceAccountsDelete: CommandModule = (parent, context) => {
  addAccountOptions(parent.command('delete'), context)
    .description(DESCRIPTION)
    .summary('delete a service account')
    .addHelpText('after', examples('accredit service-accounts delete reader'))
    .action((account: string, options: AccountOptions) =>
      changeAccount(context, account, options, { method: 'DELETE', state: 'deleted' }),
    );
};
