import { type Decoded, object, optional, string } from '../../../kernel/decode.ts';
import type { Condition } from './condition.ts';

/** A condition as a request has it (google.type.Expr). */
export const conditionMessage = object({
  title: optional(string),
  description: optional(string),
  expression: optional(string),
  location: optional(string),
});

/**
 * Returns a condition of a request in the form that policies keep. What may stand in it, `conditionProblem` says: an
 * absent expression is an empty one, which it refuses.
 */
export function readCondition(message: Decoded<typeof conditionMessage>): Condition {
  const { title, description, expression = '', location } = message;
  return {
    ...(title === undefined ? {} : { title }),
    ...(description === undefined ? {} : { description }),
    expression,
    ...(location === undefined ? {} : { location }),
  };
}
