import { REFUSAL_LIMIT } from '../../observability/audit-log.ts';
import { dataFlag } from '../cloud/cloud-status.ts';
import { addPlaceOptions, type PlaceOptions, type Session, withStoredCloud } from '../connect.ts';
import type { CliContext, CommandModule } from '../context.ts';
import { withoutControls } from '../controls.ts';
import { usageError } from '../errors.ts';
import { commaList, examples, formOption, painter, paragraphs, printJson, wholeNumber } from '../output.ts';
import { commentOnOtherRefusal, describeOtherRefusal } from '../why/explain-other-refusal.ts';
import {
  type ExplanationOptions,
  explainAnswer,
  explainRefusal,
  renderRemedies,
} from '../why/explain-refusal.ts';
import { explainScopeRefusal, renderScopeRemedies } from '../why/explain-scope-refusal.ts';
import { askedScopes } from '../why/question-scopes.ts';
import { parseMoment } from '../why/question-time.ts';
import {
  askDecision,
  type DecisionQuestion,
  fetchRefusals,
  isScopeRefusal,
  readExplanation,
  readRefusal,
  readScopeRefusal,
} from '../why/refusals.ts';
import type { RemedyForm } from '../why/remedy-forms.ts';

/** The forms of an explanation: in words, for programs, and the remedies alone for a shell or for Terraform. */
const FORMS = ['table', 'json', 'gcloud', 'terraform'] as const;

interface WhyOptions extends PlaceOptions {
  readonly principal?: string;
  readonly permission?: string;
  readonly resource?: string;
  readonly at?: DecisionQuestion['at'];
  readonly scopes?: readonly string[];
  readonly method?: string;
  readonly limit?: number;
  readonly all?: true;
  readonly full?: true;
  readonly format: (typeof FORMS)[number];
}

const DESCRIPTION = paragraphs(
  'Say why the last call was refused, or whether somebody may do something.',
  'Every gate must be open for a call: the principal must be able to act, the scopes of its token must do, no deny ' +
    'policy may deny, an allow policy must grant, and the boundary of a down-scoped token must let it through. This ' +
    'shows which gate was closed, every policy that was looked at with the part of each binding that did not match, and ' +
    'what would open it. Of a call that asked for no permission it shows the scopes alone. Refusals are kept when the ' +
    'cloud ends.',
  'With --principal, --permission and --resource it decides that question, now or --at another time, and says the same, ' +
    'also of a deleted account, and where the project has the service disabled. No call is made, and nothing is recorded.',
);

/** `accredit why` */
export const why: CommandModule = (parent, context) => {
  addPlaceOptions(parent.command('why'))
    .description(DESCRIPTION)
    .option('--principal <principal>', 'who: user:EMAIL, serviceAccount:EMAIL, an e-mail address, allUsers')
    .option('--permission <permission>', 'what: storage.objects.get')
    .option('--resource <resource>', 'on which resource: projects/ID, gs://BUCKET/OBJECT, //SERVICE/NAME')
    .option('--at <time>', 'when, for conditions: RFC 3339, or from now on: 2h, -30m', parseMoment)
    .option('--scopes <scopes>', 'what the token carries; default: scopes are not looked at', commaList)
    .option('--method <id>', 'whose scopes count; default: those of the methods that ask for the permission')
    .option(
      '--limit <count>',
      'how many refusals, newest first, each under a heading; default 1',
      wholeNumber(1, REFUSAL_LIMIT),
    )
    .option('--all', 'every refusal that is kept')
    .option('--full', 'every binding and rule, not only the five of each policy that came nearest')
    .addOption(
      formOption(
        context,
        FORMS,
        'table for people, json for programs, gcloud or terraform for what would open the gates, of each gate one remedy ' +
          'and the others as comments',
      ),
    )
    .addHelpText(
      'after',
      examples(
        'accredit why',
        'accredit why --limit 3',
        'accredit why --all --format json',
        'accredit why --principal reader@my-project.iam.gserviceaccount.com \\\n      --permission storage.objects.get --resource gs://my-bucket/a.txt',
        'accredit why --format terraform > grant.tf',
      ),
    )
    .action((options: WhyOptions) => {
      const question = questionOf(options);
      return withStoredCloud(context, options, (session) =>
        question === undefined
          ? showRefusals(context, options, session)
          : showAnswer(context, options, question, session),
      );
    });
};

