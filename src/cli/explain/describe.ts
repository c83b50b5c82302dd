/** What `tapc explain` knows of a script, as plain data. */
import type { Call, Expr, Source, Span } from '../../1-parse/ast.ts';
import { printExpr } from '../../1-parse/index.ts';
import type { ProgramGlobal } from '../../2-resolve/program.ts';
import type { Checked, CheckedGlobal, CheckedProbe } from '../../3-analyze/checked.ts';
import { readRuntime } from '../../4-plan/link/library.ts';
import { recordItem } from '../../4-plan/made-strings.ts';
import { type HandlerNeeds, needsOf } from '../../4-plan/needs.ts';
import type { ModulePlan } from '../../4-plan/plan.ts';
import { positionOf } from '../../diagnostics/render.ts';
import type { HandlerContext } from '../../probes/family.ts';
import { whyText } from './why.ts';

export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** The line itself, without the blanks around it. */
  readonly text: string;
}

export interface HandlerExplanation {
  /** As written. */
  readonly point: string;
  readonly place: Place;
  readonly class: CheckedProbe['class'];
  readonly why: { readonly text: string; readonly place?: Place };
  readonly attached: { readonly by: string; readonly places: number };
  readonly context: { readonly level: HandlerContext['level']; readonly alone: boolean };
  /** In the order in which they are taken; `entry`: where a return probe's function is entered. */
  readonly locks: readonly {
    readonly global: string;
    readonly mode: 'read' | 'write';
    readonly at: 'hit' | 'entry';
  }[];
  readonly globals: readonly {
    readonly name: string;
    readonly how: CheckedProbe['uses'][number]['how'];
    readonly storage: CheckedGlobal['storage'];
  }[];
  readonly prints: readonly PrintExplanation[];
  /** Bytes. The stack's are an estimate from the variables of the generated C. */
  readonly memory: { readonly stack: number; readonly stackIs: 'estimated'; readonly scratch: number };
  /** Exported by the kernel, used while the handler runs. */
  readonly symbols: readonly string[];
}

export interface PrintExplanation {
  readonly place: Place;
  /** `in place`: into its record of the ring at once; `gathered`: with the handler's other prints, which come out together. */
  readonly written: 'in place' | 'gathered';
  /** Arguments that are strings of the hit: made in the record itself, or in scratch and copied. */
  readonly strings: readonly { readonly argument: string; readonly made: 'in the record' | 'in scratch' }[];
  readonly locked: readonly { readonly argument: string; readonly global: string }[];
  /** Without its prints the handler would take no lock. */
  readonly decides: boolean;
}

export interface Explanation {
  readonly script: string;
  readonly kernel: { readonly release: string; readonly arch: string };
  readonly handlers: readonly HandlerExplanation[];
  readonly globals: readonly {
    readonly name: string;
    readonly type: CheckedGlobal['type'];
    readonly keys: CheckedGlobal['keys'];
    readonly storage: CheckedGlobal['storage'];
    readonly place: Place;
  }[];
  /** All that the module imports, when it comes and goes included. */
  readonly symbols: readonly string[];
}

export interface ExplainInput {
  readonly checked: Checked;
  readonly plan: ModulePlan;
  readonly sources: ReadonlyMap<string, Source>;
  readonly limits: { readonly stringBytes: number; readonly nesting: number };
}

export function describeScript({ checked, plan, sources, limits }: ExplainInput): Explanation {
  const needs = needsOf(plan, readRuntime(), limits);
  const placeOf = (span: Span): Place => place(span, sources);
  const groups = new Map<string, { probe: CheckedProbe; places: number; needs: HandlerNeeds[] }>();
  checked.probes.forEach((probe, i) => {
    const handler = plan.handlers[i];
    if (handler === undefined) return;
    const key = groupKey(probe);
    const group = groups.get(key) ?? { probe, places: 0, needs: [] };
    group.places += probe.probe.points.length;
    // Bodies that are shared need the same.
    if (handler.emitBody || group.needs.length === 0) group.needs.push(needs(handler, levelOf(probe)));
    groups.set(key, group);
  });
  return {
    script: plan.script,
    kernel: plan.kernel,
    handlers: [...groups.values()].map(({ probe, places, needs: all }) => {
      return describeHandler(checked, probe, places, all, placeOf);
    }),
    globals: [...checked.globals].flatMap(([global, of]) => {
      const { name, span } = global.variable;
      if (!isUsed(checked, global)) return [];
      return [{ name, type: of.type, keys: of.keys, storage: of.storage, place: placeOf(span) }];
    }),
    symbols: plan.imports,
  };
}

