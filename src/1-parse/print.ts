import type { Expr, Script } from './ast.ts';
export function print(script: Script): string { return JSON.stringify(script, (_, v) => typeof v === 'bigint' ? String(v) : v); }
export function printExpr(expr: Expr): string { return expr.kind; }
