/** Which per-CPU globals a body reads, and what printing reaches what: facts that need the functions it calls. */
import type { AnyNode } from '../1-parse/walk.ts';
import { children, isNode, walk } from '../1-parse/walk.ts';
import type { ProgramFunction } from '../2-resolve/program.ts';
import { additionOf } from '../3-analyze/additions.ts';
import type { Checked } from '../3-analyze/checked.ts';
import { isTree } from './effects.ts';
import type { GlobalTable } from './globals.ts';

type Calls = Pick<Checked, 'symbols' | 'overloadsOf' | 'isElided'>;

export class UsageTable {
  readonly #checked: Calls;
  readonly #globals: GlobalTable;
  readonly #reads = new Map<ProgramFunction, ReadonlySet<string>>();
  readonly #added = new Map<ProgramFunction, ReadonlySet<string>>();
  readonly #calls = new Map<ProgramFunction, ReadonlySet<ProgramFunction>>();

  constructor(checked: Calls, globals: GlobalTable) {
    this.#checked = checked;
    this.#globals = globals;
  }

  /** Functions that the trees call, and those that these call in turn. */
  functionsReachedFrom(roots: readonly object[]): ReadonlySet<ProgramFunction> {
    const reached = new Set<ProgramFunction>();
    const queue = roots.flatMap((root) => [...this.#calledFrom(root)]);
    for (let fn = queue.pop(); fn !== undefined; fn = queue.pop()) {
      if (reached.has(fn)) continue;
      reached.add(fn);
      queue.push(...this.#callees(fn));
    }
    return reached;
  }

  #callees(fn: ProgramFunction): ReadonlySet<ProgramFunction> {
    const known = this.#calls.get(fn);
    if (known !== undefined) return known;
    const found = this.#calledFrom(fn.item.body);
    this.#calls.set(fn, found);
    return found;
  }

  #calledFrom(root: object): Set<ProgramFunction> {
    const found = new Set<ProgramFunction>();
    walk(root, (node) => {
      if (this.#checked.isElided(node)) return false;
      if (isTree(node, 'call')) for (const fn of this.#checked.overloadsOf(node)) found.add(fn);
      return undefined;
    });
    return found;
  }

  /** Ids of the per-CPU globals whose merged value the trees, or functions they call, look at. */
  collectedBy(roots: readonly object[]): ReadonlySet<string> {
    if (!this.#globals.all.some((g) => g.percpu)) return new Set();
    const found = new Set<string>();
    for (const root of roots) this.#addReads(root, found);
    for (const fn of this.functionsReachedFrom(roots))
      for (const id of this.#functionReads(fn)) found.add(id);
    return found;
  }

  /** Ids of the per-CPU globals that a function, or one that it calls, adds to. */
  addedBy(fn: ProgramFunction): ReadonlySet<string> {
    const known = this.#added.get(fn);
    if (known !== undefined) return known;
    const found = new Set<string>();
    for (const reached of [fn, ...this.functionsReachedFrom([fn.item.body])]) {
      walk(reached.item.body, (node) => {
        const target = accumulated(node);
        const named = target !== undefined && isTree(target, 'index') ? target.base : target;
        const resolved = named === undefined ? undefined : this.#checked.symbols.get(named);
        if (resolved?.kind === 'global') found.add(this.#globals.info(resolved.global).id);
        return undefined;
      });
    }
    this.#added.set(fn, found);
    return found;
  }

  #functionReads(fn: ProgramFunction): ReadonlySet<string> {
    const known = this.#reads.get(fn);
    if (known !== undefined) return known;
    const found = new Set<string>();
    this.#addReads(fn.item.body, found);
    this.#reads.set(fn, found);
    return found;
  }

  #addReads(node: object, found: Set<string>): void {
    if (isNode(node) && this.#checked.isElided(node)) return;
    for (const child of children(node)) {
      if (isDiscarded(child, node)) this.#addDiscarded(child, found);
      else this.#addReads(child, found);
    }
    if ('kind' in node && node.kind === 'identifier') {
      const resolved = this.#checked.symbols.get(node);
      if (resolved?.kind === 'global') {
        const info = this.#globals.info(resolved.global);
        if (info.percpu) found.add(info.id);
      }
    }
  }

  /** What stands where its value is not used: the name of what it adds to is not read; its keys and the amount are. */
  #addDiscarded(node: AnyNode, found: Set<string>): void {
    if (this.#checked.isElided(node)) return;
    if (isTree(node, 'binary') && (node.op === '&&' || node.op === '||')) {
      this.#addReads(node.left, found);
      this.#addDiscarded(node.right, found);
      return;
    }
    const addition = isTree(node, 'assign') ? additionOf(node) : undefined;
    const target = accumulated(node);
    if (addition !== undefined && isTree(node, 'assign')) {
      for (const key of children(node.target)) this.#addKey(key, node.target, found);
      this.#addReads(addition.amount, found);
    } else if (target === undefined) this.#addReads(node, found);
    else {
      for (const child of children(node)) {
        if (child === target) for (const key of children(target)) this.#addKey(key, target, found);
        else this.#addReads(child, found);
      }
    }
  }

  #addKey(key: AnyNode, target: AnyNode, found: Set<string>): void {
    if ('base' in target && target.base === key) return;
    this.#addReads(key, found);
  }
}

/** A place where nobody asks for the value; a sample has none anywhere. */
function isDiscarded(child: AnyNode, parent: object): boolean {
  if (isTree(child, 'assign') && child.op === '<<<') return true;
  if (!isNode(parent)) return false;
  if (isTree(parent, 'for')) return child === parent.init || child === parent.step;
  return parent.kind === 'expr-statement';
}

/** The target of an addition. */
function accumulated(node: AnyNode): AnyNode | undefined {
  if (isTree(node, 'inc-dec')) return node.target;
  if (!isTree(node, 'assign')) return undefined;
  const adds = node.op === '<<<' || node.op === '+=' || node.op === '-=' || additionOf(node) !== undefined;
  return adds ? node.target : undefined;
}
