import {
  type ConditionChoice,
  chosenCondition,
  conditionWords,
  parseCondition,
} from '../condition-options.ts';
import { addPlaceOptions, type PlaceOptions, type Session, withWritableCloud } from '../connect.ts';
import type { CommandModule } from '../context.ts';
import { usageError } from '../errors.ts';
import { examples, type Format, formatOption, paragraphs, printDone } from '../output.ts';
import { changePolicy, fetchPolicy, type GrantChange, heldConditions } from '../policy-changes.ts';
import { addTargetOptions, findTarget, type PolicyTarget, type TargetOptions } from '../policy-targets.ts';

interface RevokeOptions extends PlaceOptions, TargetOptions {
  readonly format: Format;
  readonly condition?: ConditionChoice;
  readonly all?: true;
}

const DESCRIPTION = paragraphs(
  'Take a role from a principal, on a project, a bucket, a service account, an instance, a folder or an organization.',
  'It takes the grant without a condition, unless it is told which condition, or --all.',
);

/** `accredit iam revoke` */
export const iamRevoke: CommandModule = (parent, context) => {
  addTargetOptions(addPlaceOptions(parent.command('revoke').argument('<role>').argument('<member>')))
    .description(DESCRIPTION)
    .summary('take a role from a principal')
    .option(
      '--condition <condition>',
      'the grant on this condition, all of it as it was given; None: the one without (default: None)',
      parseCondition,
    )
    .option('--all', 'the role on every condition, and without one')
    .addOption(formatOption(context))
    .addHelpText(
      'after',
      examples(
        'accredit iam revoke roles/storage.admin user:ada@example.com \\\n      --bucket my-archive',
        'accredit iam revoke roles/storage.objectViewer user:ada@example.com \\\n      --bucket my-archive --all',
      ),
    )
    .action((role: string, member: string, options: RevokeOptions) =>
      withWritableCloud(context, options, async (session) => {
        const { all, condition: choice } = options;
        if (all === true && choice !== undefined)
          throw usageError('--all takes the role on every condition: leave --condition out.');
        const target = await findTarget(context, session, options);
        const condition = chosenCondition(choice);
        const change: GrantChange = { kind: 'revoke', role, member, condition, all };
        const changed = await changePolicy(session.owner, target, change);
        const where = `${role} on ${target.name}${conditionWords(condition)}`;
        const sentence = changed
          ? `${member} no longer has ${where}.`
          : `${member} does not have ${where}.${await hintAtConditions(session, target, change)}`;
        const { resource } = target;
        printDone(context.out, options.format, sentence, { role, member, condition, resource, changed });
      }),
    );
};

/** Says that the principal has the role in another way, where it does; begins with a space. */
async function hintAtConditions(
  { owner }: Session,
  target: PolicyTarget,
  { role, member }: GrantChange,
): Promise<string> {
  const held = heldConditions(await fetchPolicy(owner, target), role, member);
  if (held.length === 0) return '';
  const ways = held.map((condition) =>
    condition === undefined ? 'without a condition' : `on '${condition.title ?? condition.expression}'`,
  );
  return ` It has it ${ways.join(' and ')}: --all takes it.`;
}
