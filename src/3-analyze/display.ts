/** Globals that a script sets and never reads are shown when it ends: the handlers that do so, as trees. */
import type {
  Call,
  Expr,
  ForeachStatement,
  Identifier,
  Index,
  Span,
  Statement,
  StatOp,
  TypeName,
} from '../1-parse/ast.ts';
import type { BoundProbe, Program, ProgramGlobal, Resolved, Symbols } from '../2-resolve/program.ts';
import type { Access, AccessTable } from './accesses.ts';
import type { FormatPiece, PrintCall } from './checked.ts';
import type { Unit } from './units.ts';

export interface Display {
  readonly probes: readonly BoundProbe[];
  readonly symbols: Symbols;
  /** What its calls print; none of them is in a script. */
  formats(typeOf: (expr: Expr) => TypeName): ReadonlyMap<Expr, PrintCall>;
}

interface Shown {
  readonly global: ProgramGlobal;
  readonly keys: number;
  readonly samples: boolean;
}

/** Undefined where nothing is to be shown. */
export function displayOf(
  program: Program,
  units: readonly Unit[],
  accesses: AccessTable,
  symbols: Symbols,
): Display | undefined {
  const shown = unreadGlobals(program, units, accesses);
  if (shown.length === 0) return undefined;
  const builder = new Builder();
  const probes = program.endings.map((ending): BoundProbe => {
    const statements = shown.map((one) => builder.show(one));
    return { ...ending, blocks: [{ kind: 'block', span: ending.span, statements }] };
  });
  return {
    probes,
    symbols: { get: (node) => builder.symbols.get(node) ?? symbols.get(node) },
    formats: (typeOf) => new Map([...builder.calls].map(([call, one]) => [call, printed(call, one, typeOf)])),
  };
}

/** Those of the user's own script; what a tapset keeps for itself is its own business. */
function unreadGlobals(program: Program, units: readonly Unit[], accesses: AccessTable): Shown[] {
  const stored = new Map<ProgramGlobal, NonNullable<Access['stored']>>();
  const read = new Set<ProgramGlobal>();
  for (const unit of units) {
    for (const uses of [accesses.of(unit), accesses.atEntry(unit)]) {
      for (const [global, access] of uses) {
        if (access.read) read.add(global);
        if (access.stored && !stored.has(global)) stored.set(global, access.stored);
      }
    }
  }
  const [userFile] = program.sources.keys();
  return program.globals.flatMap((global) => {
    const how = stored.get(global);
    if (how === undefined || read.has(global) || global.variable.span.file !== userFile) return [];
    return [{ global, ...how }];
  });
}

class Builder {
  readonly symbols = new Map<object, Resolved>();
  readonly calls = new Map<Call, Shown>();

  show(one: Shown): Statement {
    const { span } = one.global.variable;
    if (one.keys === 0) return this.#scalar(one, span);
    const { name } = one.global.variable;
    const keys = Array.from({ length: one.keys }, (_, i) => `${name}_key${i + 1}`);
    const value = `${name}_value`;
    const element: Index = {
      kind: 'index',
      span,
      base: this.#global(one, span),
      keys: keys.map((k) => this.#local(k, span)),
    };
    const values = one.samples ? this.#aggregates(element, one) : [this.#local(value, span)];
    const call = this.#print([...keys.map((k) => this.#local(k, span)), ...values], one, span);
    const walk: ForeachStatement = {
      kind: 'foreach',
      span,
      keys: keys.map((k) => this.#local(k, span)),
      array: this.#global(one, span),
      slice: [],
      sort: { column: 0, direction: 'descending' },
      body: { kind: 'expr-statement', span, expr: call },
      ...(one.samples ? {} : { value: this.#local(value, span) }),
    };
    return walk;
  }

  #scalar(one: Shown, span: Span): Statement {
    if (!one.samples) {
      return { kind: 'expr-statement', span, expr: this.#print([this.#global(one, span)], one, span) };
    }
    const call = this.#print(this.#aggregates(this.#global(one, span), one), one, span);
    // Nothing can be said about the least of no samples.
    const count: StatOp = { kind: 'stat-op', span, op: 'count', stat: this.#global(one, span), params: [] };
    // biome-ignore lint/suspicious/noThenProperty: the field is what the language calls it
    return { kind: 'if', span, condition: count, then: { kind: 'expr-statement', span, expr: call } };
  }

  #aggregates(stat: Identifier | Index, one: Shown): Expr[] {
    const { span } = one.global.variable;
    return aggregates.map((op): StatOp => ({ kind: 'stat-op', span, op, stat, params: [] }));
  }

  #print(args: readonly Expr[], one: Shown, span: Span): Call {
    const call: Call = { kind: 'call', span, name: 'println', args };
    this.symbols.set(call, { kind: 'builtin', name: 'println' });
    this.calls.set(call, one);
    return call;
  }

  #global({ global }: Shown, span: Span): Identifier {
    const node: Identifier = { kind: 'identifier', span, name: global.variable.name };
    this.symbols.set(node, { kind: 'global', global });
    return node;
  }

  #local(name: string, span: Span): Identifier {
    const node: Identifier = { kind: 'identifier', span, name };
    this.symbols.set(node, { kind: 'local', name });
    return node;
  }
}

const aggregates = ['count', 'min', 'max', 'sum', 'avg'] as const;

/** `name[1,"x"]=0x2`; a statistic as `name @count=0x1 @min=0x5 …`. */
function printed(call: Call, one: Shown, typeOf: (expr: Expr) => TypeName): PrintCall {
  const pieces: FormatPiece[] = [];
  const text = (more: string) => pieces.push({ kind: 'text', text: more });
  const value = (conversion: 'd' | 'x' | 's', flags = '') =>
    pieces.push({ kind: 'directive', conversion, flags });
  text(one.global.variable.name);
  call.args.forEach((arg, i) => {
    const isString = typeOf(arg) === 'string';
    const isKey = i < one.keys;
    if (isKey) text(i === 0 ? '[' : ',');
    else if (one.samples)
      text(`${i === one.keys && one.keys > 0 ? ']' : ''} @${aggregates[i - one.keys] ?? ''}=`);
    else text(one.keys > 0 ? ']=' : '=');
    if (isString) {
      text('"');
      value('s');
      text('"');
    } else if (isKey) value('d');
    else value('x', '#');
  });
  text('\n');
  return { pieces: joined(pieces), to: 'stream', args: call.args };
}

function joined(pieces: readonly FormatPiece[]): FormatPiece[] {
  const result: FormatPiece[] = [];
  for (const piece of pieces) {
    const last = result.at(-1);
    if (piece.kind === 'text' && last?.kind === 'text') {
      result[result.length - 1] = { kind: 'text', text: last.text + piece.text };
    } else result.push(piece);
  }
  return result;
}
