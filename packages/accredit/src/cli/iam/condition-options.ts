import { InvalidArgumentError } from 'commander';
import type { Condition } from '../../protocol/iam/conditions/condition.ts';

/** What `--condition` says: a condition, or that there is none. */
export type ConditionChoice = Condition | 'None';

const KEYS = ['expression', 'title', 'description'] as const;

/** A comma ends a value only where the next key begins: expressions have commas too. */
const NEXT_KEY = new RegExp(`,(?=(?:${KEYS.join('|')})=)`);

const FORM = "'expression=EXPRESSION,title=TITLE,description=TEXT' (the last part may be left out), or None";

/**
 * Reads `--condition` in gcloud's form: `expression=…,title=…,description=…`, or `None`. Another separator than the comma
 * stands between two circumflexes before it: `^:^expression=…:title=…`.
 *
 * @throws {InvalidArgumentError}
 * @see https://cloud.google.com/sdk/gcloud/reference/projects/add-iam-policy-binding
 * @see https://cloud.google.com/sdk/gcloud/reference/topic/escaping
 */
export function parseCondition(text: string): ConditionChoice {
  if (text === 'None') return 'None';
  const values = new Map<string, string>();
  for (const part of splitParts(text)) {
    const [, key, value = ''] = /^([^=]*)=([^]*)$/.exec(part) ?? [];
    if (key === undefined || !KEYS.some((known) => known === key) || values.has(key))
      throw new InvalidArgumentError(`It is written ${FORM}.`);
    values.set(key, value);
  }
  const expression = values.get('expression') ?? '';
  const title = values.get('title') ?? '';
  const description = values.get('description') ?? '';
  // gcloud asks for both, though IAM does without a title.
  if (expression === '' || title === '')
    throw new InvalidArgumentError(`It needs an expression and a title: ${FORM}.`);
  return { title, ...(description === '' ? {} : { description }), expression };
}

function splitParts(text: string): readonly string[] {
  const [, separator, rest = ''] = /^\^([^^]+)\^([^]*)$/.exec(text) ?? [];
  return separator === undefined ? text.split(NEXT_KEY) : rest.split(separator);
}

/** Returns the condition that was chosen; `undefined` for none. */
export function chosenCondition(choice: ConditionChoice | undefined): Condition | undefined {
  return choice === 'None' ? undefined : choice;
}

/** Returns `, on the condition 'TITLE'`; empty for none. */
export function conditionWords(condition: Condition | undefined): string {
  return condition === undefined ? '' : `, on the condition '${condition.title ?? condition.expression}'`;
}

/** Returns a condition in one line of a table: `TITLE: EXPRESSION`. */
export function conditionCell(condition: Condition | undefined): string {
  if (condition === undefined) return '';
  const { title = '', expression } = condition;
  return `${title === '' ? '' : `${title}: `}${expression}`.replace(/\s+/g, ' ');
}
