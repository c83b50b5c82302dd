/** One C function in the making: its steps, variables and scratch. */
import { toLabel } from './build.ts';
import type { Exit, PlanFrame, PlanVariable, Step, Value } from './plan.ts';

/** What emitting a step means for the steps around it. */
export interface StepNature {
  /** It can set `hit->error`: something must look before the next effect. */
  readonly fails?: boolean;
  /** It writes nothing but temporaries, so that it may run although an error is waiting to be looked at. */
  readonly quiet?: boolean;
  /** It takes away what steps before it may have raised. */
  readonly mends?: boolean;
}

export const OUT = 'out';

/** Temporaries of each kind in use at some point of a body. */
export type TemporaryMark = Readonly<Record<TemporaryKind, number>>;

type TemporaryKind = 'number' | 'string' | 'size' | 'pointer' | 'entry' | 'index' | 'count' | 'histogram';

const NONE: TemporaryMark = {
  number: 0,
  string: 0,
  size: 0,
  pointer: 0,
  entry: 0,
  index: 0,
  count: 0,
  histogram: 0,
};

/** An entry that a `foreach` is at. */
export interface CurrentEntry {
  /** Id of the array. */
  readonly array: string;
  /** Local variables that have its keys. */
  readonly keys: readonly string[];
  /** C variable with its number. */
  readonly entry: Value;
}

export class Body {
  readonly #frameTag: string;
  readonly #variables = new Map<string, PlanVariable>();
  readonly #fields = new Map<string, PlanVariable>();
  readonly #labels = new Map<string, number>();
  readonly #catches: string[] = [];
  readonly #loops: (string | undefined)[] = [];
  readonly #entries: CurrentEntry[] = [];
  #steps: Step[] = [];
  #unchecked = false;
  #inUse: Record<TemporaryKind, number> = { ...NONE };

  constructor(frameTag: string) {
    this.#frameTag = frameTag;
  }

  /** Adds a step; an error that an earlier one may have raised is looked at first. */
  emit(step: Step, nature: StepNature = {}): void {
    if (nature.quiet !== true) this.check();
    this.#steps.push(step);
    if (nature.fails === true) this.#unchecked = true;
    if (nature.mends === true) this.#unchecked = false;
  }

  /** Leaves for the nearest `catch`, or the end, if something has failed. */
  check(): void {
    if (!this.#unchecked) return;
    this.#unchecked = false;
    this.#steps.push({ kind: 'check', to: this.failure });
  }

  /** The steps that `make` emits, all errors looked at. */
  block(make: () => void): Step[] {
    this.check();
    const outer = this.#steps;
    this.#steps = [];
    make();
    this.check();
    const inner = this.#steps;
    this.#steps = outer;
    return inner;
  }

  /** Where control goes after an error. */
  get failure(): Exit {
    return toLabel(this.#catches.at(-1) ?? OUT);
  }

  get inTry(): boolean {
    return this.#catches.length > 0;
  }

  /** Emits what `make` does with errors going to `label`. */
  catching(label: string, make: () => void): void {
    this.check();
    this.#catches.push(label);
    make();
    this.check();
    this.#catches.pop();
  }

  /** Emits what `make` does inside a loop; `label` is where `continue` goes if C's own does not do. */
  inLoop(label: string | undefined, make: () => void): void {
    this.#loops.push(label);
    make();
    this.#loops.pop();
  }

  /** Emits what `make` does for an entry of an array that stays what it is meanwhile. */
  atEntry(entry: CurrentEntry | undefined, make: () => void): void {
    if (entry !== undefined) this.#entries.push(entry);
    make();
    if (entry !== undefined) this.#entries.pop();
  }

  /** The number of the entry of these keys, where a walk has it in hand. */
  entryOf(array: string, keys: readonly string[]): Value | undefined {
    return this.#entries.findLast(
      (e) => e.array === array && e.keys.length === keys.length && e.keys.every((k, i) => k === keys[i]),
    )?.entry;
  }

  get continueLabel(): string | undefined {
    return this.#loops.at(-1);
  }

  /** A label that no other has: the name itself at first, then with a number. */
  label(stem: string): string {
    const count = (this.#labels.get(stem) ?? 0) + 1;
    this.#labels.set(stem, count);
    return count === 1 ? stem : `${stem}_${count}`;
  }

  mark(): TemporaryMark {
    return { ...this.#inUse };
  }

  /** Temporaries made since `mark` may be used again. */
  release(mark: TemporaryMark): void {
    this.#inUse = { ...mark };
  }

  /** A number that lives until its mark is released. */
  numberTemporary(): Value {
    return this.variable({ type: 's64 ', name: `t${++this.#inUse.number}`, suffix: '' });
  }

  /** A string of `TAPC_STRLEN` bytes that lives until its mark is released. */
  stringTemporary(): Value {
    return this.field({ type: 'char ', name: `s${++this.#inUse.string}`, suffix: '[TAPC_STRLEN]' });
  }

  /** The number of bytes of something. */
  sizeTemporary(): Value {
    return this.#named('size', 'unsigned int ', 'size');
  }

  /** Where a string is that belongs to something else. */
  pointerTemporary(): Value {
    return this.#named('pointer', 'const char *', 'text');
  }

  /** Number of an entry of an array. */
  entryTemporary(): Value {
    return this.#named('entry', 'u32 ', 'e');
  }

  /** How far a sorted walk is. */
  indexTemporary(): Value {
    return this.#named('index', 'unsigned int ', 'i');
  }

  /** How many entries a sorted walk has. */
  countTemporary(): Value {
    return this.#named('count', 'unsigned int ', 'n');
  }

  histogramTemporary(): Value {
    return this.#named('histogram', 'const struct tapc_histogram *', 'histogram');
  }

  #named(kind: TemporaryKind, type: string, stem: string): Value {
    const n = ++this.#inUse[kind];
    return this.variable({ type, name: n === 1 ? stem : `${stem}${n}`, suffix: '' });
  }

  /** A variable on the stack. */
  variable(variable: PlanVariable): Value {
    if (!this.#variables.has(variable.name)) this.#variables.set(variable.name, variable);
    return { kind: 'name', name: variable.name };
  }

  /** A field of the frame. */
  field(field: PlanVariable): Value {
    if (!this.#fields.has(field.name)) this.#fields.set(field.name, field);
    return { kind: 'name', name: `frame->${field.name}` };
  }

  get steps(): readonly Step[] {
    return this.#steps;
  }

  get variables(): readonly PlanVariable[] {
    return [...this.#variables.values()];
  }

  get frame(): PlanFrame | undefined {
    return this.#fields.size === 0 ? undefined : { tag: this.#frameTag, fields: [...this.#fields.values()] };
  }
}
