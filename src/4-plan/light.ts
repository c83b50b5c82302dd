/**
 * Light handlers: what they do needs no `struct tapc_hit`, whose making costs more than they do. They count, add to this CPU's part of
 * something, or print in place. Where one may fail (an array's key that is new), it has done nothing yet, and the whole handler is run.
 */
import { unreachable } from '../unreachable.ts';
import { call, HIT, name, not, unlikely } from './build.ts';
import type { Runtime } from './link/library.ts';
import type { PlanFunction, PlanHandler, PlanLight, Step, Value } from './plan.ts';
import { tidy } from './tidy.ts';
import { addIdentifiersOfValue, type IdentifierTable, valuesOf } from './tree.ts';

/** Each has a counter of its own on each CPU, where modules have little room. */
const MOST_LIGHTS = 64;

const DONE: Step = { kind: 'leave', to: { kind: 'return', value: name('true') } };
const UNDONE: Step = { kind: 'leave', to: { kind: 'return', value: name('false') } };

export interface LightInput {
  readonly functions: readonly PlanFunction[];
  readonly identifiers: IdentifierTable;
  readonly runtime: Runtime;
  /** Which keys of an array are texts, by its id. */
  readonly textKeys: (id: string) => readonly boolean[];
}

/** The handlers, with `light` where that is possible. */
export function addLights(handlers: readonly PlanHandler[], input: LightInput): PlanHandler[] {
  const calls = new CallTable(input);
  return handlers.map((handler) => {
    const light = handler.index < MOST_LIGHTS ? lightOf(handler, input.identifiers, calls) : undefined;
    return light === undefined ? handler : { ...handler, light };
  });
}

function lightOf(
  handler: PlanHandler,
  identifiers: IdentifierTable,
  calls: CallTable,
): PlanLight | undefined {
  if (handler.class === 'shared' || handler.entry !== undefined) return undefined;
  const writer = new LightWriter(new Set(handler.variables.map((v) => v.name)), calls);
  const rewritten = writer.rewrite(handler.steps);
  if (rewritten === undefined) return undefined;
  const { steps, variables } = tidy([...rewritten, DONE], handler.variables);
  const names = identifiers.of(steps);
  return {
    name: handler.body.replace('tapc_handler_', 'tapc_light_'),
    variables,
    steps,
    mayFail: writer.mayFail,
    pinned: names.some((n) => !/^(counter_\w+_add|true|false)$/.test(n) && calls.isKnown(n)),
    guarded: names.some((n) => calls.leaves(n)),
  };
}

/** Rewrites the steps of a handler so that they do without `hit`. */
class LightWriter {
  readonly #own: ReadonlySet<string>;
  readonly #calls: CallTable;
  /** Strings of the frame that need not be there: what stands for each as a key. */
  readonly #words = new Map<string, Value>();
  /** Something has been done that must not be done twice. */
  #done = false;
  mayFail = false;

  constructor(own: ReadonlySet<string>, calls: CallTable) {
    this.#own = own;
    this.#calls = calls;
  }

  /** Undefined where that cannot be. */
  rewrite(steps: readonly Step[]): Step[] | undefined {
    const made: Step[] = [];
    for (const step of steps) {
      const light = this.#step(step);
      if (light === undefined) return undefined;
      made.push(...light);
    }
    return made;
  }

  #step(step: Step): readonly Step[] | undefined {
    switch (step.kind) {
      case 'source':
      case 'label':
        return [step];
      case 'check':
        // Nothing that is left could have failed.
        return [];
      case 'leave':
        return step.to.kind === 'label' ? [step] : step.to.value === undefined ? [DONE] : undefined;
      case 'do':
        return this.#call(step.value);
      case 'set':
        // The frame is for strings, and those are taken from where they are.
        if (step.value.kind === 'call' && step.value.name === 'tapc_frame_push') return [];
        if (mentionsHit(step)) return undefined;
        if (step.target.kind !== 'name' || !this.#own.has(step.target.name)) this.#done = true;
        return [step];
      case 'print':
        if (step.mode !== 'place' || mentionsHit(step)) return undefined;
        this.#done = true;
        return [{ ...step, mode: 'light' }];
      case 'if': {
        if (step.condition.kind === 'unary' && isFrame(step.condition.operand)) return [];
        const body = mentionsHit(step) ? undefined : this.rewrite(step.body);
        const otherwise = body === undefined ? undefined : this.rewrite(step.else);
        return body === undefined || otherwise === undefined
          ? undefined
          : [{ ...step, body, else: otherwise }];
      }
      case 'loop':
      case 'break':
      case 'continue':
      case 'c':
        return undefined;
      default:
        return unreachable(step);
    }
  }

