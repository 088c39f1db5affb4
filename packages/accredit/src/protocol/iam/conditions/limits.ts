/**
 * Characters (UTF-16 code units) of an expression. Thirteen statements with a full object name each are less. Everything
 * that an expression costs, to read, to check and to evaluate, is bounded by its length.
 *
 * Guess: Google's limit is not published.
 */
export const EXPRESSION_LENGTH_LIMIT = 16_384;

/** Brackets within brackets; reading them is recursive. Guess: Google's limit is not published. */
export const NESTING_LIMIT = 32;

/** How deep the tree of an expression may be, `a.b.c` being three; whatever walks it is recursive. */
export const TREE_DEPTH_LIMIT = 64;

/** `&&`, `||` and `!` in one expression (IAM notes 1.2). Guess: that `!` counts. */
export const LOGICAL_OPERATOR_LIMIT = 12;

/** Constants that `hasOnly` takes (IAM notes 1.4). */
export const HAS_ONLY_LIMIT = 10;

/** Compiled expressions that are kept. With the longest expressions their texts are 16 MB. */
export const COMPILED_LIMIT = 1000;

/** Characters of the line that an error message repeats; a longer line is left out. */
export const SHOWN_LINE_LIMIT = 500;

/** Results of the linter for one expression: an answer grows with their number, each repeating a part of the expression. */
export const LINT_RESULT_LIMIT = 100;