type Question = Pick<DecisionQuestion, 'principal' | 'permission' | 'resource' | 'at'>;

/** @throws {CliError} for half a question, and for options of the other form */
function questionOf({
  principal,
  permission,
  resource,
  at,
  scopes,
  method,
  limit,
  all,
}: WhyOptions): Question | undefined {
  const isAsked = [principal, permission, resource].some((part) => part !== undefined);
  if (!isAsked) {
    if (at === undefined && scopes === undefined && method === undefined) return undefined;
    throw usageError(
      '--at, --scopes and --method belong to a question: --principal, --permission, --resource.',
    );
  }
  if (principal === undefined || permission === undefined || resource === undefined) {
    throw usageError('A question has three parts: --principal, --permission and --resource.');
  }
  if (limit !== undefined || all !== undefined) {
    throw usageError('--limit and --all are for refusals, not for a question.');
  }
  if (method !== undefined && scopes === undefined) {
    throw usageError('--method says which scopes are accepted; --scopes must say what the token carries.');
  }
  return { principal, permission, resource, ...(at === undefined ? {} : { at }) };
}

async function showRefusals(context: CliContext, options: WhyOptions, session: Session): Promise<void> {
  const limit = options.all === true ? REFUSAL_LIMIT : (options.limit ?? 1);
  const { refusals, laterOtherRefusal: later } = await fetchRefusals(session.owner, limit);
  const { format } = options;
  const view = viewOf(context, options, session);
  if (format === 'json') {
    // The list is of calls with a decision; what has none is said beside it.
    context.err.write(later === undefined ? '' : describeOtherRefusal(later, view.data));
    printJson(context.out, refusals);
    return;
  }
  const renderOther = format === 'table' ? describeOtherRefusal : commentOnOtherRefusal;
  const texts = [
    ...(later === undefined ? [] : [renderOther(later, view.data)]),
    ...refusals.map((refusal) => renderRefusal(refusal, format, view)),
  ].slice(0, limit);
  const mark = format === 'table' ? '' : '# ';
  const none = `${mark}Nothing was refused.\n`;
  context.out.write(texts.length === 0 ? none : inOrder(texts, mark).join('\n\n'));
}

function renderRefusal(kept: unknown, form: 'table' | RemedyForm, view: ExplanationOptions): string {
  const refusal = withoutControls(kept);
  if (isScopeRefusal(refusal)) {
    const read = readScopeRefusal(refusal, '');
    return form === 'table' ? explainScopeRefusal(read, view) : renderScopeRemedies(read, form);
  }
  const read = readRefusal(refusal, '');
  return form === 'table' ? explainRefusal(read, view) : renderRemedies(read, form);
}

/** Puts a heading over each of several refusals, so that nobody takes the remedy of one for another's. */
function inOrder(texts: readonly string[], mark: string): readonly string[] {
  if (texts.length < 2) return texts;
  return texts.map((text, index) => {
    const place = index === 0 ? ', the last one' : '';
    return `${mark}Refusal ${index + 1} of ${texts.length}${place}:\n\n${text}`;
  });
}

async function showAnswer(
  context: CliContext,
  options: WhyOptions,
  question: Question,
  session: Session,
): Promise<void> {
  const scopes = await askedScopes(options);
  const answer = await askDecision(session.owner, {
    ...question,
    ...(scopes === undefined ? {} : { scopes }),
  });
  const { format } = options;
  if (format === 'json') {
    printJson(context.out, answer);
    return;
  }
  const explanation = readExplanation(withoutControls(answer), '');
  context.out.write(
    format === 'table'
      ? explainAnswer(explanation, viewOf(context, options, session))
      : renderRemedies(explanation, format satisfies RemedyForm),
  );
}

function viewOf(context: CliContext, options: WhyOptions, { status }: Session): ExplanationOptions {
  return {
    paint: painter(context.out, context.env),
    data: options.data === undefined ? '' : dataFlag(status.dataDirectory),
    isFull: options.full === true,
  };
}