function levelOf({ probe }: CheckedProbe): HandlerContext['level'] {
  const [point] = probe.points;
  return point === undefined ? 'nmi' : probe.family.context(point).level;
}

/** The handlers that one probe of the script became, as far as they do not differ. */
function groupKey({ probe, class: kind, locks }: CheckedProbe): string {
  const names = locks.map((l) => `${l.mode} ${l.global.id}`);
  return [probe.span.file, probe.span.start, probe.family.name, probe.written, kind, ...names].join('\0');
}

function isUsed(checked: Checked, global: ProgramGlobal): boolean {
  return checked.probes.some((p) => p.uses.some((use) => use.global === global));
}

function describeHandler(
  checked: Checked,
  of: CheckedProbe,
  places: number,
  needs: readonly HandlerNeeds[],
  placeOf: (span: Span) => Place,
): HandlerExplanation {
  const { probe } = of;
  const { profile } = checked.program;
  const [point] = probe.points;
  const by = point === undefined ? undefined : probe.family.mechanism?.(point, profile);
  const lock = (at: 'hit' | 'entry') => (l: CheckedProbe['locks'][number]) => ({
    global: l.global.variable.name,
    mode: l.mode,
    at,
  });
  return {
    point: probe.written,
    place: placeOf(probe.span),
    class: of.class,
    why: {
      text: whyText(checked, of),
      ...(of.because === undefined ? {} : { place: placeOf(of.because.span) }),
    },
    attached: { by: by ?? probe.family.name, places },
    context: {
      level: levelOf(of),
      alone: probe.points.every((p) => probe.family.context(p).alone === true),
    },
    locks: [...of.locks.map(lock('hit')), ...of.entryLocks.map(lock('entry'))],
    globals: of.uses.map(({ global, how }) => ({
      name: global.variable.name,
      how,
      storage: checked.globals.get(global)?.storage ?? 'locked',
    })),
    prints: of.printCalls.map((print) => ({
      place: placeOf(print.call.span),
      written: of.prints === 'many' ? 'gathered' : 'in place',
      strings: stringsOf(checked, print.call),
      locked: print.locked.map(({ arg, global }) => ({ argument: text(arg), global: global.variable.name })),
      decides: print.decides,
    })),
    memory: {
      stack: Math.max(0, ...needs.map((n) => n.stack)),
      stackIs: 'estimated',
      scratch: Math.max(0, ...needs.map((n) => n.scratch)),
    },
    symbols: [...new Set(needs.flatMap((n) => n.symbols))].sort(),
  };
}

/** Strings that are somewhere already (literals, variables, elements) cost no more than their copy. */
function stringsOf(checked: Checked, call: Call): PrintExplanation['strings'] {
  return (checked.formatOf(call)?.args ?? []).flatMap((arg) => {
    if (checked.typeOf(arg) !== 'string') return [];
    if (arg.kind === 'string' || arg.kind === 'identifier' || arg.kind === 'index') return [];
    return [
      { argument: text(arg), made: recordItem(checked, arg) === undefined ? 'in scratch' : 'in the record' },
    ];
  });
}

function text(expr: Expr): string {
  return printExpr(expr);
}

function place(span: Span, sources: ReadonlyMap<string, Source>): Place {
  const source = sources.get(span.file)?.text ?? '';
  const start = source.lastIndexOf('\n', span.start - 1) + 1;
  const end = source.indexOf('\n', span.start);
  return {
    file: span.file,
    ...positionOf(source, span.start),
    text: source.slice(start, end === -1 ? undefined : end).trim(),
  };
}
