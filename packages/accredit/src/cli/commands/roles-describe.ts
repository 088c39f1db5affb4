import { addPlaceOptions, type PlaceOptions, withStoredCloud } from '../connect.ts';
import type { CommandModule } from '../context.ts';
import { examples, type Format, flatten, formatOption, printJson, renderFields } from '../output.ts';
import { fetchRole } from '../role-calls.ts';
import { hintAtKnownRoles, refuseMisspelledRole, requireRoleName } from '../roles.ts';

/** `accredit roles describe` */
export const rolesDescribe: CommandModule = (parent, context) => {
  addPlaceOptions(parent.command('describe').argument('<role>'))
    .description('Show a role with its permissions, predefined or custom.')
    .summary('show a role with its permissions')
    .addOption(formatOption(context))
    .addHelpText(
      'after',
      examples(
        'accredit roles describe roles/storage.objectViewer',
        'accredit roles describe projects/my-project/roles/reportReader',
      ),
    )
    .action((role: string, options: PlaceOptions & { readonly format: Format }) =>
      withStoredCloud(context, options, async ({ owner }) => {
        await refuseMisspelledRole(role);
        requireRoleName(role);
        const answer = await fetchRole(owner, role).catch(async (error: unknown) => {
          throw await hintAtKnownRoles(error, role);
        });
        if (options.format === 'json') printJson(context.out, answer);
        else context.out.write(renderFields(flatten(answer)));
      }),
    );
};
