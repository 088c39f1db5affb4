import { type ApiError, invalidArgument } from '../../../kernel/api-error.ts';
import { clip } from '../../../kernel/clip.ts';
import { type Decoded, list, object, optional, string } from '../../../kernel/decode.ts';
import { conditionProblem } from '../conditions/condition-problem.ts';
import { type AccessBoundaryRule, BOUNDARY_RULE_LIMIT } from './boundary.ts';

/** Bytes of the rules as JSON: a token carries them, and is not to become longer than clients and headers take. */
export const BOUNDARY_LIMIT_BYTES = 4096;

const ruleMessage = object({
  availableResource: string,
  availablePermissions: list(string),
  availabilityCondition: optional(
    object({ title: optional(string), description: optional(string), expression: string }),
  ),
});

/** A Credential Access Boundary, as clients write it for the Security Token Service (IAM notes 4.6). */
export const accessBoundaryMessage = object({ accessBoundaryRules: list(ruleMessage) });

/** Buckets are all that a boundary can make available. */
const BUCKET = /^\/\/storage\.googleapis\.com\/projects\/_\/buckets\/[^/]+$/;

const IN_ROLE = /^inRole:(roles|organizations\/\d+\/roles|projects\/[^/]+\/roles)\/[A-Za-z0-9_.]{1,64}$/;

/**
 * Checks a Credential Access Boundary. Guess: the texts.
 *
 * @returns its rules
 * @throws {ApiError} `INVALID_ARGUMENT`
 */
export function readAccessBoundary({
  accessBoundaryRules,
}: Decoded<typeof accessBoundaryMessage>): readonly AccessBoundaryRule[] {
  const count = accessBoundaryRules.length;
  if (count < 1 || count > BOUNDARY_RULE_LIMIT) {
    throw bad(`A boundary has 1 to ${BOUNDARY_RULE_LIMIT} rules, not ${count}.`);
  }
  const rules = accessBoundaryRules.map(readRule);
  const size = Buffer.byteLength(JSON.stringify(rules));
  if (size > BOUNDARY_LIMIT_BYTES) {
    throw bad(`The rules of a boundary are at most ${BOUNDARY_LIMIT_BYTES} bytes, not ${size}.`);
  }
  return rules;
}

function readRule({
  availableResource,
  availablePermissions,
  availabilityCondition,
}: Decoded<typeof ruleMessage>): AccessBoundaryRule {
  if (!BUCKET.test(availableResource)) {
    throw bad(
      `'${clip(availableResource)}' is no bucket as a boundary names one: ` +
        "'//storage.googleapis.com/projects/_/buckets/BUCKET'.",
    );
  }
  const wrong = availablePermissions.find((permission) => !IN_ROLE.test(permission));
  if (wrong !== undefined || availablePermissions.length === 0) {
    throw bad(`'${clip(wrong ?? '')}' is no 'inRole:ROLE'; a rule has at least one.`);
  }
  if (availabilityCondition === undefined) return { availableResource, availablePermissions };
  const problem = conditionProblem(availabilityCondition, '');
  if (problem !== undefined) throw bad(problem);
  const { title, description, expression } = availabilityCondition;
  return {
    availableResource,
    availablePermissions,
    availabilityCondition: {
      ...(title === undefined ? {} : { title }),
      ...(description === undefined ? {} : { description }),
      expression,
    },
  };
}

function bad(message: string): ApiError {
  return invalidArgument(message, { reason: 'badRequest' });
}
