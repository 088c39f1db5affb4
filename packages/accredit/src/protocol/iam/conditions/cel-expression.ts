import type { plan } from '@bufbuild/cel';
import type { Expression, Literal } from './expression.ts';

/** A protobuf message `cel.expr.Expr`. */
export type CelExpr = Exclude<
  Parameters<typeof plan>[1],
  { $typeName: 'cel.expr.CheckedExpr' | 'cel.expr.ParsedExpr' }
>;

/** Returns an expression as the message that the evaluator plans. */
export function toCelExpr(expression: Expression): CelExpr {
  return { $typeName: 'cel.expr.Expr', id: BigInt(expression.offset), exprKind: toExprKind(expression) };
}

function toExprKind(expression: Expression): CelExpr['exprKind'] {
  switch (expression.kind) {
    case 'literal':
      return {
        case: 'constExpr',
        value: { $typeName: 'cel.expr.Constant', constantKind: toConstant(expression) },
      };
    case 'identifier':
      return { case: 'identExpr', value: { $typeName: 'cel.expr.Expr.Ident', name: expression.name } };
    case 'select': {
      const { operand, field } = expression;
      const value = { operand: toCelExpr(operand), field, testOnly: false };
      return { case: 'selectExpr', value: { $typeName: 'cel.expr.Expr.Select', ...value } };
    }
    case 'list': {
      const elements = expression.elements.map(toCelExpr);
      return {
        case: 'listExpr',
        value: { $typeName: 'cel.expr.Expr.CreateList', elements, optionalIndices: [] },
      };
    }
    case 'call': {
      const { name, target, args } = expression;
      const value = { function: name, args: args.map(toCelExpr) };
      const receiver = target === undefined ? {} : { target: toCelExpr(target) };
      return { case: 'callExpr', value: { $typeName: 'cel.expr.Expr.Call', ...value, ...receiver } };
    }
  }
}

type Constant = Extract<CelExpr['exprKind'], { case: 'constExpr' }>['value']['constantKind'];

function toConstant({ type, value }: Literal): Constant {
  switch (type) {
    case 'string':
      return { case: 'stringValue', value: String(value) };
    case 'int':
      return { case: 'int64Value', value: BigInt(value) };
    case 'uint':
      return { case: 'uint64Value', value: BigInt(value) };
    case 'double':
      return { case: 'doubleValue', value: Number(value) };
    case 'bool':
      return { case: 'boolValue', value: value === true };
  }
}
