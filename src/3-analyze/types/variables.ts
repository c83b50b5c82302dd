/** The type classes of everything that has a name. */
import type { Span } from '../../1-parse/ast.ts';
import type { Program, ProgramFunction, ProgramGlobal } from '../../2-resolve/program.ts';
import type { Unit } from '../units.ts';
import { freshClass, type TypeClass } from './classes.ts';

export interface GlobalClasses {
  readonly global: ProgramGlobal;
  readonly value: TypeClass;
  /** One for each key; undefined until the first use shows how many there are. */
  keys: readonly TypeClass[] | undefined;
  /** Where `keys` was settled. */
  keysFrom: Span;
  firstUse: Span | undefined;
}

export interface FunctionClasses {
  readonly params: readonly TypeClass[];
  readonly returns: TypeClass;
}

export class Variables {
  readonly globals = new Map<ProgramGlobal, GlobalClasses>();
  readonly functions = new Map<ProgramFunction, FunctionClasses>();
  readonly #locals = new Map<Unit, Map<string, TypeClass>>();

  constructor(program: Program, units: readonly Unit[]) {
    for (const global of program.globals) this.globals.set(global, globalClasses(global));
    for (const unit of units) {
      const locals = new Map<string, TypeClass>();
      this.#locals.set(unit, locals);
      if (unit.kind === 'probe') continue;
      const classes = functionClasses(unit.fn);
      this.functions.set(unit.fn, classes);
      unit.fn.item.params.forEach((param, i) => {
        const own = classes.params[i];
        if (own !== undefined) locals.set(param.name, own);
      });
    }
  }

  local(unit: Unit, name: string): TypeClass {
    const locals = this.locals(unit);
    const known = locals.get(name);
    if (known !== undefined) return known;
    const fresh = freshClass();
    locals.set(name, fresh);
    return fresh;
  }

  locals(unit: Unit): Map<string, TypeClass> {
    const locals = this.#locals.get(unit);
    if (locals !== undefined) return locals;
    const fresh = new Map<string, TypeClass>();
    this.#locals.set(unit, fresh);
    return fresh;
  }
}

function globalClasses(global: ProgramGlobal): GlobalClasses {
  const { init, type, span } = global.variable;
  const value =
    init !== undefined
      ? freshClass(init.kind === 'number' ? 'long' : 'string', { span: init.span, why: 'its first value' })
      : type !== undefined
        ? freshClass(type, { span, why: 'its declaration' })
        : freshClass();
  return { global, value, keys: init === undefined ? undefined : [], keysFrom: span, firstUse: undefined };
}

function functionClasses(fn: ProgramFunction): FunctionClasses {
  const { params, type, span } = fn.item;
  return {
    params: params.map((p) => freshClass(p.type, { span: p.span, why: 'its declaration' })),
    returns: freshClass(type, { span, why: 'the declaration of the function' }),
  };
}
