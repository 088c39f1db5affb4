import { withStoredCloud } from '../connect.ts';
import type { CommandModule } from '../context.ts';
import { type AccountOptions, addAccountOptions, callAccount } from '../iam/account-options.ts';
import { examples, flatten, printJson, renderFields } from '../output.ts';

/** `accredit service-accounts describe` */
export const serviceAccountsDescribe: CommandModule = (parent, context) => {
  addAccountOptions(parent.command('describe'), context)
    .description('Show everything of a service account.')
    .summary('show everything of a service account')
    .addHelpText('after', examples('accredit service-accounts describe reader'))
    .action((account: string, options: AccountOptions) =>
      withStoredCloud(context, options, async (session) => {
        const answer = await callAccount(context, session, account, options, { method: 'GET' });
        if (options.format === 'json') printJson(context.out, answer);
        else context.out.write(renderFields(flatten(answer)));
      }),
    );
};
