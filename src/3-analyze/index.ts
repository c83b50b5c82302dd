/** Phase 3: everything about a program that can be wrong or decided before it becomes a module. */
import type { AtOp, Expr, Statement, TypeName } from '../1-parse/ast.ts';
import type { ProgramFunction, ProgramGlobal, ResolvedProgram } from '../2-resolve/program.ts';
import { Diagnostics } from '../diagnostics/diagnostic.ts';
import { collectAccesses } from './accesses.ts';
import { adviseOnLocks } from './advice.ts';
import { overloadsOf, reachedUnits } from './calls.ts';
import type {
  Checked,
  CheckedFunction,
  CheckedGlobal,
  CheckedProbe,
  MemoryAccess,
  PrintCall,
} from './checked.ts';
import { checkConditions } from './conditions.ts';
import { countersOf } from './counters.ts';
import { decide } from './decide.ts';
import { displayOf } from './display.ts';
import { buildPrint } from './formats/build.ts';
import { printerNamed } from './formats/names.ts';
import { checkGuru } from './guru.ts';
import { withOrigins } from './origins.ts';
import { checkPlacement } from './placement.ts';
import { PrintJudge } from './prints.ts';
import { type Reentrancy, reentrancy } from './reentrancy.ts';
import { compileRegexes } from './regexes.ts';
import { type Run, summarizeRuns } from './runs.ts';
import { collectStatistics } from './statistics.ts';
import { Targets } from './targets/index.ts';
import type { TargetNode } from './targets/outcome.ts';
import { TargetResolver } from './targets/resolver.ts';
import { inferTypes, type Types } from './types/index.ts';
import { probeUnit, rootsOf, type Unit, unitsOf } from './units.ts';
import { elideUnused } from './unused.ts';
import { walkLive } from './walk.ts';
import { checkWalks } from './walks.ts';
import { warnNeverAssigned } from './warnings.ts';

export type { Checked } from './checked.ts';

export interface AnalyzeOptions {
  /** Guru mode: values of the kernel may be assigned to. */
  readonly guru?: boolean;
  /** Whether globals that are set and never read are shown at the end. Default: they are. */
  readonly display?: boolean;
}

/**
 * Checks a resolved program and gathers what phase 4 needs. All mistakes go to `diagnostics`; with an error among them the
 * result must not be planned.
 */
export function analyze(
  resolved: ResolvedProgram,
  diagnostics: Diagnostics,
  options: AnalyzeOptions = {},
): Checked {
  const own = new Diagnostics();
  const checked = check(resolved, own, options, diagnostics.hasErrors);
  diagnostics.adopt(withOrigins(own.list, resolved.program.probes));
  return checked;
}

/** `broken`: an earlier phase has reported errors, so that what seems to be missing may only have been left out. */
function check(
  resolved: ResolvedProgram,
  diagnostics: Diagnostics,
  options: AnalyzeOptions,
  broken: boolean,
): Checked {
  const all = unitsOf(resolved.program);
  const { program } = resolved;
  const resolver = new TargetResolver(program.profile);
  const decisions = decide(all, (expr, unit) => resolver.isDefined(expr, unit));
  const elided = new Set(decisions.elided);
  const constants = new Map(decisions.constants);
  const known = { constants, elided };

  checkPlacement(all, resolved.symbols, elided, diagnostics);
  const graph = elideUnused(all, resolved.symbols, elided, diagnostics);
  // What only left-out code calls is left out, too, before anything is asked of its types.
  const units = reachedUnits(all, resolved.symbols, elided);
  const scripted = collectAccesses(units, program.globals, graph, resolved.symbols, elided);
  checkWalks(units, resolved.symbols, scripted, elided, diagnostics);
  if (options.guru !== true) checkGuru(units, resolved.symbols, elided, diagnostics);
  checkConditions(units, resolved.symbols, elided, diagnostics);
  const display =
    options.display === false ? undefined : displayOf(program, units, scripted, resolved.symbols);
  const symbols = display?.symbols ?? resolved.symbols;
  const added = (display?.probes ?? []).map(probeUnit);
  units.push(...added);
  const accesses =
    display === undefined ? scripted : collectAccesses(units, program.globals, graph, symbols, elided);
  const targets = new Targets(units, {
    resolver,
    profile: program.profile,
    symbols,
    elided,
    counters: countersOf(program),
    constants,
    diagnostics,
    guru: options.guru ?? false,
  });
  const types = inferTypes(program, units, {
    symbols,
    elided,
    diagnostics,
    cTypeOf: (expr) => targets.typeOf(expr),
    isText: (expr) => targets.isText(expr),
    quiet: new Set(added),
  });
  targets.resolveAutocasts(
    (expr) => types.pointerOf(expr),
    (expr, type) => types.learnPointer(expr, type),
  );
  const regexes = compileRegexes(units, elided, diagnostics);
  const statistics = collectStatistics(units, symbols, known, diagnostics);
  const handling = reentrancy(program, units, accesses, (global) => types.global(global));
  const runs = summarizeRuns(units, {
    graph,
    symbols,
    known,
    loads: (expr) => readsMemory(targets, expr),
  });
  if (!broken && !diagnostics.hasErrors)
    warnNeverAssigned(program, units, accesses, symbols, elided, diagnostics);

  const typeOf = (expr: Expr): TypeName => {
    return (expr.kind === 'target' ? targets.syntheticType(expr) : undefined) ?? types.typeOf(expr);
  };
  const judge = new PrintJudge(units, symbols, elided, accesses, handling);
  const input: ResultInput = { units, types, runs, handling, judge, resolver, recursive: graph.recursive };
  const probes = checkedProbes(input);
  const [file = ''] = program.sources.keys();
  if (!broken && !diagnostics.hasErrors) {
    const isNumber = (global: ProgramGlobal): boolean => {
      const { type, keys } = types.global(global);
      return type === 'long' && keys.length === 0;
    };
    adviseOnLocks(probes, { units, accesses, symbols, elided, file, isNumber }, diagnostics);
  }
  const slots = slotsOf(units, resolver);
  const formats = new Map([
    ...formatsOf(units, symbols, elided, typeOf),
    ...(display?.formats(typeOf) ?? []),
  ]);
  return {
    program: { ...program, probes: [...program.probes, ...(display?.probes ?? [])] },
    symbols,
    typeOf,
    overloadsOf: (call) => overloadsOf(call, symbols, elided),
    functions: checkedFunctions(input),
    globals: new Map(
      program.globals.map((global) => [global, checkedGlobal(global, input, statistics.get(global))]),
    ),
    probes,
    storesTargets: targets.stores,
    accessOf: (node) => targets.accessOf(node) ?? unknownAccess(node),
    constantOf: (node) => constants.get(node),
    slotOf: (node) => slots.get(node),
    formatOf: (call) => formats.get(call),
    regexOf: (node) => regexes.get(node),
    isElided: (node: Statement | Expr) => elided.has(node),
  };
}

