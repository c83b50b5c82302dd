/** Which expressions and statements can be left out because nothing would be different without them. */
import type { Call, Expr, Statement } from '../1-parse/ast.ts';
import type { ProgramFunction, Symbols } from '../2-resolve/program.ts';
import { type CallGraph, overloadsOf } from './calls.ts';
import { printerNamed } from './formats/names.ts';
import { isPure } from './pragmas.ts';
import { type Elided, eachChild, isStatement, type Node } from './walk.ts';

/** Answers for one state of `elided`. */
export class Effects {
  readonly #symbols: Symbols;
  readonly #elided: Elided;
  /** Functions whose calls can be left out where the result is not used. */
  readonly #pure = new Set<ProgramFunction>();

  constructor(graph: CallGraph, symbols: Symbols, elided: Elided) {
    this.#symbols = symbols;
    this.#elided = elided;
    for (const group of graph.groups) {
      // A cycle may run out of nesting, which is an effect.
      const [only] = group;
      if (group.length !== 1 || only === undefined || graph.recursive.has(only)) continue;
      if (this.#isPureFunction(only)) this.#pure.add(only);
    }
  }

  isPure(fn: ProgramFunction): boolean {
    return this.#pure.has(fn);
  }

  /** True when evaluating `node` changes nothing but locals that are elided. */
  free(node: Node): boolean {
    if (this.#elided.has(node)) return true;
    return isStatement(node) ? this.#freeStatement(node) : this.#freeExpr(node);
  }

  #isPureFunction(fn: ProgramFunction): boolean {
    const body = fn.item.body;
    if (body.kind === 'embedded-c') return isPure(body.code);
    return this.#localOnly(body);
  }

  /** As `free`, but a function's own locals, its loops and returns are nobody else's business. */
  #localOnly(node: Node): boolean {
    if (this.#elided.has(node)) return true;
    switch (node.kind) {
      case 'while':
      case 'for':
      case 'next':
      case 'embedded-c':
        return false;
      case 'assign':
      case 'inc-dec':
      case 'delete':
        if (!this.#isLocal(node.target)) return false;
        break;
      case 'call':
        if (!this.#freeCall(node)) return false;
        break;
      case 'at-op':
        if (node.op === 'probewrite') return false;
        break;
      case 'embedded-c-expr':
        return isPure(node.code);
      default:
        break;
    }
    let local = true;
    eachChild(node, (child) => {
      local &&= this.#localOnly(child);
    });
    return local;
  }

  #isLocal(target: Expr): boolean {
    return target.kind === 'identifier' && this.#symbols.get(target)?.kind === 'local';
  }

  #freeStatement(statement: Statement): boolean {
    switch (statement.kind) {
      case 'empty':
        return true;
      case 'block':
      case 'if':
      case 'expr-statement':
        return this.#childrenFree(statement);
      case 'foreach':
        return this.#childrenFree(statement, [statement.value, ...statement.keys]);
      case 'try':
        return this.free(statement.body);
      case 'delete':
        return this.#elided.has(statement.target);
      case 'while':
      case 'for':
      case 'return':
      case 'embedded-c':
      case 'break':
      case 'continue':
      case 'next':
        return false;
    }
  }

  #childrenFree(node: Node, stored: readonly (Expr | undefined)[] = []): boolean {
    if (stored.some((s) => s !== undefined && !this.#elided.has(s))) return false;
    let free = true;
    eachChild(node, (child) => {
      free &&= this.free(child);
    });
    return free;
  }

  #freeExpr(expr: Expr): boolean {
    switch (expr.kind) {
      case 'assign':
        return this.#elided.has(expr.target) && this.free(expr.value);
      case 'inc-dec':
        return false;
      case 'call':
        return this.#freeCall(expr) && this.#childrenFree(expr);
      case 'at-op':
        return expr.op !== 'probewrite' && this.#childrenFree(expr);
      case 'embedded-c-expr':
        return isPure(expr.code);
      case 'number':
      case 'string':
      case 'identifier':
      case 'index':
      case 'unary':
      case 'binary':
      case 'ternary':
      case 'in':
      case 'regex-match':
      case 'stat-op':
      case 'target':
      case 'cast':
      case 'at-var':
      case 'autocast':
        return this.#childrenFree(expr);
    }
  }

  #freeCall(call: Call): boolean {
    if (this.#symbols.get(call)?.kind === 'builtin') return printerNamed(call.name)?.to === 'string';
    const overloads = overloadsOf(call, this.#symbols, this.#elided);
    return overloads.length > 0 && overloads.every((fn) => this.#pure.has(fn));
  }
}
