import type { Expr, TypeName } from '../../1-parse/ast.ts';

/** A type as messages name it. */
export function typeWord(type: TypeName): string {
  switch (type) {
    case 'long':
      return 'a number';
    case 'string':
      return 'a string';
    case 'stats':
      return 'a statistic';
  }
}

/** An expression as messages name it; short. */
export function describe(expr: Expr): string {
  switch (expr.kind) {
    case 'number':
      return expr.text;
    case 'string':
      return JSON.stringify(expr.value.length > 20 ? `${expr.value.slice(0, 17)}...` : expr.value);
    case 'identifier':
      return `"${expr.name}"`;
    case 'index':
      return expr.base.kind === 'identifier' ? `"${expr.base.name}[…]"` : 'this bucket';
    case 'call':
      return `"${expr.name}(${expr.args.length > 0 ? '…' : ''})"`;
    case 'unary':
    case 'binary':
    case 'assign':
      return `the result of "${expr.op}"`;
    case 'inc-dec':
      return `the result of "${expr.op}"`;
    case 'ternary':
      return 'the result of "?:"';
    case 'in':
      return 'the result of "in"';
    case 'regex-match':
      return 'the result of a match';
    case 'stat-op':
    case 'at-op':
      return `"@${expr.op}(…)"`;
    case 'target':
      return `"${expr.addressOf ? '&' : ''}${expr.name}${expr.path.length > 0 ? '…' : ''}"`;
    case 'cast':
      return '"@cast(…)"';
    case 'at-var':
      return '"@var(…)"';
    case 'autocast':
      return 'this member';
    case 'embedded-c-expr':
      return 'this C expression';
  }
}
