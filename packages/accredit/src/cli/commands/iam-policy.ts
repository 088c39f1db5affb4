import { addPlaceOptions, type PlaceOptions, withStoredCloud } from '../connect.ts';
import type { CommandModule } from '../context.ts';
import { examples, type Format, formatOption, printJson, renderTable } from '../output.ts';
import { addTargetOptions, fetchPolicy, findTarget, type TargetOptions } from '../policy-targets.ts';

interface PolicyOptions extends PlaceOptions, TargetOptions {
  readonly format: Format;
}

/** `accredit iam policy` */
export const iamPolicy: CommandModule = (parent, context) => {
  addTargetOptions(addPlaceOptions(parent.command('policy')))
    .description('Show the allow policy of a project, a bucket or a service account.')
    .summary('show an allow policy')
    .addOption(formatOption(context))
    .addHelpText(
      'after',
      examples('accredit iam policy', 'accredit iam policy --bucket my-archive --format json'),
    )
    .action((options: PolicyOptions) =>
      withStoredCloud(context, options, async (session) => {
        const target = findTarget(context, session, options);
        const policy = await fetchPolicy(session.owner, target);
        const rows = policy.bindings.flatMap(({ role, members }) => members.map((member) => [role, member]));
        if (options.format === 'json') printJson(context.out, policy);
        else if (rows.length === 0) context.out.write(`The policy of ${target.name} grants nothing.\n`);
        else context.out.write(renderTable(['ROLE', 'MEMBER'], rows));
      }),
    );
};
