/** Assignments that are additions in other words: `n = n + 2`. */
import type { Assign, BinaryOp, Expr } from '../1-parse/ast.ts';
import { printExpr } from '../1-parse/index.ts';
import { eachChild, type Node } from './walk.ts';

export interface Addition {
  readonly op: Extract<BinaryOp, '+' | '-'>;
  readonly amount: Expr;
}

/**
 * What is added where the value of `assign` is not used. Undefined where reading first could show: what is added, or a
 * key, does something of its own.
 */
export function additionOf({ op, target, value }: Assign): Addition | undefined {
  if (op !== '=' || value.kind !== 'binary' || (value.op !== '+' && value.op !== '-')) return undefined;
  if (target.kind !== 'identifier' && target.kind !== 'index') return undefined;
  if (!isQuiet(target) || !isQuiet(value)) return undefined;
  if (isSame(target, value.left)) return { op: value.op, amount: value.right };
  return value.op === '+' && isSame(target, value.right) ? { op: '+', amount: value.left } : undefined;
}

function isSame(a: Expr, b: Expr): boolean {
  return a.kind === b.kind && printExpr(a) === printExpr(b);
}

/** Nothing in it changes anything or could fail. */
function isQuiet(node: Node): boolean {
  switch (node.kind) {
    case 'number':
    case 'string':
    case 'identifier':
      return true;
    case 'index':
    case 'binary':
    case 'unary': {
      if (node.kind === 'binary' && (node.op === '/' || node.op === '%')) return false;
      let quiet = true;
      eachChild(node, (child) => {
        quiet &&= isQuiet(child);
      });
      return quiet;
    }
    default:
      return false;
  }
}
