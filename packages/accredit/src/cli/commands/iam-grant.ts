import { addPlaceOptions, type PlaceOptions, withWritableCloud } from '../connect.ts';
import type { CommandModule } from '../context.ts';
import { examples, type Format, formatOption, printDone } from '../output.ts';
import { addTargetOptions, changePolicy, findTarget, type TargetOptions } from '../policy-targets.ts';
import { refuseMisspelledRole } from '../roles.ts';

type GrantOptions = PlaceOptions & TargetOptions & { readonly format: Format };

/** `accredit iam grant` */
export const iamGrant: CommandModule = (parent, context) => {
  addTargetOptions(addPlaceOptions(parent.command('grant').argument('<role>').argument('<member>')))
    .description('Give a role to a principal, on a project, a bucket or a service account.')
    .summary('give a role to a principal')
    .addOption(formatOption(context))
    .addHelpText(
      'after',
      examples(
        'accredit iam grant roles/storage.objectViewer \\\n      serviceAccount:reader@local-project.iam.gserviceaccount.com',
        'accredit iam grant roles/storage.admin user:ada@example.com \\\n      --bucket my-archive',
      ),
    )
    .action((role: string, member: string, options: GrantOptions) =>
      withWritableCloud(context, options, async (session) => {
        await refuseMisspelledRole(role);
        const target = findTarget(context, session, options);
        const changed = await changePolicy(session.owner, target, { kind: 'grant', role, member });
        const sentence = changed
          ? `${member} now has ${role} on ${target.name}.`
          : `${member} has ${role} on ${target.name} already.`;
        const { resource } = target;
        printDone(context.out, options.format, sentence, { role, member, resource, changed });
      }),
    );
};