interface ResultInput {
  readonly units: readonly Unit[];
  readonly types: Types;
  readonly runs: ReadonlyMap<Unit, Run>;
  readonly handling: Reentrancy;
  readonly judge: PrintJudge;
  readonly resolver: TargetResolver;
  readonly recursive: ReadonlySet<ProgramFunction>;
}

const worstRun: Run = { prints: 'many', canFail: true };

function checkedProbes({ units, types, runs, handling, judge, resolver }: ResultInput): CheckedProbe[] {
  return units.flatMap((unit): CheckedProbe[] => {
    if (unit.kind !== 'probe') return [];
    return [
      {
        probe: unit.probe,
        ...handling.of(unit),
        printCalls: judge.judge(unit),
        ...(runs.get(unit) ?? worstRun),
        locals: types.locals(unit),
        entryValues: resolver.entryValues(unit),
      },
    ];
  });
}

function checkedFunctions({
  units,
  types,
  runs,
  recursive,
}: ResultInput): Map<ProgramFunction, CheckedFunction> {
  const functions = new Map<ProgramFunction, CheckedFunction>();
  for (const unit of units) {
    if (unit.kind !== 'function') continue;
    const { params, returns } = types.function(unit.fn);
    const names = new Set(unit.fn.item.params.map((p) => p.name));
    functions.set(unit.fn, {
      params,
      ...(returns === undefined ? {} : { returns }),
      ...(runs.get(unit) ?? worstRun),
      locals: new Map([...types.locals(unit)].filter(([name]) => !names.has(name))),
      recursive: recursive.has(unit.fn),
    });
  }
  return functions;
}

function checkedGlobal(
  global: ProgramGlobal,
  { types, handling }: ResultInput,
  statistics: CheckedGlobal['statistics'],
): CheckedGlobal {
  const { type, keys } = types.global(global);
  const { size, wrap } = global.variable;
  return {
    type,
    keys,
    wrap,
    watched: handling.isWatched(global),
    storage: handling.storageOf(global),
    ...(size === undefined ? {} : { size }),
    ...(type === 'stats' ? { statistics: statistics ?? { ops: new Set(), shift: 0 } } : {}),
  };
}

function slotsOf(units: readonly Unit[], resolver: TargetResolver): Map<AtOp, number> {
  const slots = new Map<AtOp, number>();
  for (const unit of units) {
    resolver.entryValues(unit).forEach((node, slot) => {
      if (node.kind === 'at-op') slots.set(node, slot);
    });
  }
  return slots;
}

function formatsOf(
  units: readonly Unit[],
  symbols: ResolvedProgram['symbols'],
  elided: ReadonlySet<object>,
  typeOf: (expr: Expr) => TypeName,
): Map<Expr, PrintCall> {
  const formats = new Map<Expr, PrintCall>();
  for (const unit of units) {
    for (const root of rootsOf(unit)) {
      walkLive(root, elided, (node) => {
        if (node.kind !== 'call' || symbols.get(node)?.kind !== 'builtin') return true;
        const printer = printerNamed(node.name);
        if (printer !== undefined) formats.set(node, buildPrint(node, printer, typeOf));
        return true;
      });
    }
  }
  return formats;
}

function readsMemory(targets: Targets, expr: Expr): boolean {
  if (expr.kind !== 'target' && expr.kind !== 'cast' && expr.kind !== 'at-var' && expr.kind !== 'autocast') {
    return false;
  }
  const access = targets.accessOf(expr);
  if (access === undefined || access.pretty !== undefined) return false;
  return access.hops.length > 1 || (access.load !== undefined && access.load.size !== 0);
}

/** Only for programs with errors, which go no further. */
function unknownAccess(_node: TargetNode): MemoryAccess {
  return { base: { kind: 'none' }, hops: [], type: { kind: 'void' }, user: false };
}
