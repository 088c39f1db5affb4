import { addPlaceOptions, type PlaceOptions, withStoredCloud } from '../connect.ts';
import type { CommandModule } from '../context.ts';
import { conditionCell } from '../iam/condition-options.ts';
import { fetchPolicy } from '../iam/policy-changes.ts';
import {
  addTargetOptions,
  findTarget,
  type PolicyAnswer,
  type TargetOptions,
} from '../iam/policy-targets.ts';
import { examples, type Format, formatOption, printJson, renderTable } from '../output.ts';

interface PolicyOptions extends PlaceOptions, TargetOptions {
  readonly format: Format;
}

/** `accredit iam policy` */
export const iamPolicy: CommandModule = (parent, context) => {
  addTargetOptions(addPlaceOptions(parent.command('policy')))
    .description(
      'Show the allow policy of a project, a bucket, a service account, an instance, a folder or an organization.',
    )
    .summary('show an allow policy')
    .addOption(formatOption(context))
    .addHelpText(
      'after',
      examples('accredit iam policy', 'accredit iam policy --bucket my-archive --format json'),
    )
    .action((options: PolicyOptions) =>
      withStoredCloud(context, options, async (session) => {
        const target = await findTarget(context, session, options);
        const policy = await fetchPolicy(session.owner, target);
        if (options.format === 'json') printJson(context.out, policy);
        else context.out.write(toTable(policy) ?? `The policy of ${target.name} grants nothing.\n`);
      }),
    );
};

/** Returns one line a grant; conditions are a column where there are any. `undefined` for a policy that grants nothing. */
function toTable({ bindings }: PolicyAnswer): string | undefined {
  const rows = bindings.flatMap(({ role, members, condition }) =>
    members.map((member) => [role, member, conditionCell(condition)]),
  );
  if (rows.length === 0) return undefined;
  const isConditional = bindings.some(({ condition }) => condition !== undefined);
  return isConditional
    ? renderTable(['ROLE', 'MEMBER', 'CONDITION'], rows)
    : renderTable(
        ['ROLE', 'MEMBER'],
        rows.map((row) => row.slice(0, 2)),
      );
}
