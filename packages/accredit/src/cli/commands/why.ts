import { REFUSAL_LIMIT } from '../../observability/audit-log.ts';
import { dataFlag } from '../cloud-status.ts';
import { addPlaceOptions, type PlaceOptions, withStoredCloud } from '../connect.ts';
import type { CommandModule } from '../context.ts';
import { explainRefusal } from '../explain-refusal.ts';
import {
  examples,
  type Format,
  formatOption,
  painter,
  paragraphs,
  printJson,
  wholeNumber,
} from '../output.ts';
import { fetchRefusals, readRefusal } from '../refusals.ts';

interface WhyOptions extends PlaceOptions {
  readonly limit: number;
  readonly all?: true;
  readonly format: Format;
}

const DESCRIPTION = paragraphs(
  'Say why the last call was refused.',
  'Two gates must open for a call: the access scopes of its token, and IAM. This shows which of them was closed, ' +
    'what was looked at, and what would have opened it. Refusals are kept when the cloud ends.',
);

/** `accredit why` */
export const why: CommandModule = (parent, context) => {
  addPlaceOptions(parent.command('why'))
    .description(DESCRIPTION)
    .summary('say why a call was refused')
    .option('--limit <count>', 'how many refusals, newest first', wholeNumber(1, REFUSAL_LIMIT), 1)
    .option('--all', 'every refusal that is kept')
    .addOption(formatOption(context))
    .addHelpText(
      'after',
      examples('accredit why', 'accredit why --limit 3', 'accredit why --all --format json'),
    )
    .action((options: WhyOptions) =>
      withStoredCloud(context, options, async ({ owner, status }) => {
        const limit = options.all === true ? REFUSAL_LIMIT : options.limit;
        const refusals = await fetchRefusals(owner, limit);
        if (options.format === 'json') {
          printJson(context.out, refusals);
          return;
        }
        const paint = painter(context.out, context.env);
        const data = options.data === undefined ? '' : dataFlag(status.dataDirectory);
        const texts = refusals.map((refusal) => explainRefusal(readRefusal(refusal, ''), { paint, data }));
        context.out.write(texts.length === 0 ? 'Nothing was refused.\n' : texts.join('\n\n'));
      }),
    );
};
