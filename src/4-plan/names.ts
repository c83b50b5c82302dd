/**
 * What the C names of a module lead to: through items of the runtime and of rendered templates, whatever kernel they are for, and
 * through the functions of the script. Made once for a plan; everything that asks what some code comes to asks it.
 */
import type { ItemIndex, PlacedItem } from './link/library.ts';
import type { PlanFunction } from './plan.ts';
import type { IdentifierTable } from './tree.ts';

/** Whether some names, or what they lead to, are what was asked for. */
export type Leads = (names: Iterable<string>) => boolean;

export interface LeadsOptions {
  /** Names that are not followed. */
  readonly except?: ReadonlySet<string>;
}

export class NameIndex {
  readonly #items: ItemIndex;
  readonly #functions: ReadonlyMap<string, PlanFunction>;
  readonly #identifiers: IdentifierTable;

  constructor(items: ItemIndex, functions: readonly PlanFunction[], identifiers: IdentifierTable) {
    this.#items = items;
    this.#functions = new Map(functions.map((fn) => [fn.name, fn]));
    this.#identifiers = identifiers;
  }

  /** The items that define a name: one for each variant that there is. */
  itemsOf(name: string): readonly PlacedItem[] {
    return this.#items.get(name) ?? [];
  }

  /** The script's function of that C name. */
  functionOf(name: string): PlanFunction | undefined {
    return this.#functions.get(name);
  }

  /** Whether the module can define it: no variable of a body, and none of the kernel's names. */
  isDefined(name: string): boolean {
    return this.#items.has(name) || this.#functions.has(name);
  }

  /** The identifiers in what a name stands for, one step on; items of facilities that `follow` refuses have none. */
  *usesOf(name: string, follow: (facility: string) => boolean = () => true): Iterable<string> {
    for (const { file, item } of this.itemsOf(name)) if (follow(file.facility)) yield* item.uses;
    const fn = this.#functions.get(name);
    if (fn !== undefined) yield* this.#identifiers.of(fn.steps);
  }

  /** All names that some names lead to, themselves included. */
  closure(roots: Iterable<string>): ReadonlySet<string> {
    const names = new Set<string>();
    const queue = [...roots];
    for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
      if (names.has(name)) continue;
      names.add(name);
      queue.push(...this.usesOf(name));
    }
    return names;
  }

  /** A question that is asked of many bodies: what is found out for one holds for the others. */
  leadsTo(isEnd: (name: string) => boolean, { except = new Set() }: LeadsOptions = {}): Leads {
    const known = new Map<string, boolean>();
    const leads = (root: string): boolean => {
      const seen = new Set<string>();
      const queue = [root];
      for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
        if (seen.has(name) || except.has(name)) continue;
        seen.add(name);
        const before = known.get(name);
        if (before === true || (before === undefined && isEnd(name))) {
          known.set(root, true);
          return true;
        }
        if (before === undefined) queue.push(...this.usesOf(name));
      }
      // Nothing on the way does either.
      for (const name of seen) known.set(name, false);
      return false;
    };
    return (names) => {
      for (const name of names) if (known.get(name) ?? leads(name)) return true;
      return false;
    };
  }
}
