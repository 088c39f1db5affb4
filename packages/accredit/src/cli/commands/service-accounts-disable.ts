import type { CommandModule } from '../context.ts';
import { type AccountOptions, addAccountOptions, changeAccount } from '../iam/account-options.ts';
import { examples, paragraphs } from '../output.ts';

const DESCRIPTION = paragraphs(
  'Disable a service account.',
  'Its tokens are refused at once, and are good again when it is enabled.',
);

/** `accredit service-accounts disable` */
export const serviceAccountsDisable: CommandModule = (parent, context) => {
  addAccountOptions(parent.command('disable'), context)
    .description(DESCRIPTION)
    .summary('disable a service account')
    .addHelpText('after', examples('accredit service-accounts disable reader'))
    .action((account: string, options: AccountOptions) =>
      changeAccount(context, account, options, { method: 'POST', verb: ':disable', state: 'disabled' }),
    );
};
