import { addPlaceOptions, type PlaceOptions, withStoredCloud } from '../connect.ts';
import type { CommandModule } from '../context.ts';
import { groupRequest } from '../iam/group-calls.ts';
import { examples, type Format, flatten, formatOption, printJson, renderFields } from '../output.ts';

/** `accredit groups describe` */
export const groupsDescribe: CommandModule = (parent, context) => {
  addPlaceOptions(parent.command('describe').argument('<email>'))
    .description('Show a group with its members.')
    .summary('show a group with its members')
    .addOption(formatOption(context))
    .addHelpText('after', examples('accredit groups describe readers@example.com'))
    .action((email: string, options: PlaceOptions & { readonly format: Format }) =>
      withStoredCloud(context, options, async ({ owner }) => {
        const answer = await owner.call(groupRequest('GET', email));
        if (options.format === 'json') printJson(context.out, answer);
        else context.out.write(renderFields(flatten(answer)));
      }),
    );
};
