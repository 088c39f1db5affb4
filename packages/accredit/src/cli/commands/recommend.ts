import { type Command, Option } from 'commander';
import { toRfc3339 } from '../../kernel/timestamps.ts';
import { addPlaceOptions, type PlaceOptions, withStoredCloud, withWritableCloud } from '../connect.ts';
import type { CliContext, CommandModule } from '../context.ts';
import { usageError } from '../errors.ts';
import { parsePrincipalName } from '../iam/principal-option.ts';
import { findAuditLog } from '../logs/audit-log-place.ts';
import { type Moment, parseMoment, resolveSpan } from '../logs/log-times.ts';
import { examples, formOption, painter, paragraphs, printDone, renderJson } from '../output.ts';
import {
  fetchRecommendation,
  type Recommendation,
  type RecommendationQuery,
  resetRecording,
} from '../recommend/recommendation.ts';
import { renderGcloud, renderTerraform } from '../recommend/recommendation-lines.ts';
import { renderRecommendation, type TableView } from '../recommend/recommendation-table.ts';
import { reportVerification } from '../recommend/recommendation-verification.ts';
import { renderYaml } from '../recommend/recommendation-yaml.ts';

/** What is shown: the answer as it came, what was read of it, and how it is to look. */
interface Shown extends TableView {
  readonly answer: unknown;
  readonly recommendation: Recommendation;
}

/** How each format shows a recommendation. */
const RENDERERS = {
  table: ({ recommendation, ...view }: Shown) => renderRecommendation(recommendation, view),
  json: ({ answer }: Shown) => renderJson(answer),
  gcloud: ({ recommendation, kind }: Shown) => renderGcloud(recommendation.proposals, kind),
  terraform: ({ recommendation, kind }: Shown) => renderTerraform(recommendation.proposals, kind),
  yaml: ({ recommendation, kind }: Shown) => renderYaml(recommendation.proposals, kind),
} as const;

interface RecommendOptions extends PlaceOptions {
  readonly principal?: string;
  readonly since?: Moment;
  readonly until?: Moment;
  readonly by: 'resource' | 'project';
  readonly custom?: true;
  readonly includeRefused?: true;
  readonly verify?: true;
  readonly reset?: true;
  readonly format: keyof typeof RENDERERS;
}

const DESCRIPTION = paragraphs(
  'Say which roles each principal needs for what it really did.',
  'It takes what a cloud with --record recorded, else its audit log, and prints the smallest set of predefined roles that ' +
    'covers it, for each resource, with the permissions that each would add, a custom role that adds none, and the ' +
    'access scopes that suffice. With accredit up --iam audit a program can be run before anything is granted.',
);

/** `accredit recommend` */
export const recommend: CommandModule = (parent, context) => {
  const command = addPlaceOptions(parent.command('recommend')).description(DESCRIPTION);
  addQuestionOptions(command)
    .option(
      '--verify',
      'decide all that was used again by the proposed roles alone; fails where one is refused',
    )
    .option('--reset', 'forget what was recorded, and begin anew')
    .addOption(
      formOption(
        context,
        Object.keys(RENDERERS),
        'table for people; or json, gcloud lines, terraform, a part of accredit.yaml',
      ),
    )
    .addHelpText(
      'after',
      examples(
        'accredit recommend',
        'accredit recommend --since 10m --format gcloud',
        'accredit recommend --principal my-program@local-project.iam.gserviceaccount.com --verify',
        'accredit recommend --by project --format terraform > grants.tf',
      ),
    )
    .action((options: RecommendOptions, command: Command) =>
      options.reset === true ? reset(context, options, command) : show(context, options),
    );
};

/** Adds the options that say of what roles are proposed, where, and of which kind. */
function addQuestionOptions(command: Command): Command {
  return command
    .option(
      '--principal <member>',
      'only of this one: an e-mail, or a member; default all but the owner',
      parsePrincipalName,
    )
    .option('--since <time>', 'of the audit log, from then on: 5m ago, or 2026-11-23T05:00:00Z', parseMoment)
    .option('--until <time>', 'of the audit log, before then', parseMoment)
    .addOption(
      new Option('--by <level>', 'propose roles on what was used, or on its project')
        .choices(['resource', 'project'])
        .default('resource'),
    )
    .option(
      '--custom',
      'custom roles that hold exactly what was used, in place of predefined ones: of the project, or of the organization',
    )
    .option('--include-refused', 'what was refused was needed too');
}

async function reset(context: CliContext, options: RecommendOptions, command: Command): Promise<void> {
  refuseMeaningless(options, command);
  await withWritableCloud(context, options, ({ owner }) => resetRecording(owner));
  const format = options.format === 'json' ? 'json' : 'table';
  printDone(context.out, format, 'What was recorded is forgotten.', { reset: true });
}

/** The options that have a meaning beside `--reset`: which cloud is meant, and in which form is said what was done. */
const BESIDE_RESET: ReadonlySet<string> = new Set(['reset', 'data', 'config', 'format']);

/**
 * All that was recorded is forgotten: an option that seems to say of what is a mistake.
 *
 * @throws {CliError} of status 2
 */
function refuseMeaningless({ format }: RecommendOptions, command: Command): void {
  const further = command.options.find(
    (option) =>
      !BESIDE_RESET.has(option.attributeName()) &&
      command.getOptionValueSource(option.attributeName()) === 'cli',
  );
  if (further !== undefined)
    throw usageError(`--reset forgets all that was recorded: leave ${further.long} out.`);
  if (format !== 'table' && format !== 'json')
    throw usageError('--reset says what was done as a table or as JSON.');
}

async function show(context: CliContext, options: RecommendOptions): Promise<void> {
  const query = await toQuery(context, options);
  const { answer, recommendation } = await withStoredCloud(context, options, ({ owner }) =>
    fetchRecommendation(owner, query),
  );
  const { out, env } = context;
  const text = await RENDERERS[options.format]({
    answer,
    recommendation,
    paint: painter(out, env),
    kind: query.roles,
    includesRefused: query.includeRefused,
  });
  out.write(text);
  reportVerification(context, recommendation);
}

/** A duration before now is by the cloud's clock. */
async function toQuery(context: CliContext, options: RecommendOptions): Promise<RecommendationQuery> {
  const { since, until } = options;
  const isSpan = since !== undefined || until !== undefined;
  const nowMs = isSpan ? (await findAuditLog(context, options)).nowMs : 0;
  const { sinceMs, untilMs } = resolveSpan(options, nowMs);
  const timeOf = (timeMs: number | undefined) => (timeMs === undefined ? undefined : toRfc3339(timeMs));
  return {
    principal: options.principal,
    since: timeOf(sinceMs),
    until: timeOf(untilMs),
    level: options.by,
    roles: options.custom === true ? 'custom' : 'predefined',
    includeRefused: options.includeRefused === true,
    verify: options.verify === true,
  };
}
