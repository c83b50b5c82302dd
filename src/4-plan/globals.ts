/** The script's global variables: how each is kept, and what the bodies ask of it. */
import type { ForeachSort } from '../1-parse/ast.ts';
import type { ProgramGlobal } from '../2-resolve/program.ts';
import type { CheckedGlobal } from '../3-analyze/checked.ts';
import { num } from './build.ts';
import type { PlanOrder, Value } from './plan.ts';

export type OrderUse = Omit<PlanOrder, 'code'>;

/** What a global is in C. */
export type GlobalForm =
  /** `static s64 g_n;` */
  | 'number'
  /** The same, but every use is one load, store or step. */
  | 'atomic'
  /** `static char g_s[TAPC_STRLEN];` */
  | 'string'
  /** A number that is only added to: one per CPU. */
  | 'counter'
  /** A statistic of its own. */
  | 'statistic'
  | 'array';

export interface GlobalInfo {
  /** Unique C identifier, to be prefixed. */
  readonly id: string;
  readonly form: GlobalForm;
  readonly global: ProgramGlobal;
  readonly checked: CheckedGlobal;
  /** Kept per CPU, and merged by whoever reads. */
  readonly percpu: boolean;
}

export class GlobalTable {
  readonly #globals = new Map<ProgramGlobal, GlobalInfo>();
  readonly #sorts = new Map<string, Map<string, ForeachSort>>();
  readonly #orders: OrderUse[] = [];

  constructor(globals: ReadonlyMap<ProgramGlobal, CheckedGlobal>) {
    for (const [global, checked] of globals) {
      const percpu = checked.storage === 'percpu';
      this.#globals.set(global, { id: global.id, form: formOf(checked), global, checked, percpu });
    }
  }

  get all(): readonly GlobalInfo[] {
    return [...this.#globals.values()];
  }

  info(global: ProgramGlobal): GlobalInfo {
    const found = this.#globals.get(global);
    if (found === undefined) throw new Error(`analysis does not know the global ${global.id}`);
    return found;
  }

  /** Notes that an array is walked in this order. */
  useSort(id: string, sort: ForeachSort): void {
    const sorts = this.#sorts.get(id) ?? new Map<string, ForeachSort>();
    sorts.set(JSON.stringify(sort), sort);
    this.#sorts.set(id, sorts);
  }

  sorts(id: string): readonly ForeachSort[] {
    return [...(this.#sorts.get(id)?.values() ?? [])];
  }

  /** The order array of one sorted `foreach`; of one that may run inside itself, `nested`, there is one for each depth. */
  newOrder(id: string, nested: boolean): Value {
    const name = `order_${this.#orders.length + 1}`;
    this.#orders.push({ name, entries: `map_${id}_size`, nested });
    return { kind: 'name', name: nested ? `${name}[hit->nesting]` : name };
  }

  get orders(): readonly OrderUse[] {
    return this.#orders;
  }
}

function formOf(checked: CheckedGlobal): GlobalForm {
  if (checked.keys.length > 0) return 'array';
  if (checked.type === 'stats') return 'statistic';
  if (checked.type === 'string') return 'string';
  if (checked.storage === 'atomic') return 'atomic';
  return checked.storage === 'percpu' ? 'counter' : 'number';
}

/** Bits of the keys that a slice gives, key 1 lowest. */
export function givenKeys(keys: readonly unknown[]): Value {
  return num(keys.reduce<number>((bits, key, i) => (key === undefined ? bits : bits | (1 << i)), 0));
}
