import { ATTRIBUTES, FUNCTIONS, NAMESPACES, type Overload, type Pattern, type Type } from './declarations.ts';
import { type Call, type Expression, ExpressionError, pathOf } from './expression.ts';

/**
 * Checks that an expression uses nothing but what is declared, with types that fit, and gives a bool.
 *
 * Guess: the words are those of Google's open-source CEL; the sentence about the result is ours.
 *
 * @throws {ExpressionError} at the first thing that does not fit
 */
export function checkExpression(expression: Expression): void {
  const type = typeOf(expression);
  if (fits(type, 'bool')) return;
  throw new ExpressionError(expression.offset, `expected type 'bool' but found '${spell(type)}'`);
}

function typeOf(expression: Expression): Type {
  switch (expression.kind) {
    case 'literal':
      return expression.type;
    case 'identifier':
    case 'select':
      return typeOfAttribute(expression);
    case 'list':
      return { element: elementOf(expression.elements.map(typeOf)) };
    case 'call':
      return typeOfCall(expression);
  }
}

/** The type that all elements have in common. */
function elementOf(types: readonly Type[]): Type {
  const [first] = types;
  if (first === undefined) return 'dyn';
  return types.every((type) => fits(type, first)) ? first : 'dyn';
}

function typeOfAttribute(expression: Expression): Type {
  const path = pathOf(expression);
  const type = path === undefined ? undefined : ATTRIBUTES.get(path);
  if (type !== undefined) return type;
  if (expression.kind === 'identifier') throw undeclared(expression.offset, expression.name);
  if (expression.kind !== 'select') throw new Error('An attribute is a name, or a field of something.');
  const operand = pathOf(expression.operand);
  if (operand === undefined || !NAMESPACES.has(operand)) {
    const operandType = typeOf(expression.operand);
    throw new ExpressionError(
      expression.offset,
      `type '${spell(operandType)}' does not support field selection`,
    );
  }
  throw new ExpressionError(expression.offset, `undefined field '${expression.field}'`);
}

function undeclared(offset: number, name: string): ExpressionError {
  return new ExpressionError(offset, `undeclared reference to '${name.slice(0, 60)}' (in container '')`);
}

/** The macros of CEL become loops over this function; what Google says of them names it. */
const LOOPS: ReadonlySet<string> = new Set(['all', 'exists']);

/** Returns the name that a call is declared by: `resource.hasTagKey`, `startsWith`, `_==_`. */
export function declaredName({ target, name }: Call): string {
  const namespace = target?.kind === 'identifier' && NAMESPACES.has(target.name) ? target.name : undefined;
  return namespace === undefined ? name : `${namespace}.${name}`;
}

function typeOfCall(call: Call): Type {
  const name = declaredName(call);
  const overloads = FUNCTIONS.get(name);
  if (overloads === undefined) {
    const isLoop = call.target !== undefined && LOOPS.has(name);
    throw undeclared(call.offset, isLoop ? '@not_strictly_false' : name);
  }
  const target = call.target === undefined || name !== call.name ? undefined : typeOf(call.target);
  const args = call.args.map(typeOf);
  for (const overload of overloads) {
    const result = apply(overload, target, args);
    if (result !== undefined) return result;
  }
  const receiver = target === undefined ? '' : `${spell(target)}.`;
  throw new ExpressionError(
    call.offset,
    `found no matching overload for '${name}' applied to '${receiver}(${args.map(spell).join(', ').slice(0, 200)})'`,
  );
}

/** Returns the type of a call; `undefined` where this is not the way to call it. */
function apply(overload: Overload, target: Type | undefined, args: readonly Type[]): Type | undefined {
  if ((overload.target === undefined) !== (target === undefined)) return undefined;
  const isChain = args.length > 2 && overload.result === 'bool' && overload.args[0] === 'bool';
  if (overload.args.length !== args.length && !isChain) return undefined;
  const bound: { type: Type } = { type: 'dyn' };
  if (overload.target !== undefined && target !== undefined && !matches(overload.target, target, bound)) {
    return undefined;
  }
  const fitting = args.every((arg, index) =>
    matches(overload.args[isChain ? 0 : index] ?? 'bool', arg, bound),
  );
  return fitting ? fill(overload.result, bound.type) : undefined;
}

/** Says whether a type fits a place, and settles what `T` stands for. */
function matches(pattern: Pattern, type: Type, bound: { type: Type }): boolean {
  if (pattern === 'T') {
    if (!fits(type, bound.type)) return false;
    bound.type = narrower(bound.type, type);
    return true;
  }
  if (typeof pattern !== 'object') return fits(type, pattern);
  if (type === 'dyn') return true;
  return typeof type === 'object' && matches(pattern.element, type.element, bound);
}

function fits(type: Type, other: Type): boolean {
  if (type === 'dyn' || other === 'dyn' || type === other) return true;
  return typeof type === 'object' && typeof other === 'object' && fits(type.element, other.element);
}

/** Of two types that fit, the one that says more. */
function narrower(one: Type, other: Type): Type {
  if (one === 'dyn') return other;
  if (typeof one === 'object' && typeof other === 'object') {
    return { element: narrower(one.element, other.element) };
  }
  return one;
}

function fill(pattern: Pattern, type: Type): Type {
  if (pattern === 'T') return type;
  return typeof pattern === 'object' ? { element: fill(pattern.element, type) } : pattern;
}

function spell(type: Type): string {
  return typeof type === 'object' ? `list(${spell(type.element)})` : type;
}
