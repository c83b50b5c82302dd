/** After inference: values that are statistics, and values that nothing says the type of. */
import type { Expr } from '../../1-parse/ast.ts';
import { didYouMean } from '../../diagnostics/suggest.ts';
import type { Unit } from '../units.ts';
import { find } from './classes.ts';
import type { Inference, ValueUse } from './infer.ts';
import { describe } from './words.ts';

export function checkUses(inf: Inference, units: readonly Unit[]): void {
  const known = new Map<Unit, Set<string>>();
  const uses = inf.uses.filter((use) => !inf.isQuiet(use.unit));
  inf.unit = undefined;
  reportStatistics(inf, uses);
  for (const use of uses) {
    const root = find(use.of);
    if (!root.reported && root.type === undefined) {
      root.reported = true;
      reportOpen(inf, use, known);
    }
  }
  reportStatisticLocals(inf, units);
}

/** Those that are named as values first; what they were handed to is then of no more interest. */
function reportStatistics(inf: Inference, all: readonly ValueUse[]): void {
  const uses = all.filter(({ expr, of }) => find(of).type === 'stats' && !inf.told.has(expr));
  const isGlobal = (expr: Expr): boolean => {
    const base = expr.kind === 'index' ? expr.base : expr;
    return inf.input.symbols.get(base)?.kind === 'global';
  };
  for (const { expr, of } of uses) {
    if (!isGlobal(expr)) continue;
    reportStatistic(inf, expr);
    find(of).reported = true;
  }
  for (const { expr, of } of uses) if (!find(of).reported) reportStatistic(inf, expr);
}

function reportStatistic(inf: Inference, expr: Expr): void {
  const name = expr.kind === 'identifier' ? expr.name : expr.kind === 'index' ? 'array[key]' : 's';
  inf.error('statistic-as-value', expr.span, `${describe(expr)} is a statistic, not a value`, [
    `read it with @count(${name}), @sum(${name}), @min(${name}), @max(${name}), @avg(${name}) or print(@hist_log(${name}))`,
  ]);
}

function reportOpen(inf: Inference, { expr, unit }: ValueUse, known: Map<Unit, Set<string>>): void {
  if (expr.kind === 'call') {
    inf.error('no-value', expr.span, `"${expr.name}" returns nothing that could be used here`, [
      'give it a `return` with a value, or call it in a statement of its own',
    ]);
    return;
  }
  const name = nameOf(expr);
  if (name === undefined) {
    inf.error('unresolved-type', expr.span, `nothing says whether ${describe(expr)} is a number or a string`);
    return;
  }
  const near = unit === undefined || name.length < 3 ? [] : didYouMean(name, names(inf, unit, name, known));
  inf.error(
    'unresolved-type',
    expr.span,
    `nothing says whether "${name}" is a number or a string: it is never given a value`,
    near.length > 0 ? near : [`assign "${name}" before it is read`],
  );
}

function nameOf(expr: Expr): string | undefined {
  if (expr.kind === 'identifier') return expr.name;
  return expr.kind === 'index' && expr.base.kind === 'identifier' ? expr.base.name : undefined;
}

function names(inf: Inference, unit: Unit, name: string, known: Map<Unit, Set<string>>): Set<string> {
  const found = known.get(unit) ?? candidates(inf, unit, name);
  known.set(unit, found);
  return found;
}

function candidates(inf: Inference, unit: Unit, name: string): Set<string> {
  const names = new Set<string>();
  for (const [local, of] of inf.input.variables.locals(unit))
    if (find(of).type !== undefined) names.add(local);
  for (const global of inf.input.variables.globals.keys()) names.add(global.variable.name);
  names.delete(name);
  return names;
}

/** A local can become a statistic only through what has been reported; the rest is a guard for phase 4. */
function reportStatisticLocals(inf: Inference, units: readonly Unit[]): void {
  if (inf.input.diagnostics.hasErrors) return;
  for (const unit of units) {
    for (const [name, of] of inf.input.variables.locals(unit)) {
      if (find(of).type === 'stats') {
        inf.error('local-statistic', unit.span, `"${name}" is local; statistics are kept in globals`, [
          `declare it with \`global ${name}\` outside of the probe`,
        ]);
      }
    }
  }
}
