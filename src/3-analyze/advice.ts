/** Where a lock could be spared: prints that alone make a handler take one, and what a small change would turn into an addition. */
import type { Expr, IfStatement, Statement } from '../1-parse/ast.ts';
import { printExpr } from '../1-parse/index.ts';
import type { ProgramGlobal, Symbols } from '../2-resolve/program.ts';
import type { Diagnostics } from '../diagnostics/diagnostic.ts';
import type { AccessTable } from './accesses.ts';
import type { CheckedProbe } from './checked.ts';
import { runsAlone } from './reentrancy.ts';
import { type ProbeUnit, rootsOf, type Unit } from './units.ts';
import { type Elided, walkLive } from './walk.ts';

export interface AdviceInput {
  readonly units: readonly Unit[];
  readonly accesses: AccessTable;
  readonly symbols: Symbols;
  readonly elided: Elided;
  /** The script that the user wrote; nothing is said of the tapset. */
  readonly file: string;
  isNumber(global: ProgramGlobal): boolean;
}

/** Of handlers that run at the pace of events: a timer's lock costs nothing that would show. */
export function adviseOnLocks(
  probes: readonly CheckedProbe[],
  input: AdviceInput,
  diagnostics: Diagnostics,
): void {
  const unitOf = new Map(input.units.flatMap((u) => (u.kind === 'probe' ? [[u.probe, u] as const] : [])));
  for (const probe of probes) {
    const unit = unitOf.get(probe.probe);
    if (unit === undefined || probe.locks.length === 0 || isPaced(unit)) continue;
    advisePrints(probe, input, diagnostics);
    adviseSteps(probe, unit, input, diagnostics);
    adviseEntries(probe, unit, input, diagnostics);
  }
}

function isPaced({ probe }: ProbeUnit): boolean {
  return probe.points.every((p) => probe.family.context(p).paced === true);
}

function advisePrints(probe: CheckedProbe, { file }: AdviceInput, diagnostics: Diagnostics): void {
  for (const { locked, decides } of probe.printCalls) {
    const [first] = locked;
    if (!decides || first === undefined || first.arg.span.file !== file) continue;
    const name = first.global.variable.name;
    diagnostics.warning(
      'lock-for-print',
      first.arg.span,
      `to print this the handler takes the lock of "${name}"; it would take none otherwise`,
      { hints: [`print what the event itself tells, and "${name}" from a timer or at the end`] },
    );
  }
}

/** `n++; if (n > 10) …`: two uses where one would do. */
function adviseSteps(
  probe: CheckedProbe,
  unit: ProbeUnit,
  { units, accesses, file, isNumber }: AdviceInput,
  diagnostics: Diagnostics,
): void {
  const [lock, more] = probe.locks;
  if (lock === undefined || more !== undefined || !isNumber(lock.global)) return;
  const access = accesses.of(unit).get(lock.global);
  const { accumulate, read } = access ?? {};
  if (access === undefined || accumulate === undefined || read === undefined) return;
  if (access.write !== undefined || access.changes !== 1 || access.inCalls || access.inC) return;
  // Another that uses it twice would keep the lock in place.
  const others = units.filter((u) => u !== unit && u.kind === 'probe' && !runsAlone(u));
  if (others.some((u) => (accesses.of(u).get(lock.global)?.uses ?? 0) > 1)) return;
  const target = stepped(accumulate);
  if (accumulate.span.file !== file || target === undefined || accumulate.span.start > read.span.start)
    return;
  const { name } = lock.global.variable;
  diagnostics.warning(
    'step-and-look',
    accumulate.span,
    `"${name}" is changed here and then looked at, which takes a lock; in one step it would take none`,
    {
      hints: [`use the value of the step itself, once: ${target}`],
      notes: [{ message: 'looked at here', span: read.span }],
    },
  );
}

/** The step as an expression that has the new value. */
function stepped(node: Expr | Statement): string | undefined {
  if (node.kind === 'inc-dec') return `${node.op}${printExpr(node.target)}`;
  return node.kind === 'assign' && node.op !== '=' ? `(${printExpr(node)})` : undefined;
}

/** `if (k in a) a[k]++; else a[k] = 1`: an entry that is not there counts from 0 anyway. */
function adviseEntries(
  probe: CheckedProbe,
  unit: ProbeUnit,
  { symbols, elided, file }: AdviceInput,
  diagnostics: Diagnostics,
): void {
  const locked = new Set(probe.locks.map((l) => l.global));
  for (const root of rootsOf(unit)) {
    walkLive(root, elided, (node) => {
      const found = node.kind === 'if' && node.span.file === file ? entryMaking(node) : undefined;
      if (found === undefined) return true;
      const resolved = symbols.get(found.array);
      if (resolved?.kind !== 'global' || !locked.has(resolved.global)) return true;
      diagnostics.warning(
        'entry-by-hand',
        node.span,
        'this asks for the entry and then adds to it, which takes a lock; adding alone would take none',
        { hints: [`an entry that is not there counts as 0: ${found.instead}`] },
      );
      return true;
    });
  }
}

function entryMaking(node: IfStatement): { array: object; instead: string } | undefined {
  const { condition } = node;
  const test = condition.kind === 'unary' && condition.op === '!' ? condition.operand : condition;
  if (test.kind !== 'in' || node.else === undefined) return undefined;
  const parts = [node.then, node.else].map(only);
  const change = parts.find((e) => e?.kind === 'inc-dec' || (e?.kind === 'assign' && e.op === '+='));
  const store = parts.find((e) => e?.kind === 'assign' && e.op === '=');
  if (change === undefined || store?.kind !== 'assign') return undefined;
  const target = change.kind === 'inc-dec' || change.kind === 'assign' ? change.target : undefined;
  if (target?.kind !== 'index' || store.target.kind !== 'index') return undefined;
  if (printExpr(target) !== printExpr(store.target) || target.base.kind !== 'identifier') return undefined;
  const amount = change.kind === 'assign' ? printExpr(change.value) : '1';
  if (change.kind === 'inc-dec' && change.op === '--') return undefined;
  if (printExpr(store.value) !== amount) return undefined;
  return { array: target.base, instead: printExpr(change) };
}

/** The expression that a statement is, in however many braces. */
function only(statement: Statement): Expr | undefined {
  if (statement.kind === 'expr-statement') return statement.expr;
  const [first, more] = statement.kind === 'block' ? statement.statements : [];
  return first === undefined || more !== undefined ? undefined : only(first);
}
