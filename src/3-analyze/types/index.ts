/** Type inference over the whole program: one reading, then a check of every place where a value is needed. */
import type { Expr, TypeName } from '../../1-parse/ast.ts';
import type { Program, ProgramFunction, ProgramGlobal } from '../../2-resolve/program.ts';
import type { CType } from '../../kernel/btf/ctype.ts';
import type { Unit } from '../units.ts';
import { find, freshClass, setPointer, type TypeClass } from './classes.ts';
import { inferAs } from './exprs.ts';
import { Inference, type InferenceInput } from './infer.ts';
import { inferStatement } from './statements.ts';
import { checkUses } from './uses.ts';
import { type GlobalClasses, Variables } from './variables.ts';

/** What inference found. Where a type stayed open and nobody minds, it is a number. */
export interface Types {
  typeOf(expr: Expr): TypeName;
  /** What the value of an expression is known to point to. */
  pointerOf(expr: Expr): CType | 'several' | undefined;
  /** Adds to it. */
  learnPointer(expr: Expr, type: CType): void;
  global(global: ProgramGlobal): { readonly type: TypeName; readonly keys: readonly TypeName[] };
  function(fn: ProgramFunction): {
    readonly params: readonly TypeName[];
    readonly returns: TypeName | undefined;
  };
  /** Locals that are stored, with parameters. */
  locals(unit: Unit): ReadonlyMap<string, TypeName>;
}

export type InferTypesInput = Omit<InferenceInput, 'variables'>;

export function inferTypes(program: Program, units: readonly Unit[], given: InferTypesInput): Types {
  const variables = new Variables(program, units);
  const inf = new Inference({ ...given, variables });
  for (const unit of units) {
    inf.unit = unit;
    for (const condition of unit.conditions) inferAs(inf, condition, 'long', 'the condition of a probe');
    for (const statement of unit.body) inferStatement(inf, statement);
  }
  for (const action of inf.later) action();
  checkUses(inf, units);
  inf.forget();
  return resultOf(inf, variables);
}

function resultOf(inf: Inference, variables: Variables): Types {
  return {
    typeOf: (expr) => typeNamed(inf.exprs.get(expr)),
    pointerOf: (expr) => {
      const of = inf.exprs.get(expr);
      return of === undefined ? undefined : find(of).pointer;
    },
    learnPointer: (expr, type) => {
      const of = inf.exprs.get(expr);
      if (of !== undefined) setPointer(of, type);
    },
    global: (global) => {
      const classes = variables.globals.get(global);
      return { type: typeNamed(classes?.value), keys: keysOf(global, classes).map(typeNamed) };
    },
    function: (fn) => {
      const classes = variables.functions.get(fn);
      return {
        params: (classes?.params ?? []).map(typeNamed),
        returns: classes === undefined ? undefined : find(classes.returns).type,
      };
    },
    locals: (unit) =>
      new Map([...variables.locals(unit)].map(([name, of]): [string, TypeName] => [name, typeNamed(of)])),
  };
}

/** An array of which no element is used still has a key. */
function keysOf(global: ProgramGlobal, classes: GlobalClasses | undefined): readonly TypeClass[] {
  const declared = global.variable.size !== undefined || global.variable.wrap;
  return classes?.keys ?? (declared ? [freshClass()] : []);
}

function typeNamed(of: TypeClass | undefined): TypeName {
  return of === undefined ? 'long' : (find(of).type ?? 'long');
}
