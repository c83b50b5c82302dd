/** Expressions as text, with the parentheses that they need. */
import { unreachable } from '../../unreachable.ts';
import type { Access, AtVar, Autocast, Cast, Expr, InExpr, TargetVariable } from '../ast.ts';
import { encodeString } from '../literals.ts';
import { INFIX } from '../tokens.ts';

const LEVELS: ReadonlyMap<string, number> = new Map(
  INFIX.flatMap((group, level) => group.map((op) => [op, level] as const)),
);
const TERNARY = levelOf('?');
const MEMBERSHIP = levelOf('in');
const MATCH = levelOf('=~');
const UNARY = INFIX.length;
const INC_DEC = UNARY + 1;
const VALUE = UNARY + 2;

function levelOf(op: string): number {
  return LEVELS.get(op) ?? 0;
}

/** An expression on one line. */
export function printExpr(expr: Expr): string {
  return printAt(expr, 0);
}

/** The expression, in parentheses if its operator binds looser than `minimum`. */
function printAt(expr: Expr, minimum: number): string {
  const text = printBare(expr);
  return levelOfExpr(expr) < minimum ? `(${text})` : text;
}

function levelOfExpr(expr: Expr): number {
  switch (expr.kind) {
    case 'assign':
      return levelOf('=');
    case 'ternary':
      return TERNARY;
    case 'binary':
      return levelOf(expr.op);
    case 'in':
      return MEMBERSHIP;
    case 'regex-match':
      return MATCH;
    case 'unary':
      return UNARY;
    case 'inc-dec':
      return INC_DEC;
    default:
      return VALUE;
  }
}

function printBare(expr: Expr): string {
  switch (expr.kind) {
    case 'number':
      return expr.text;
    case 'string':
      return printString(expr.value);
    case 'identifier':
      return expr.name;
    case 'index':
      return `${printBare(expr.base)}${printKeys(expr.keys)}`;
    case 'call':
      return `${expr.name}(${printList(expr.args)})`;
    case 'unary': {
      const operand = printAt(expr.operand, UNARY);
      // Without a space these would be one token: -- ++ !~
      const glued = /^(?:--|\+\+|!~)/.test(expr.op + operand);
      return `${expr.op}${glued ? ' ' : ''}${operand}`;
    }
    case 'binary': {
      const level = levelOf(expr.op);
      return `${printAt(expr.left, level)} ${expr.op} ${printAt(expr.right, level + 1)}`;
    }
    case 'ternary':
      return `${printAt(expr.condition, TERNARY + 1)} ? ${printExpr(expr.then)} : ${printAt(expr.else, TERNARY)}`;
    case 'assign':
      return `${printAt(expr.target, TERNARY)} ${expr.op} ${printExpr(expr.value)}`;
    case 'inc-dec': {
      const target = printAt(expr.target, VALUE);
      return expr.prefix ? `${expr.op}${target}` : `${target}${expr.op}`;
    }
    case 'in':
      return printIn(expr);
    case 'regex-match': {
      const op = expr.negated ? '!~' : '=~';
      return `${printAt(expr.subject, MATCH)} ${op} ${printString(expr.pattern.value)}`;
    }
    case 'stat-op':
      return `@${expr.op}(${printList([expr.stat, ...expr.params])})`;
    case 'target':
      return printPath(expr.name, expr);
    case 'cast': {
      const module = expr.module === undefined ? '' : `, ${printString(expr.module)}`;
      return printPath(`@cast(${printExpr(expr.operand)}, ${printString(expr.type)}${module})`, expr);
    }
    case 'at-var': {
      const module = expr.module === undefined ? '' : `, ${printString(expr.module)}`;
      return printPath(`@var(${printString(expr.name)}${module})`, expr);
    }
    case 'autocast':
      return printAutocast(expr);
    case 'at-op':
      return `@${expr.op}(${printList(expr.args)})`;
    case 'embedded-c-expr':
      return `%{${expr.code}%}`;
    default:
      return unreachable(expr);
  }
}

function printString(bytes: string): string {
  return `"${encodeString(bytes)}"`;
}

function printList(exprs: readonly Expr[]): string {
  return exprs.map(printExpr).join(', ');
}

export function printKeys(keys: readonly (Expr | undefined)[]): string {
  return `[${keys.map((key) => (key === undefined ? '*' : printExpr(key))).join(', ')}]`;
}

function printIn(expr: InExpr): string {
  const [key] = expr.keys;
  const one = expr.keys.length === 1 && key !== undefined;
  return `${one ? printAt(key, MEMBERSHIP + 1) : printKeys(expr.keys)} in ${printExpr(expr.array)}`;
}

function printPath(base: string, expr: TargetVariable | Cast | AtVar | Autocast): string {
  const path = expr.path.map(printAccess).join('');
  return `${expr.addressOf ? '&' : ''}${base}${path}${expr.pretty ?? ''}`;
}

function printAccess(access: Access): string {
  return access.kind === 'member' ? `->${access.name}` : `[${printExpr(access.index)}]`;
}

function printAutocast(expr: Autocast): string {
  const { operand } = expr;
  const inner = printAt(operand, VALUE);
  return printPath(takesPath(operand, expr.path[0]) ? `(${inner})` : inner, expr);
}

/** Whether a path directly behind it would belong to the operand itself. */
function takesPath(operand: Expr, first: Access | undefined): boolean {
  switch (operand.kind) {
    case 'target':
    case 'cast':
    case 'at-var':
    case 'autocast':
      return true;
    case 'identifier':
    case 'stat-op':
      return first?.kind === 'index';
    default:
      return false;
  }
}
