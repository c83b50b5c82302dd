/** What the module needs for system calls: a row for each handler and call, found by the call's number. */
import type { BoundPoint, FamilyHandler, FamilyPlan, FamilyPlanRequest } from '../family.ts';

/** What a row runs: a handler, or what a handler of the return wants to know from the entry. */
interface Callback {
  readonly id: string;
  readonly probe: number;
  readonly body: string;
  readonly enter: string;
  readonly leave: string;
  readonly arguments: string;
  readonly hasEntry: boolean;
  readonly entry: string | null;
  readonly saved: string | null;
  readonly readsRegisters: boolean;
  readonly regs: string;
}

interface Row {
  /** Its place in the table, from 1. */
  readonly index: number;
  readonly callback: string;
  readonly point: string;
  /** The row that runs after it, 0 for none. */
  next: number;
}

/** First rows by number, as C initialisers. */
interface Numbers {
  readonly rows: readonly { readonly number: number; readonly row: number; readonly name: string }[];
  readonly any: number;
  readonly used: boolean;
}

export function planSyscalls({ handlers }: FamilyPlanRequest): FamilyPlan {
  const callbacks = handlers.map(callbackOf);
  const entering = new RowTable();
  const leaving = new RowTable();
  for (const handler of handlers) {
    const returns = handler.points.some(isReturn);
    for (const point of handler.points) {
      const row = { point, probe: handler.index };
      if (!returns) entering.add(row, `tapc_syscall_hit_${handler.index}`);
      else leaving.add(row, `tapc_syscall_hit_${handler.index}`);
      if (handler.entry !== undefined) entering.add(row, `tapc_syscall_call_${handler.index}`);
    }
  }
  const saved = callbacks.flatMap((c) =>
    c.saved === null ? [] : [{ saved: c.saved, member: `of_${c.id}` }],
  );
  return {
    template: 'syscall.c.hbs',
    view: {
      callbacks,
      tables: [tableView('enter', 'sys_enter', entering), tableView('exit', 'sys_exit', leaving)].filter(
        (table) => table.used,
      ),
      keeps: saved.length > 0,
      saved,
    },
    declarations: [],
    uses: [
      'tapc_syscall_dispatch',
      'tapc_tracepoints_attach',
      'tapc_tracepoints_detach',
      ...(entering.used ? ['tapc_syscall_entered'] : []),
      ...(handlers.some((h) => h.needsRegisters) ? ['tapc_syscall_registers'] : []),
      ...(leaving.used ? ['tapc_syscall_left'] : []),
      ...(saved.length > 0
        ? ['tapc_kept_attach', 'tapc_kept_detach', 'tapc_kept_claim', 'tapc_kept_find', 'tapc_kept_release']
        : []),
    ],
    attach: 'tapc_syscall_attach',
    detach: 'tapc_syscall_detach',
  };
}

function isReturn(point: BoundPoint): boolean {
  return point.data.isReturn === true;
}

function callbackOf(handler: FamilyHandler): Callback {
  return {
    id: `${handler.index}`,
    probe: handler.index,
    body: handler.body,
    enter: handler.enter,
    leave: handler.leave,
    arguments: handler.needsArguments ? ', call' : '',
    hasEntry: handler.entry !== undefined,
    entry: handler.entry?.body ?? null,
    saved: handler.entry?.saved ?? null,
    readsRegisters: handler.needsRegisters,
    regs: handler.needsRegisters ? '&regs' : 'NULL',
  };
}

/** Rows in the order in which they run; those of one number are a chain. */
class RowTable {
  readonly rows: Row[] = [];
  readonly #native = new Map<number, Row[]>();
  readonly #narrow = new Map<number, Row[]>();
  readonly #names = new Map<string, string>();
  readonly #any: Row[] = [];

  get used(): boolean {
    return this.rows.length > 0;
  }

  add({ point, probe }: { readonly point: BoundPoint; readonly probe: number }, callback: string): void {
    const { native, narrow, name } = point.data;
    // A row stands in one chain: the same handler has one for each width.
    const push = (chain: Row[]): void => {
      const row = {
        index: this.rows.length + 1,
        callback,
        point: JSON.stringify(point.text),
        next: 0,
        probe,
      };
      const last = chain.at(-1);
      if (last !== undefined) last.next = row.index;
      chain.push(row);
      this.rows.push(row);
    };
    const into = (map: Map<number, Row[]>, width: string, number: unknown): void => {
      if (typeof number !== 'number' || number < 0) return;
      const chain = map.get(number) ?? [];
      map.set(number, chain);
      this.#names.set(`${width}${number}`, String(name));
      push(chain);
    };
    // A call that programs of this width do not have: a row that nothing leads to.
    if (native === -1 && narrow === -1) push(name === '' ? this.#any : []);
    into(this.#native, 'native', native);
    into(this.#narrow, 'narrow', narrow);
  }

  native(): Numbers {
    return this.#numbers('native', this.#native);
  }

  narrow(): Numbers {
    return this.#numbers('narrow', this.#narrow);
  }

  /** The numbers that have rows in either width, in order. */
  wanted(): readonly { readonly number: number }[] {
    const numbers = new Set([...this.#native.keys(), ...this.#narrow.keys()]);
    return [...numbers].sort((a, b) => a - b).map((number) => ({ number }));
  }

  #numbers(width: string, map: ReadonlyMap<number, readonly Row[]>): Numbers {
    const rows = [...map].sort(([a], [b]) => a - b);
    return {
      rows: rows.map(([number, chain]) => ({
        number,
        row: chain[0]?.index ?? 0,
        name: this.#names.get(`${width}${number}`) ?? '',
      })),
      any: this.#any[0]?.index ?? 0,
      used: rows.length > 0,
    };
  }
}

function tableView(
  id: string,
  tracepoint: string,
  table: RowTable,
): Readonly<Record<string, unknown>> & { used: boolean } {
  const native = table.native();
  const narrow = table.narrow();
  const wanted = table.wanted();
  return {
    id,
    used: table.used,
    leaves: id === 'exit',
    tracepoint: JSON.stringify(tracepoint),
    point: JSON.stringify(`kernel.trace("raw_syscalls:${tracepoint}")`),
    rows: table.rows,
    wanted,
    hasWanted: wanted.length > 0,
    native: native.rows,
    hasNative: native.used,
    narrow: narrow.rows,
    hasNarrow: narrow.used,
    any: native.any,
    hasAny: native.any > 0,
  };
}
