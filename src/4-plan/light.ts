/**
 * Light handlers: what they do needs no `struct tapc_hit`, whose making costs more than they do. They count, add to this CPU's part of
 * something, or print in place. Where one may fail (an array's key that is new), it has done nothing yet, and the whole handler is run.
 */
import type { CheckedProbe } from '../3-analyze/checked.ts';
import { unreachable } from '../unreachable.ts';
import { addsLast } from './adds-last.ts';
import { call, HIT, name, not, unlikely } from './build.ts';
import type { NameIndex } from './names.ts';
import type { PlanFunction, PlanHandler, PlanLight, Step, Value } from './plan.ts';
import type { Reach } from './reach.ts';
import {
  besideHandler,
  isCounterAdd,
  isGlobalVariable,
  isOfMap,
  mapAddFound,
  mapOfAddHere,
  SCRATCH,
} from './spelling.ts';
import { tidy } from './tidy.ts';
import { addIdentifiersOfValue, type IdentifierTable, valuesOf } from './tree.ts';

/** Each has a counter of its own on each CPU, where modules have little room. */
const MOST_LIGHTS = 64;

const DONE: Step = { kind: 'leave', to: { kind: 'return', value: name('true') } };
const UNDONE: Step = { kind: 'leave', to: { kind: 'return', value: name('false') } };

export interface LightInput {
  readonly identifiers: IdentifierTable;
  readonly names: NameIndex;
  readonly reach: Reach;
  readonly probes: readonly CheckedProbe[];
  /** Which keys of an array are texts, by its id. */
  readonly textKeys: (id: string) => readonly boolean[];
}

/** The handlers, with `light` where that is possible. */
export function addLights(handlers: readonly PlanHandler[], input: LightInput): PlanHandler[] {
  return handlers.map((handler) => {
    const light = handler.index < MOST_LIGHTS ? lightOf(handler, input) : undefined;
    return light === undefined ? handler : { ...handler, light };
  });
}

function lightOf(handler: PlanHandler, input: LightInput): PlanLight | undefined {
  const probe = input.probes[handler.index];
  if (probe === undefined || probe.class === 'shared' || handler.entry !== undefined) return undefined;
  if (input.reach.hasOwnC(probe)) return undefined;
  const own = new Set(handler.variables.map((v) => v.name));
  const writer = new LightWriter(own, input);
  const rewritten = writer.rewrite(addsLast(handler.steps, own));
  if (rewritten === undefined) return undefined;
  const { steps, variables } = tidy([...rewritten, DONE], handler.variables);
  const guarded = input.reach.leaves(steps);
  // A record, or what is more than a variable of the body; the add to a counter is one instruction.
  const pins = (used: string): boolean =>
    used === 'record' || ((isGlobalVariable(used) || input.names.isDefined(used)) && !isCounterAdd(used));
  return {
    name: besideHandler(handler.body, 'light'),
    variables,
    steps,
    mayFail: writer.mayFail,
    pinned: guarded || input.identifiers.of(steps).some(pins),
    guarded,
  };
}

/** Rewrites the steps of a handler so that they do without `hit`. */
class LightWriter {
  readonly #own: ReadonlySet<string>;
  readonly #input: LightInput;
  /** Strings of the frame that need not be there: what stands for each as a key. */
  readonly #words = new Map<string, Value>();
  /** Something has been done that must not be done twice. */
  #done = false;
  mayFail = false;

  constructor(own: ReadonlySet<string>, input: LightInput) {
    this.#own = own;
    this.#input = input;
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
        if (step.value.kind === 'call' && step.value.name === SCRATCH.push) return [];
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
      if (value.name === SCRATCH.pop) return [];
      const [target] = value.args;
      const words = wordsOf(this.#input.names.functionOf(value.name));
      if (words !== undefined && target?.kind === 'name' && value.args.length === 1) {
        this.#words.set(target.name, call(words));
        return [];
      }
      if (isOfMap(value.name) && value.args[0] === HIT) return this.#add(value);
    }
    if (valueMentionsHit(value)) return undefined;
    this.#done = true;
    return [{ kind: 'do', value }];
  }

  #add(value: Extract<Value, { kind: 'call' }>): readonly Step[] | undefined {
    const id = mapOfAddHere(value.name);
    if (id === undefined || this.#done) return undefined;
    const isText = this.#input.textKeys(id);
    const args: Value[] = [];
    for (const [i, arg] of value.args.slice(2).entries()) {
      const known = arg.kind === 'name' ? this.#words.get(arg.name) : undefined;
      if (known === undefined && (isText[i] === true || valueMentionsHit(arg))) return undefined;
      args.push(known ?? arg);
    }
    this.#done = true;
    this.mayFail = true;
    return [unlikely(not(call(mapAddFound(id), ...args)), [UNDONE])];
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

/** Embedded C that copies a text of at most 15 bytes, and the runtime's item that gives its words. */
const WORDS: ReadonlyMap<string, string> = new Map([['tapc_execname(result);', 'tapc_comm_words']]);

/** For a function of the tapset that does no more than copy a short text: what gives its words where they are. */
function wordsOf(fn: PlanFunction | undefined): string | undefined {
  const last = fn?.steps.at(-1);
  return last?.kind === 'c' ? WORDS.get(last.text) : undefined;
}
