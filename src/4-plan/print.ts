/** Printing: values go into a record, text is made of them when it is read; `sprint` makes it at once. */
import type { Expr } from '../1-parse/ast.ts';
import type { FormatPiece, PrintCall } from '../3-analyze/checked.ts';
import { call, cast, HIT, name, num, run, set } from './build.ts';
import { NO_READS } from './effects.ts';
import { type MadeString, madeString } from './made-strings.ts';
import { operands } from './operands.ts';
import type { PrintField, Value } from './plan.ts';
import { type Lowered, plain, type Scope, whereOf } from './scope.ts';
import { histogramForPrint } from './statistics.ts';

/** A piece of the format with the arguments that it takes. */
interface Directive {
  readonly piece: FormatPiece;
  readonly args: readonly Expr[];
}

/** What a directive prints, ready to be put into a record or an argument list. */
type Printed =
  | { readonly kind: 'long'; readonly value: Value }
  | { readonly kind: 'string'; readonly value: Value; readonly literal: string | undefined }
  | { readonly kind: 'memory'; readonly value: Value; readonly size: Value }
  | { readonly kind: 'made'; readonly value: Value; readonly size: Value; readonly fails: boolean };

export function lowerPrint(scope: Scope, print: PrintCall, into?: Value): Lowered {
  const directives = distribute(print).map(foldLiteral);
  const made = print.to === 'stream' ? stringsMade(scope, directives) : [];
  const printed = printedValues(scope, directives, made);
  const format = scope.module.formats.add(directives.map((d) => d.piece));
  if (print.to === 'string') return sprint(scope, format, printed, into);
  const fields = printed.map((p) => field(scope, p));
  const mode = scope.module.printsInPlace(scope.owner) ? 'place' : 'stage';
  if (fields.length === 0) {
    const callee = mode === 'place' ? 'tapc_print_text' : 'tapc_stage_text';
    scope.body.emit(run(call(callee, HIT, name(format))));
    return plain(num(0), 'int', NO_READS);
  }
  scope.body.variable({ type: 'struct tapc_record ', name: 'record', suffix: '' });
  const fails = printed.some((p) => p.kind === 'made' && p.fails);
  scope.body.emit({ kind: 'print', mode, format, fields }, { fails });
  return plain(num(0), 'int', NO_READS);
}

/** `*` widths and precisions take an argument before the value. */
function distribute(print: PrintCall): Directive[] {
  let next = 0;
  return print.pieces.map((piece) => {
    if (piece.kind === 'text') return { piece, args: [] };
    const count = 1 + (piece.width === 'argument' ? 1 : 0) + (piece.precision === 'argument' ? 1 : 0);
    const args = print.args.slice(next, next + count);
    next += count;
    return { piece, args };
  });
}

/** A literal that is printed as it is belongs to the text. */
function foldLiteral(directive: Directive): Directive {
  const { piece, args } = directive;
  const [arg] = args;
  const bare =
    piece.kind === 'directive' &&
    piece.flags === '' &&
    piece.width === undefined &&
    piece.precision === undefined;
  if (!bare || arg === undefined) return directive;
  if (piece.conversion === 's' && arg.kind === 'string') {
    return { piece: { kind: 'text', text: arg.value }, args: [] };
  }
  if ((piece.conversion === 'd' || piece.conversion === 'i') && arg.kind === 'number') {
    return { piece: { kind: 'text', text: String(arg.value) }, args: [] };
  }
  return directive;
}

/** By directive the string that its argument is, where that can be made in the record. */
function stringsMade(scope: Scope, directives: readonly Directive[]): (MadeString | undefined)[] {
  if (!scope.module.makesStrings) return [];
  return directives.map(({ piece, args: [arg, more] }, i) => {
    if (piece.kind !== 'directive' || piece.conversion !== 's' || arg === undefined || more !== undefined)
      return undefined;
    // It is made after all that stands behind it: nothing of that may show whether it could be.
    const behind = directives.slice(i + 1).flatMap((d) => d.args);
    const isLast = behind.every((e) => {
      const { state, locals } = scope.module.effects.of(e);
      return !state && locals.size === 0;
    });
    return isLast ? madeString(scope, arg) : undefined;
  });
}

