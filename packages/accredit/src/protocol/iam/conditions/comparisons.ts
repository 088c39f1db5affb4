import { type Call, type Expression, type Literal, walk } from './expression.ts';

/** `x < y`, with the side that is looked for on the left: `5 > x` is `x < 5`. */
export interface Comparison<T extends Expression> {
  readonly operator: '<' | '<=' | '>' | '>=' | '==' | '!=';
  readonly subject: Expression;
  readonly value: T;
}

const OPERATORS: Readonly<Record<string, Comparison<never>['operator']>> = {
  '_<_': '<',
  '_<=_': '<=',
  '_>_': '>',
  '_>=_': '>=',
  '_==_': '==',
  '_!=_': '!=',
};

const FLIPPED = { '<': '>', '<=': '>=', '>': '<', '>=': '<=', '==': '==', '!=': '!=' } as const;

/** Returns the ways to read a call as a comparison with a value on its right; none where it is not one. */
export function readingsOf(expression: Expression): readonly Comparison<Expression>[] {
  const operator = expression.kind === 'call' ? OPERATORS[expression.name] : undefined;
  if (operator === undefined || expression.kind !== 'call') return [];
  const [left, right] = expression.args;
  if (left === undefined || right === undefined) return [];
  return [
    { operator, subject: left, value: right },
    { operator: FLIPPED[operator], subject: right, value: left },
  ];
}

/** Returns an expression's constant if it is one. */
export function literalOf(expression: Expression | undefined): Literal | undefined {
  return expression?.kind === 'literal' ? expression : undefined;
}

/** Returns the constants that a subject is compared with, by an operator or as items of a list, all over an expression. */
export function constantsComparedWith(
  root: Expression,
  isSubject: (expression: Expression) => boolean,
): readonly Literal[] {
  return [...walk(root)].flatMap((node) => {
    const compared = readingsOf(node).filter(({ subject }) => isSubject(subject));
    const listed = node.kind === 'call' && node.name === '@in' ? listedIn(node, isSubject) : [];
    return [...compared.map(({ value }) => value), ...listed].filter((value) => value.kind === 'literal');
  });
}

function listedIn({ args: [item, list] }: Call, isSubject: (expression: Expression) => boolean) {
  return item !== undefined && isSubject(item) && list?.kind === 'list' ? list.elements : [];
}
