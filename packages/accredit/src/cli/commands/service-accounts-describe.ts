import { IAM_HOST } from '../account-calls.ts';
import { type AccountOptions, accountPath, addAccountOptions } from '../account-options.ts';
import { withStoredCloud } from '../connect.ts';
import type { CommandModule } from '../context.ts';
import { examples, flatten, printJson, renderFields } from '../output.ts';

/** `accredit service-accounts describe` */
export const serviceAccountsDescribe: CommandModule = (parent, context) => {
  addAccountOptions(parent.command('describe'), context)
    .description('Show everything of a service account.')
    .summary('show everything of a service account')
    .addHelpText('after', examples('accredit service-accounts describe reader'))
    .action((account: string, options: AccountOptions) =>
      withStoredCloud(context, options, async (session) => {
        const place = accountPath(context, session, account, options);
        const answer = await session.owner.call({ method: 'GET', host: IAM_HOST, path: place });
        if (options.format === 'json') printJson(context.out, answer);
        else context.out.write(renderFields(flatten(answer)));
      }),
    );
};
