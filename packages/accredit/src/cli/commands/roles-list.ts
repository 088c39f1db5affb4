import { isForPeople } from '../../protocol/iam/roles/permission-kinds.ts';
import { addPlaceOptions, type PlaceOptions, withStoredCloud } from '../connect.ts';
import type { CommandModule } from '../context.ts';
import { type ListedRole, listRolesOf } from '../iam/role-calls.ts';
import { examples, type Format, formatOption, paragraphs, printList } from '../output.ts';
import { projectOf } from '../projects.ts';

interface ListOptions extends PlaceOptions {
  readonly format: Format;
  readonly permission?: string;
  readonly custom?: true;
  readonly project?: string;
}

const DESCRIPTION = paragraphs(
  'List the predefined roles, or the custom roles of a project.',
  'With --permission only those that hold it, the smallest first, and those that Google gives to its own services, or ' +
    'keeps for old access lists, last: the first one that fits is the one to give.',
);

/** `accredit roles list` */
export const rolesList: CommandModule = (parent, context) => {
  addPlaceOptions(parent.command('list'))
    .description(DESCRIPTION)
    .summary('list roles')
    .option('--permission <permission>', 'only those that hold it, the smallest first')
    .option('--custom', 'the custom roles of the project')
    .option('--project <id>', 'whose custom roles; default: the project of the cloud (ACCREDIT_PROJECT)')
    .addOption(formatOption(context))
    .addHelpText(
      'after',
      examples(
        'accredit roles list',
        'accredit roles list --permission storage.objects.get',
        'accredit roles list --custom --project my-project',
      ),
    )
    .action((options: ListOptions) =>
      withStoredCloud(context, options, async (session) => {
        const { custom, project } = options;
        const permission = await readPermission(options.permission);
        const projectId = custom === true ? projectOf(context, session, project) : undefined;
        const roles = thoseWith(permission, await listRolesOf(session.owner, projectId));
        printList(context.out, options.format, roles, {
          headers: ['NAME', 'PERMISSIONS', 'TITLE'],
          row: ({ name, title = '', includedPermissions = [] }) => [
            name,
            String(includedPermissions.length),
            title,
          ],
          none: permission === undefined ? 'There are no roles.' : `No role holds ${permission}.`,
        });
      }),
    );
};

async function readPermission(text: string | undefined): Promise<string | undefined> {
  if (text === undefined) return undefined;
  // The catalogue is long, and lists of all roles do not need it.
  const { assertNotMisspelled } = await import('../../protocol/iam/roles/known-permissions.ts');
  return assertNotMisspelled(text);
}

/** Those that hold a permission: what people are meant to give first, and of these the smallest. */
function thoseWith(permission: string | undefined, roles: readonly ListedRole[]): readonly ListedRole[] {
  if (permission === undefined) return roles;
  const sizeOf = ({ includedPermissions = [] }: ListedRole) => includedPermissions.length;
  return roles
    .filter(({ includedPermissions = [] }) => includedPermissions.includes(permission))
    .toSorted(
      (one, other) =>
        Number(isForPeople(other.name)) - Number(isForPeople(one.name)) || sizeOf(one) - sizeOf(other),
    );
}
