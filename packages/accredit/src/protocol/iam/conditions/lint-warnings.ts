import { constantsComparedWith } from './comparisons.ts';
import { UNDEFINED_ATTRIBUTES } from './declarations.ts';
import { type Expression, pathOf, walk } from './expression.ts';
import { findEffectiveRanges } from './lint-effective-range.ts';
import type { Finding, LintUnit } from './lint-result.ts';
import { findIneffectiveTimes, findValuesOutOfRange } from './lint-time.ts';
import { RESOURCE_SERVICES, RESOURCE_TYPES } from './resource-values.ts';

/** A unit that looks at an expression that compiles. */
type Unit = (root: Expression, timeMs: number) => readonly Finding[];

/** The units that find what is no error and yet not meant. Messages as in Google's documentation of the linter. */
export const WARNING_UNITS = {
  DateTimeCheck: findIneffectiveTimes,
  DateTimeRangeCheck: findValuesOutOfRange,
  EffectiveTimeRangeCheck: findEffectiveRanges,
  ResourceServiceLiteralCheck: (root) => findUnsupported(root, 'resource.service', RESOURCE_SERVICES),
  ResourceTypeLiteralCheck: (root) => findUnsupported(root, 'resource.type', RESOURCE_TYPES),
  RestrictedAttributesCheck: findRestricted,
} as const satisfies Partial<Record<LintUnit, Unit>>;

/** Finds constants that the attribute can never be. */
function findUnsupported(root: Expression, path: string, supported: ReadonlySet<string>): readonly Finding[] {
  const constants = constantsComparedWith(root, (subject) => pathOf(subject) === path);
  return constants
    .filter(({ value }) => !supported.has(String(value)))
    .map(({ value, offset }) => ({
      offset,
      message:
        `${path} : ${value} is not supported. Using this value in condition may lead to unintended consequences. ` +
        'Check user guide at https://cloud.google.com/iam/docs/conditions-resource-attributes' +
        `#${path.replace('.', '_')}_values for supported values for ${path}.`,
    }));
}

/**
 * Finds attributes that no request has. Guess: that Google warns of all of them as it does of
 * `request.auth.access_levels`.
 */
function findRestricted(root: Expression): readonly Finding[] {
  return [...walk(root)].flatMap((node) => {
    const path = pathOf(node) ?? '';
    if (!UNDEFINED_ATTRIBUTES.has(path)) return [];
    const message =
      `Condition attribute \`${path}\` is restricted or unsupported. Please check ` +
      'https://cloud.google.com/iam/docs/conditions-overview for the full list of supported attributes';
    return [{ offset: node.offset, message }];
  });
}
