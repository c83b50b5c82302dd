/** Calls of the print family as pieces and arguments, once all types are known. */
import type { Call, Expr, TypeName } from '../../1-parse/ast.ts';
import type { FormatPiece, PrintCall } from '../checked.ts';
import type { Printer } from './names.ts';
import { parseFormat } from './parse.ts';

export function buildPrint(call: Call, printer: Printer, typeOf: (expr: Expr) => TypeName): PrintCall {
  const { to } = printer;
  if (printer.formatted) {
    const [format, ...args] = call.args;
    const pieces = format?.kind === 'string' ? parseFormat(format.value).pieces : [];
    return { pieces, to, args };
  }
  const [first, ...rest] = call.args;
  const args = printer.delimited ? rest : call.args;
  const between = printer.delimited && first?.kind === 'string' ? first.value : '';
  const pieces = args.flatMap((arg, i): FormatPiece[] => {
    const shown = valuePiece(arg, typeOf);
    return i > 0 && between !== '' ? [{ kind: 'text', text: between }, shown] : [shown];
  });
  // A histogram ends with an empty line of its own.
  const ended = pieces.some((p) => p.kind === 'directive' && p.conversion.startsWith('hist_'));
  const end: FormatPiece[] = printer.newline && !ended ? [{ kind: 'text', text: '\n' }] : [];
  return { pieces: [...pieces, ...end], to, args };
}

function valuePiece(arg: Expr, typeOf: (expr: Expr) => TypeName): FormatPiece {
  if (arg.kind === 'stat-op' && (arg.op === 'hist_log' || arg.op === 'hist_linear')) {
    return { kind: 'directive', conversion: arg.op, flags: '' };
  }
  return { kind: 'directive', conversion: typeOf(arg) === 'string' ? 's' : 'd', flags: '' };
}
