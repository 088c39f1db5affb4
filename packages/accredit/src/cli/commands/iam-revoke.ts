import { addPlaceOptions, type PlaceOptions, withWritableCloud } from '../connect.ts';
import type { CommandModule } from '../context.ts';
import { examples, type Format, formatOption, printDone } from '../output.ts';
import { addTargetOptions, changePolicy, findTarget, type TargetOptions } from '../policy-targets.ts';

type GrantOptions = PlaceOptions & TargetOptions & { readonly format: Format };

/** `accredit iam revoke` */
export const iamRevoke: CommandModule = (parent, context) => {
  addTargetOptions(addPlaceOptions(parent.command('revoke').argument('<role>').argument('<member>')))
    .description('Take a role from a principal, on a project, a bucket or a service account.')
    .summary('take a role from a principal')
    .addOption(formatOption(context))
    .addHelpText(
      'after',
      examples('accredit iam revoke roles/storage.admin user:ada@example.com \\\n      --bucket my-archive'),
    )
    .action((role: string, member: string, options: GrantOptions) =>
      withWritableCloud(context, options, async (session) => {
        const target = findTarget(context, session, options);
        const changed = await changePolicy(session.owner, target, { kind: 'revoke', role, member });
        const sentence = changed
          ? `${member} no longer has ${role} on ${target.name}.`
          : `${member} does not have ${role} on ${target.name}.`;
        const { resource } = target;
        printDone(context.out, options.format, sentence, { role, member, resource, changed });
      }),
    );
};