function printedValues(
  scope: Scope,
  directives: readonly Directive[],
  made: readonly (MadeString | undefined)[],
): Printed[] {
  const exprs = directives.flatMap((d, i) => made[i]?.args ?? d.args).filter((e) => !isHistogram(e));
  const lowered = operands(scope, exprs);
  let next = 0;
  const take = (): Lowered => {
    const value = lowered[next++];
    if (value === undefined) throw new Error('a directive lacks its argument');
    return value;
  };
  return directives.flatMap((directive, i) => {
    const [first] = directive.args;
    const string = made[i];
    if (string !== undefined) return [string.make(string.args.map(() => take().value))];
    if (first !== undefined && isHistogram(first)) {
      return [{ kind: 'memory' as const, ...histogramForPrint(scope, first) }];
    }
    const values = directive.args.map(take);
    const isDump = directive.piece.kind === 'directive' && /^[mM]$/.test(directive.piece.conversion);
    if (isDump) return memoryDump(scope, directive, values);
    return values.map((v, i): Printed => {
      if (v.type !== 'string') return { kind: 'long', value: v.value };
      const arg = directive.args[i];
      if (arg?.kind === 'string') return { kind: 'string', value: v.value, literal: arg.value };
      return { kind: 'string', value: named(scope, v.value), literal: undefined };
    });
  });
}

/** A string that is looked at twice, for its size and its bytes, is found once. */
function named(scope: Scope, value: Value): Value {
  if (value.kind === 'name' || value.kind === 'text') return value;
  const pointer = scope.body.pointerTemporary();
  scope.body.emit(set(pointer, value), { quiet: true });
  return pointer;
}

type Histogram = Extract<Expr, { kind: 'stat-op' }>;

function isHistogram(expr: Expr): expr is Histogram {
  return expr.kind === 'stat-op' && (expr.op === 'hist_log' || expr.op === 'hist_linear');
}

/** `%m`, `%M`: the bytes at an address, as many as the precision says; one without. */
function memoryDump(scope: Scope, directive: Directive, values: readonly Lowered[]): Printed[] {
  const { piece, args } = directive;
  const address = values.at(-1);
  const last = args.at(-1);
  if (piece.kind !== 'directive' || address === undefined || last === undefined) {
    throw new Error('a memory dump has an address');
  }
  const width: Printed[] =
    piece.width === 'argument' && values[0] !== undefined ? [{ kind: 'long', value: values[0].value }] : [];
  const size = dumpSize(scope, piece, values);
  const buffer = scope.body.stringTemporary();
  const where = whereOf(scope, last.span);
  scope.body.emit(run(call('tapc_load_memory', HIT, where, buffer, address.value, size)), {
    fails: true,
    quiet: true,
  });
  return [...width, { kind: 'memory', value: buffer, size }];
}

type DirectivePiece = Extract<FormatPiece, { kind: 'directive' }>;

function dumpSize(scope: Scope, piece: DirectivePiece, values: readonly Lowered[]): Value {
  if (piece.precision !== 'argument') return num(piece.precision ?? 1);
  const given = values.at(-2);
  if (given === undefined) throw new Error('a precision is missing');
  const size = scope.body.sizeTemporary();
  scope.body.emit(set(size, call('clamp_t', name('s64'), given.value, num(0), name('TAPC_STRLEN'))), {
    quiet: true,
  });
  return size;
}

function field(scope: Scope, printed: Printed): PrintField {
  if (printed.kind === 'made') return { kind: 'made', value: printed.value, size: printed.size };
  if (printed.kind !== 'string') return printed;
  if (printed.literal !== undefined) {
    return { kind: 'string', value: printed.value, size: num(printed.literal.length + 1) };
  }
  const size = scope.body.sizeTemporary();
  scope.body.emit(set(size, call('tapc_size', printed.value)), { quiet: true });
  return { kind: 'string', value: printed.value, size };
}

function sprint(scope: Scope, format: string, printed: readonly Printed[], into?: Value): Lowered {
  const target = into ?? scope.body.stringTemporary();
  const items = printed.flatMap((p) => {
    if (p.kind === 'long') return [p.value];
    return p.kind === 'memory' ? [p.size, cast('s64', p.value)] : [cast('s64', p.value)];
  });
  const list: Value = items.length === 0 ? name('NULL') : { kind: 'list', type: 'const s64[]', items };
  scope.body.emit(run(call('tapc_sprint', HIT, target, name(format), list)), { quiet: true });
  return plain(target, 'string', NO_READS);
}
