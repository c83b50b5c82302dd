/** Types in calls of the print family, and what is wrong with their formats. */
import type { Call, Expr, Span } from '../../1-parse/ast.ts';
import { freshClass, type TypeClass } from '../types/classes.ts';
import { inferAs, inferValue, statistic } from '../types/exprs.ts';
import { countOf, type Inference } from '../types/infer.ts';
import type { Printer } from './names.ts';
import { directiveType, type ParsedFormat, parseFormat } from './parse.ts';

export function inferPrint(inf: Inference, call: Call, printer: Printer): TypeClass {
  if (printer.formatted) formatted(inf, call, printer);
  else if (printer.delimited) delimited(inf, call, printer);
  else plain(inf, call, printer);
  // Printing to the stream yields 0, so that it may stand in `?:`.
  const type = printer.to === 'string' ? 'string' : 'long';
  return freshClass(type, { span: call.span, why: `the result of ${call.name}` });
}

function plain(inf: Inference, call: Call, printer: Printer): void {
  const [only] = call.args;
  if (call.args.length === 1 && only?.kind === 'stat-op' && isHistogram(only)) {
    statistic(inf, only);
    return;
  }
  if (call.args.length === 0 && !printer.newline) {
    inf.error('print-nothing', call.span, `${call.name} needs something to print`, [
      'println() alone prints an empty line',
    ]);
  }
  for (const arg of call.args) inferValue(inf, arg);
}

function isHistogram(expr: Expr): boolean {
  return expr.kind === 'stat-op' && (expr.op === 'hist_log' || expr.op === 'hist_linear');
}

function delimited(inf: Inference, call: Call, printer: Printer): void {
  const [delimiter, ...values] = call.args;
  if (delimiter?.kind !== 'string') {
    inf.error(
      'print-delimiter',
      delimiter?.span ?? call.span,
      `the first argument of ${call.name} is a literal string`,
      [`${call.name}(", ", a, b) prints a and b with a comma between them`],
    );
  }
  if (values.length < 2) {
    inf.error(
      'print-nothing',
      call.span,
      `${call.name} needs two values or more to put its delimiter between`,
      [`${printer.to === 'string' ? 's' : ''}print${printer.newline ? 'ln' : ''}(x) prints one value`],
    );
  }
  for (const arg of values) inferValue(inf, arg);
  if (delimiter !== undefined && delimiter.kind !== 'string') inferValue(inf, delimiter);
}

function formatted(inf: Inference, call: Call, printer: Printer): void {
  const [format, ...values] = call.args;
  if (format?.kind !== 'string') {
    inf.error(
      'format-not-literal',
      format?.span ?? call.span,
      `the format of ${call.name} is a literal string`,
      [`${call.name}("%s", x) prints a string as it is`],
    );
    for (const arg of call.args) inferValue(inf, arg);
    return;
  }
  const parsed = parseFormat(format.value);
  reportProblems(inf, format.span, parsed);
  const needs = argumentsOf(parsed);
  values.forEach((arg, i) => {
    const need = needs[i];
    if (need === undefined) inferValue(inf, arg);
    else inferAs(inf, arg, need.type, need.role);
  });
  if (parsed.problems.length === 0 && needs.length !== values.length) {
    reportCount(inf, call, printer, needs.length, values);
  }
}

interface Need {
  readonly type: 'long' | 'string';
  readonly role: string;
}

/** What each argument behind the format is for. */
function argumentsOf(parsed: ParsedFormat): Need[] {
  return parsed.pieces.flatMap((piece) => {
    if (piece.kind === 'text') return [];
    const needs: Need[] = [];
    const name = `%${piece.conversion}`;
    if (piece.width === 'argument') needs.push({ type: 'long', role: `the width of ${name}` });
    if (piece.precision === 'argument') needs.push({ type: 'long', role: `the precision of ${name}` });
    needs.push({ type: directiveType(piece), role: `what ${name} prints` });
    return needs;
  });
}

function reportProblems(inf: Inference, span: Span, parsed: ParsedFormat): void {
  for (const problem of parsed.problems) {
    inf.error('bad-format', span, problem.message, problem.hint === undefined ? [] : [problem.hint]);
  }
}

function reportCount(
  inf: Inference,
  call: Call,
  printer: Printer,
  needed: number,
  values: readonly Expr[],
): void {
  const extra = values[needed];
  inf.error(
    'format-argument-count',
    extra?.span ?? call.span,
    `the format takes ${countOf(needed, 'value')}, but ${call.name} is given ${values.length}`,
    needed < values.length
      ? ['each value needs a directive: %d for a number, %s for a string']
      : [`add a value for each directive; %% in ${printer.name} prints a percent sign`],
  );
}
