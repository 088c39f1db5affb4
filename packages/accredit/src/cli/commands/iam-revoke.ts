import { nearestName } from '../../kernel/nearest-name.ts';
import { addPlaceOptions, type PlaceOptions, type Session, withWritableCloud } from '../connect.ts';
import type { CommandModule } from '../context.ts';
import { CliError, usageError } from '../errors.ts';
import {
  type ConditionChoice,
  chosenCondition,
  conditionWords,
  parseCondition,
} from '../iam/condition-options.ts';
import {
  changePolicy,
  fetchPolicy,
  type GrantChange,
  heldConditions,
  holdersOf,
  rolesOf,
} from '../iam/policy-changes.ts';
import { MEMBER_FORMS, requireMember } from '../iam/policy-members.ts';
import {
  addTargetOptions,
  findTarget,
  type PolicyAnswer,
  type PolicyTarget,
  type TargetOptions,
} from '../iam/policy-targets.ts';
import { examples, type Format, formatOption, paragraphs, printDone } from '../output.ts';

interface RevokeOptions extends PlaceOptions, TargetOptions {
  readonly format: Format;
  readonly condition?: ConditionChoice;
  readonly all?: true;
  readonly ifPresent?: true;
}

const DESCRIPTION = paragraphs(
  'Take a role from a principal, on a project, a bucket, a service account, an instance, a folder or an organization.',
  'It takes the grant without a condition, unless it is told which condition, or --all. Where there ' +
    'is no such grant it fails, unless told --if-present.',
);

/** `accredit iam revoke` */
export const iamRevoke: CommandModule = (parent, context) => {
  addTargetOptions(
    addPlaceOptions(parent.command('revoke').argument('<role>').argument('<member>', MEMBER_FORMS)),
  )
    .description(DESCRIPTION)
    .summary('take a role from a principal')
    .option(
      '--condition <condition>',
      'the grant on this condition, all of it as it was given; None: the one without (default: None)',
      parseCondition,
    )
    .option('--all', 'the role on every condition, and without one')
    .option('--if-present', 'succeed where there is no such grant')
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
        const { all, condition: choice, ifPresent } = options;
        if (all === true && choice !== undefined)
          throw usageError('--all takes the role on every condition: leave --condition out.');
        await requireMember(context, session, member, options.project);
        const target = await findTarget(context, session, options);
        const condition = chosenCondition(choice);
        const change: GrantChange = { kind: 'revoke', role, member, condition, all };
        const changed = await changePolicy(session.owner, target, change);
        const where = `${role} on ${target.name}${conditionWords(condition)}`;
        const sentence = changed
          ? `${member} no longer has ${where}.`
          : `${member} does not have ${where}.${await hintAtNearest(session, target, change)}`;
        if (!changed && ifPresent !== true) throw new CliError(sentence);
        const { resource } = target;
        printDone(context.out, options.format, sentence, { role, member, condition, resource, changed });
      }),
    );
};

/** Says what comes near to a grant that there is not; begins with a space, empty where nothing does. */
async function hintAtNearest(
  { owner }: Session,
  target: PolicyTarget,
  { role, member }: GrantChange,
): Promise<string> {
  const policy = await fetchPolicy(owner, target);
  const held = heldConditions(policy, role, member);
  if (held.length === 0) return hintAtMisspelling(policy, role, member);
  const ways = held.map((condition) =>
    condition === undefined ? 'without a condition' : `on '${condition.title ?? condition.expression}'`,
  );
  return ` It has it ${ways.join(' and ')}: --all takes it.`;
}

/** Says who has the role under a name that is near, else which role of such a name the member has. */
function hintAtMisspelling(policy: PolicyAnswer, role: string, member: string): string {
  const holder = nearestName(member, holdersOf(policy, role));
  if (holder !== undefined) return ` Did you mean '${holder}', which has it?`;
  const near = nearestName(role, rolesOf(policy, member));
  return near === undefined ? '' : ` Did you mean '${near}', which it has?`;
}