  #call(value: Value): readonly Step[] | undefined {
    if (value.kind === 'call') {
      if (value.name === 'tapc_frame_pop') return [];
      const [target] = value.args;
      const words = this.#calls.wordsOf(value.name);
      if (words !== undefined && target?.kind === 'name' && value.args.length === 1) {
        this.#words.set(target.name, call(words));
        return [];
      }
      if (value.name.startsWith('map_') && value.args[0] === HIT) return this.#add(value);
    }
    if (valueMentionsHit(value)) return undefined;
    this.#done = true;
    return [{ kind: 'do', value }];
  }

  #add(value: Extract<Value, { kind: 'call' }>): readonly Step[] | undefined {
    const [, id] = /^map_(\w+)_add_here$/.exec(value.name) ?? [];
    if (id === undefined || this.#done) return undefined;
    const isText = this.#calls.textKeys(id);
    const args: Value[] = [];
    for (const [i, arg] of value.args.slice(2).entries()) {
      const known = arg.kind === 'name' ? this.#words.get(arg.name) : undefined;
      if (known === undefined && (isText[i] === true || valueMentionsHit(arg))) return undefined;
      args.push(known ?? arg);
    }
    this.#done = true;
    this.mayFail = true;
    return [unlikely(not(call(`map_${id}_add_found`, ...args)), [UNDONE])];
  }
}

function isFrame(value: Value): boolean {
  return value.kind === 'name' && value.name === 'frame';
}

/** Or the frame, which is the hit's. */
function mentionsHit(step: Step): boolean {
  return valuesOf(step).some(valueMentionsHit);
}

function valueMentionsHit(value: Value): boolean {
  const found = new Set<string>();
  addIdentifiersOfValue(value, found);
  return found.has('hit') || found.has('frame');
}

/** Imports that are variables: using them calls nothing that could be probed. */
const VARIABLES = new Set([
  ...['__preempt_count', 'pcpu_hot', 'const_pcpu_hot', 'current_task', 'const_current_task'],
  ...['cpu_number', 'this_cpu_off', '__per_cpu_offset', 'numa_node', 'jiffies'],
]);

/** Reads what may not be there: the page fault can be probed. */
const READS_MEMORY = /^(tapc_(load|peek|fetch|store)|__get_(kernel|user)_nofault)/;

/** Embedded C that copies a text of at most 15 bytes, and the runtime's item that gives its words. */
const WORDS: ReadonlyMap<string, string> = new Map([['tapc_execname(result);', 'tapc_comm_words']]);

/** What the names in a body lead to. */
class CallTable {
  readonly #functions: ReadonlyMap<string, PlanFunction>;
  readonly #items: ReadonlyMap<string, readonly string[]>;
  readonly #imports: ReadonlyMap<string, readonly string[]>;
  readonly #identifiers: IdentifierTable;
  readonly #known = new Map<string, boolean>();
  readonly textKeys: LightInput['textKeys'];

  constructor({ functions, identifiers, runtime, textKeys }: LightInput) {
    this.textKeys = textKeys;
    this.#functions = new Map(functions.map((f) => [f.name, f]));
    this.#identifiers = identifiers;
    const items = new Map<string, string[]>();
    for (const item of runtime.files.flatMap((file) => file.items)) {
      for (const defined of item.defines) items.set(defined, [...(items.get(defined) ?? []), ...item.uses]);
    }
    this.#items = items;
    this.#imports = new Map(runtime.uses.map((use) => [use.name, use.imports]));
  }

  /** For a function of the tapset that does no more than copy a short text: what gives its words where they are. */
  wordsOf(name: string): string | undefined {
    const last = this.#functions.get(name)?.steps.at(-1);
    return last?.kind === 'c' ? WORDS.get(last.text) : undefined;
  }

  /** Whether it is more than a variable of the body. */
  isKnown(name: string): boolean {
    return (
      this.#functions.has(name) ||
      this.#items.has(name) ||
      /^(map|stat|counter|g)_/.test(name) ||
      name === 'record'
    );
  }

  /** Whether control may leave the module by it: then a probe may be hit by its own handler. */
  leaves(name: string): boolean {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    // A cycle leaves where something else in it does.
    this.#known.set(name, false);
    const imports = this.#imports.get(name) ?? [];
    const fn = this.#functions.get(name);
    const uses = fn === undefined ? (this.#items.get(name) ?? []) : this.#identifiers.of(fn.steps);
    const found =
      READS_MEMORY.test(name) ||
      imports.some((symbol) => !VARIABLES.has(symbol)) ||
      (fn?.steps.some((step) => step.kind === 'c' && READS_MEMORY.test(step.text)) ?? false) ||
      uses.some((used) => this.leaves(used));
    this.#known.set(name, found);
    return found;
  }
}
