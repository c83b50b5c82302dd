/**
 * Light handlers: what they do needs no `struct tapc_hit`, whose making costs more than they do. They count, add to this CPU's part of
 * something, or print in place. Where one may fail (an array's key that is new), it has done nothing yet, and the whole handler is run.
 */
import { call, HIT, name, not, unlikely } from './build.ts';
import type { Runtime } from './link/library.ts';
import type { PlanFunction, PlanHandler, PlanLight, Step, Value } from './plan.ts';
import { addIdentifiersOfValue, type IdentifierTable, valuesOf } from './tree.ts';

/** Each has a counter of its own on each CPU, where modules have little room. */
const MOST_LIGHTS = 64;

const DONE: Step = { kind: 'leave', to: { kind: 'return', value: name('true') } };
const UNDONE: Step = { kind: 'leave', to: { kind: 'return', value: name('false') } };

export interface LightInput {
  readonly functions: readonly PlanFunction[];
  readonly identifiers: IdentifierTable;
  readonly runtime: Runtime;
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
  if (handler.class === 'shared' || handler.frame !== undefined || handler.entry !== undefined)
    return undefined;
  const writer = new LightWriter(new Set(handler.variables.map((v) => v.name)));
  const steps = writer.rewrite(handler.steps);
  if (steps === undefined) return undefined;
  const names = identifiers.of(steps);
  return {
    name: handler.body.replace('tapc_handler_', 'tapc_light_'),
    variables: handler.variables,
    steps: [...steps, DONE],
    mayFail: writer.mayFail,
    pinned: names.some((n) => !/^(counter_\w+_add|true|false)$/.test(n) && calls.isKnown(n)),
    guarded: names.some((n) => calls.leaves(n)),
  };
}

/** Rewrites the steps of a handler so that they do without `hit`. */
class LightWriter {
  readonly #own: ReadonlySet<string>;
  /** Something has been done that must not be done twice. */
  #done = false;
  mayFail = false;

  constructor(own: ReadonlySet<string>) {
    this.#own = own;
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
        if (mentionsHit(step)) return undefined;
        if (step.target.kind !== 'name' || !this.#own.has(step.target.name)) this.#done = true;
        return [step];
      case 'print':
        if (step.mode !== 'place' || mentionsHit(step)) return undefined;
        this.#done = true;
        return [{ ...step, mode: 'light' }];
      case 'if': {
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
    const adding = value.kind === 'call' ? /^(map_\w+_add)_here$/.exec(value.name) : null;
    if (value.kind === 'call' && adding !== null && value.args[0] === HIT) {
      const [, , ...rest] = value.args;
      if (this.#done || rest.some(valueMentionsHit)) return undefined;
      this.#done = true;
      this.mayFail = true;
      return [unlikely(not(call(`${adding[1]}_found`, ...rest)), [UNDONE])];
    }
    if (valueMentionsHit(value)) return undefined;
    this.#done = true;
    return [{ kind: 'do', value }];
  }
}

function mentionsHit(step: Step): boolean {
  return valuesOf(step).some(valueMentionsHit);
}

function valueMentionsHit(value: Value): boolean {
  const found = new Set<string>();
  addIdentifiersOfValue(value, found);
  return found.has('hit');
}

/** Imports that are variables: using them calls nothing that could be probed. */
const VARIABLES = new Set([
  ...['__preempt_count', 'pcpu_hot', 'const_pcpu_hot', 'current_task', 'const_current_task'],
  ...['cpu_number', 'this_cpu_off', '__per_cpu_offset', 'numa_node', 'jiffies'],
]);

/** Reads what may not be there: the page fault can be probed. */
const READS_MEMORY = /^(tapc_(load|peek|fetch|store)|__get_(kernel|user)_nofault)/;

/** What the names in a body lead to. */
class CallTable {
  readonly #functions: ReadonlyMap<string, PlanFunction>;
  readonly #items: ReadonlyMap<string, readonly string[]>;
  readonly #imports: ReadonlyMap<string, readonly string[]>;
  readonly #identifiers: IdentifierTable;
  readonly #known = new Map<string, boolean>();

  constructor({ functions, identifiers, runtime }: LightInput) {
    this.#functions = new Map(functions.map((f) => [f.name, f]));
    this.#identifiers = identifiers;
    const items = new Map<string, string[]>();
    for (const item of runtime.files.flatMap((file) => file.items)) {
      for (const defined of item.defines) items.set(defined, [...(items.get(defined) ?? []), ...item.uses]);
    }
    this.#items = items;
    this.#imports = new Map(runtime.uses.map((use) => [use.name, use.imports]));
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

function unreachable(value: never): never {
  throw new Error(`unknown ${JSON.stringify(value)}`);
}
