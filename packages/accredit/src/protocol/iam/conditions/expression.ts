/** A place in the text that is no expression, and why. Thrown while an expression is read, never beyond `analyze.ts`. */
export class ExpressionError extends Error {
  override readonly name = 'ExpressionError';
  /** Where it is: code units from the start. */
  readonly offset: number;

  constructor(offset: number, message: string) {
    super(message);
    this.offset = offset;
  }
}

interface Node {
  /** Where Google's messages point: for an operator the operator, for a call its parenthesis, for `a.b` the point. */
  readonly offset: number;
  /** Levels below and with this one. */
  readonly depth: number;
}

export interface Literal extends Node {
  readonly kind: 'literal';
  readonly type: 'string' | 'int' | 'uint' | 'double' | 'bool';
  readonly value: string | bigint | number | boolean;
}

export interface Identifier extends Node {
  readonly kind: 'identifier';
  readonly name: string;
}

export interface Select extends Node {
  readonly kind: 'select';
  readonly operand: Expression;
  readonly field: string;
}

export interface Call extends Node {
  readonly kind: 'call';
  /** A function, or an operator in CEL's spelling: `_==_`, `@in`. `_&&_` and `_||_` have two operands or more. */
  readonly name: string;
  readonly target: Expression | undefined;
  readonly args: readonly Expression[];
}

export interface List extends Node {
  readonly kind: 'list';
  readonly elements: readonly Expression[];
}

/** A CEL expression as a tree. */
export type Expression = Literal | Identifier | Select | Call | List;

/** Returns what stands directly below an expression, in the order of the text. */
function childrenOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'literal':
    case 'identifier':
      return [];
    case 'select':
      return [expression.operand];
    case 'list':
      return expression.elements;
    case 'call':
      return expression.target === undefined ? expression.args : [expression.target, ...expression.args];
  }
}

/** Returns an expression and all below it, in the order of the text. */
export function* walk(expression: Expression): Generator<Expression> {
  const ahead = [expression];
  for (let next = ahead.pop(); next !== undefined; next = ahead.pop()) {
    yield next;
    ahead.push(...[...childrenOf(next)].reverse());
  }
}

/** Returns all calls of a function or an operator in an expression. */
export function callsOf(expression: Expression, name: string): readonly Call[] {
  return [...walk(expression)].filter((node) => node.kind === 'call').filter((node) => node.name === name);
}

/** Returns `resource.name` for the attribute of that name; `undefined` for what is no path of names. */
export function pathOf(expression: Expression): string | undefined {
  if (expression.kind === 'identifier') return expression.name;
  if (expression.kind !== 'select') return undefined;
  const operand = pathOf(expression.operand);
  return operand === undefined ? undefined : `${operand}.${expression.field}`;
}
