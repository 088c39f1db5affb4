import { addPlaceOptions, type PlaceOptions, withWritableCloud } from '../connect.ts';
import type { CommandModule } from '../context.ts';
import {
  type ConditionChoice,
  chosenCondition,
  conditionWords,
  parseCondition,
} from '../iam/condition-options.ts';
import { changePolicy } from '../iam/policy-changes.ts';
import { MEMBER_FORMS, requireMember } from '../iam/policy-members.ts';
import { addTargetOptions, findTarget, type TargetOptions } from '../iam/policy-targets.ts';
import { hintAtKnownRoles, refuseMisspelledRole, requireRoleName } from '../iam/roles.ts';
import { examples, type Format, formatOption, paragraphs, printDone } from '../output.ts';

interface GrantOptions extends PlaceOptions, TargetOptions {
  readonly format: Format;
  readonly condition?: ConditionChoice;
}

const DESCRIPTION = paragraphs(
  'Give a role to a principal, on a project, a bucket, a service account, an instance, a folder or an organization.',
  'On a condition, the principal has it where the expression is true. The same role on another condition, or without ' +
    'one, is another grant.',
);

/** `accredit iam grant` */
export const iamGrant: CommandModule = (parent, context) => {
  addTargetOptions(
    addPlaceOptions(parent.command('grant').argument('<role>').argument('<member>', MEMBER_FORMS)),
  )
    .description(DESCRIPTION)
    .summary('give a role to a principal')
    .option(
      '--condition <condition>',
      "as gcloud takes it: 'expression=…,title=…,description=…', or None (default: None)",
      parseCondition,
    )
    .addOption(formatOption(context))
    .addHelpText(
      'after',
      examples(
        'accredit iam grant roles/storage.objectViewer \\\n      serviceAccount:reader@local-project.iam.gserviceaccount.com',
        'accredit iam grant roles/storage.admin user:ada@example.com \\\n      --bucket my-archive',
        'accredit iam grant roles/storage.objectViewer user:ada@example.com \\\n      --bucket my-archive \\\n' +
          '      --condition \'expression=resource.name.endsWith(".csv"),title=tables\'',
      ),
    )
    .action((role: string, member: string, options: GrantOptions) =>
      withWritableCloud(context, options, async (session) => {
        await refuseMisspelledRole(role);
        requireRoleName(role);
        await requireMember(context, session, member, options.project);
        const target = await findTarget(context, session, options);
        const condition = chosenCondition(options.condition);
        const change = { kind: 'grant', role, member, condition } as const;
        const changed = await changePolicy(session.owner, target, change).catch(async (error: unknown) => {
          throw await hintAtKnownRoles(error, role);
        });
        const where = `${role} on ${target.name}`;
        const sentence = changed
          ? `${member} now has ${where}${conditionWords(condition)}.`
          : `${member} has ${where} already${conditionWords(condition)}.`;
        const { resource } = target;
        printDone(context.out, options.format, sentence, { role, member, condition, resource, changed });
      }),
    );
};
