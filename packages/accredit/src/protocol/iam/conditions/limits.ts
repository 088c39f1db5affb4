/**
 * Characters (UTF-16 code units) of an expression. Thirteen statements with a full object name each are less. Everything
 * that an expression costs, to read, to check and to evaluate, is bounded by its length.
 *
 * Guess: Google's limit is not published.
 */
export const EXPRESSION_LENGTH_LIMIT = 16_384;

/** Conversions of times to time zones in one expression; thirteen statements need two each. Guess: Google's limit is not published. */
export const ZONE_LIMIT = 128;

/**
 * What a word (a name, a constant, an operator, a bracket) costs at the least, in characters of ordinary expressions: their
 * words are about that long, and reading and evaluating takes a time for each word.
 */
export const WORD_COST = 8;

/**
 * What the conversion of a time to a time zone costs, in characters of ordinary expressions. The first one in a zone
 * takes as long as reading and evaluating so many, later ones a tenth.
 */
export const ZONE_COST = 1024;

/**
 * What it may cost to read the conditions of one policy (`readingCost`), so that no write keeps everybody else waiting:
 * 1,500 bindings with 349 characters each.
 *
 * Deviation: the conditions of one policy are bounded together; Google publishes no bound; pinned by 'a policy whose
 * conditions are too long together is refused whole, and what is beyond is not read (deviation)'.
 */
export const POLICY_COST_LIMIT = 524_288;

/** Brackets within brackets; reading them is recursive. Guess: Google's limit is not published. */
export const NESTING_LIMIT = 32;

/** How deep the tree of an expression may be, `a.b.c` being three; whatever walks it is recursive. */
export const TREE_DEPTH_LIMIT = 64;

/** `&&`, `||` and `!` in one expression (IAM notes 1.2). Guess: that `!` counts. */
export const LOGICAL_OPERATOR_LIMIT = 12;

/** Constants that `hasOnly` takes (IAM notes 1.4). */
export const HAS_ONLY_LIMIT = 10;

/**
 * What the expressions that are kept ready for evaluation may cost together: the conditions of sixteen of the dearest
 * decisions. It is some 50 MB at the most; what is beyond is read anew when it is asked for.
 */
export const READY_COST_LIMIT = 2_097_152;

/** Compiled expressions that are kept. With the longest expressions their texts are 16 MB. */
export const COMPILED_LIMIT = 1000;

/** Characters of the line that an error message repeats; a longer line is left out. */
export const SHOWN_LINE_LIMIT = 500;

/** Results of the linter for one expression: an answer grows with their number, each repeating a part of the expression. */
export const LINT_RESULT_LIMIT = 100;
