/** Where a walk starts: a variable of the probe point, a kernel variable, the value of an expression. */
import type { AtVar, Cast, TargetVariable } from '../../1-parse/ast.ts';
import { didYouMean } from '../../diagnostics/suggest.ts';
import type { CType } from '../../kernel/btf/ctype.ts';
import type { TypeTable } from '../../kernel/btf/table.ts';
import type { KernelProfile } from '../../kernel/profile.ts';
import type { BoundPoint, ContextVariable } from '../../probes/family.ts';
import type { MemoryAccess } from '../checked.ts';
import type { Unit } from '../units.ts';
import { castType, tablesFor } from './casts.ts';
import { found, missing, type Outcome } from './outcome.ts';
import type { Place } from './place.ts';

export interface Start {
  readonly base: MemoryAccess['base'];
  readonly place: Place;
  readonly table: TypeTable;
}

/** What can be read at one place of the program. */
export interface Surroundings {
  readonly profile: KernelProfile;
  readonly table: TypeTable;
  /** By name; the parameters in their order. Empty in functions. */
  readonly variables: ReadonlyMap<string, ContextVariable>;
  /** In a return probe: what was there at the entry. */
  readonly entry: ReadonlyMap<string, ContextVariable> | undefined;
  readonly where: 'function' | 'probe';
  /** The point has variables, or could have some: `$$vars` means something. */
  readonly listed: boolean;
}

export function surroundings(unit: Unit, profile: KernelProfile): Surroundings {
  const [point] = unit.kind === 'probe' ? unit.probe.points : [];
  if (unit.kind === 'function' || point === undefined) {
    return {
      profile,
      table: profile.types(),
      variables: new Map(),
      entry: undefined,
      where: unit.kind,
      listed: false,
    };
  }
  const { family } = unit.probe;
  const at = (p: BoundPoint) => new Map(family.variables(p, profile).map((v) => [v.name, v]));
  const entryPoint = family.entryOf?.(point);
  const variables = at(point);
  return {
    profile,
    table: moduleTable(point, profile),
    variables,
    entry: entryPoint === undefined ? undefined : at(entryPoint),
    where: 'probe',
    listed:
      family.context(point).level === 'nmi' ||
      (family.signature(point, profile).length > 0 &&
        [...variables.values()].every((v) => v.own === undefined)),
  };
}

/** A point in a module sees that module's types. */
function moduleTable(point: BoundPoint, profile: KernelProfile): TypeTable {
  const { module } = point.data;
  return (typeof module === 'string' ? profile.types(module) : undefined) ?? profile.types();
}

export function startOfVariable(node: TargetVariable, around: Surroundings): Outcome<Start> {
  const name = node.name.slice(1);
  const variable = around.variables.get(name);
  if (variable !== undefined) return found(startAt(variable, around));
  return missing('unknown-variable', node.span, ...noVariable(node.name, around));
}

export function startAt(variable: ContextVariable, around: Surroundings): Start {
  return {
    base: { kind: 'variable', variable },
    place: { type: variable.type, hops: [] },
    table: around.table,
  };
}

function noVariable(written: string, around: Surroundings): [string, string[]] {
  if (around.where === 'function') {
    return [
      `a function knows no "${written}": variables of the kernel belong to a probe point`,
      ['read it in the probe and hand it to the function as an argument'],
    ];
  }
  const names = [...around.variables.keys(), ...(around.entry?.keys() ?? [])].map((n) => `$${n}`);
  if (names.length === 0) return [`there is no "${written}": this probe point has no variables`, []];
  const few = [...new Set(names)].slice(0, 12).join(', ');
  return [
    `there is no "${written}" at this probe point`,
    [...didYouMean(written, names), `there are ${few}`],
  ];
}

export function startOfCast(node: Cast, around: Surroundings): Outcome<Start> {
  const named = castType(node.type, node.module, node.span, around.profile);
  if (!named.ok) return named;
  return found({
    base: { kind: 'expression', expr: node.operand },
    place: { type: named.value.type, hops: [] },
    table: named.value.table,
  });
}

export function startOfPointer(expr: Cast['operand'], type: CType, around: Surroundings): Start {
  return { base: { kind: 'expression', expr }, place: { type, hops: [] }, table: around.table };
}

/** `@var("name@file", "module")`; the file cannot be told from type information and is not looked at. */
export function startOfAtVar(node: AtVar, around: Surroundings): Outcome<Start> {
  const name = node.name.replace(/@.*$/, '');
  const local = around.variables.get(name);
  if (node.module === undefined && !node.name.includes('@') && local !== undefined) {
    return found(startAt(local, around));
  }
  const tables = tablesFor(node.module, node.span, around.profile);
  if (!tables.ok) return tables;
  for (const table of tables.value) {
    const variable = table.variable(name);
    if (variable === undefined) continue;
    if (!around.profile.exports(name)) {
      return missing('unreachable-symbol', node.span, `the kernel does not export "${name}" to modules`, [
        'only exported variables have an address that a module can link to',
      ]);
    }
    return found({
      base: { kind: 'symbol', symbol: name, percpu: variable.percpu },
      place: { type: variable.type, hops: [{ offset: 0, indices: [], text: '' }] },
      table,
    });
  }
  const known = tables.value.flatMap((t) => [...t.variableNames()]);
  return missing('unknown-symbol', node.span, `type information tells of no variable "${name}"`, [
    ...didYouMean(name, known),
    'it describes per-CPU variables and, in newer kernels, global ones',
  ]);
}
