import type { CommandModule } from '../context.ts';
import { type AccountOptions, addAccountOptions, changeAccount } from '../iam/account-options.ts';
import { examples, paragraphs } from '../output.ts';

const DESCRIPTION = paragraphs(
  'Enable a service account that was disabled.',
  'Tokens that it had before are good again.',
);

/** `accredit service-accounts enable` */
export const serviceAccountsEnable: CommandModule = (parent, context) => {
  addAccountOptions(parent.command('enable'), context)
    .description(DESCRIPTION)
    .summary('enable a service account')
    .addHelpText('after', examples('accredit service-accounts enable reader'))
    .action((account: string, options: AccountOptions) =>
      changeAccount(context, account, options, { method: 'POST', verb: ':enable', state: 'enabled' }),
    );
};
