import { addPlaceOptions, type PlaceOptions, withStoredCloud } from '../connect.ts';
import type { CommandModule } from '../context.ts';
import { fetchRole, readRole } from '../iam/role-calls.ts';
import { hintAtKnownRoles, refuseMisspelledRole, requireRoleName } from '../iam/roles.ts';
import { examples, type Format, flatten, formatOption, printJson, renderFields } from '../output.ts';

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
        else context.out.write(describe(answer));
      }),
    );
};

/** A role may hold thousands of permissions: they stand below its other fields, one a line. */
function describe(answer: unknown): string {
  const { includedPermissions = [] } = readRole(answer, '');
  const shown = renderFields(flatten(answer).filter(([place]) => !place.startsWith('includedPermissions')));
  const count = includedPermissions.length;
  if (count === 0) return `${shown}\nIt holds no permissions.\n`;
  const heading = count === 1 ? 'Its one permission' : `Its ${count} permissions`;
  return `${shown}\n${heading}:\n${includedPermissions.map((permission) => `  ${permission}\n`).join('')}`;
}
