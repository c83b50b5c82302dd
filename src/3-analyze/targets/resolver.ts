/** Kernel values of one program: found, or reported. */
import type { AtOp, Autocast, Expr, TargetVariable } from '../../1-parse/ast.ts';
import type { CType } from '../../kernel/btf/ctype.ts';
import type { KernelProfile } from '../../kernel/profile.ts';
import type { ContextVariable } from '../../probes/family.ts';
import type { MemoryAccess } from '../checked.ts';
import type { Unit } from '../units.ts';
import { eachChild, type Node } from '../walk.ts';
import {
  type Start,
  type Surroundings,
  startAt,
  startOfAtVar,
  startOfCast,
  startOfPointer,
  startOfVariable,
  surroundings,
} from './base.ts';
import { listingOf, listingPieces } from './listings.ts';
import { found, isTarget, type Outcome, type TargetNode } from './outcome.ts';
import { type Place, step } from './place.ts';
import { prettyPieces } from './pretty.ts';
import { EntrySlots, needsRootOnly, rootOf } from './slots.ts';
import { readPlace } from './value.ts';

export interface ResolvedTarget {
  readonly access: MemoryAccess;
  /** C type of the value; undefined for texts. */
  readonly type: CType | undefined;
}

/** `$` opens one level of nesting, `$$` this many. */
const DEEP = 8;

export class TargetResolver {
  readonly #profile: KernelProfile;
  readonly #around = new Map<Unit, Surroundings>();
  readonly #slots = new Map<Unit, EntrySlots>();
  /** Nodes that stand for entry values, which no script text has. */
  readonly synthetic = new Map<TargetVariable, ResolvedTarget>();

  constructor(profile: KernelProfile) {
    this.#profile = profile;
  }

  around(unit: Unit): Surroundings {
    const known = this.#around.get(unit);
    if (known !== undefined) return known;
    const made = surroundings(unit, this.#profile);
    this.#around.set(unit, made);
    return made;
  }

  slots(unit: Unit): EntrySlots {
    const known = this.#slots.get(unit);
    if (known !== undefined) return known;
    const made = new EntrySlots();
    this.#slots.set(unit, made);
    return made;
  }

  entryValues(unit: Unit): readonly (AtOp | TargetVariable)[] {
    return this.#slots.get(unit)?.values ?? [];
  }

  /** Whether all kernel values in `expr` exist; nothing is reserved for them. */
  isDefined(expr: Expr, unit: Unit): boolean {
    let defined = true;
    const visit = (node: Node): void => {
      if (isTarget(node) && node.kind !== 'autocast') defined &&= this.#lookup(node, unit, undefined).ok;
      if (node.kind === 'at-op' && (node.op === 'const' || node.op === 'enum')) {
        const [name] = node.args;
        defined &&= name?.kind === 'string' && this.#profile.types().enumValue(name.value) !== undefined;
      }
      eachChild(node, visit);
    };
    visit(expr);
    return defined;
  }

  /** The way to a value. `atEntry` is set inside `@entry(…)`. */
  resolve(node: Exclude<TargetNode, Autocast>, unit: Unit, atEntry: boolean): Outcome<ResolvedTarget> {
    const around = this.around(unit);
    if (atEntry && around.entry !== undefined) {
      return this.#here(node, { ...around, variables: around.entry, entry: undefined });
    }
    return this.#lookup(node, unit, this.slots(unit));
  }

  resolveAutocast(node: Autocast, type: CType, unit: Unit): Outcome<ResolvedTarget> {
    const around = this.around(unit);
    return this.#finish(node, startOfPointer(node.operand, type, around));
  }

  #lookup(
    node: Exclude<TargetNode, Autocast>,
    unit: Unit,
    slots: EntrySlots | undefined,
  ): Outcome<ResolvedTarget> {
    const around = this.around(unit);
    const { entry } = around;
    if (node.kind !== 'target' || entry === undefined) return this.#here(node, around);
    if (listingOf(node.name, around) !== undefined) {
      return found(this.#listing(node, around, (v) => this.#baseAtReturn(v, around, slots)));
    }
    const name = node.name.slice(1);
    if (around.variables.has(name) || !entry.has(name)) return this.#here(node, around);
    return this.#saved(node, { ...around, variables: entry, entry: undefined }, slots);
  }

  /** A parameter, read in a return probe: what it led to at the entry. */
  #saved(
    node: TargetVariable,
    atEntry: Surroundings,
    slots: EntrySlots | undefined,
  ): Outcome<ResolvedTarget> {
    const rootOnly = needsRootOnly(node);
    const saved = rootOnly ? rootOf(node) : { ...node };
    const there = this.#here(saved, atEntry);
    if (!there.ok) return there;
    const slot = slots?.add(saved) ?? 0;
    const kept = slots?.values[slot];
    if (kept?.kind === 'target') this.synthetic.set(kept, there.value);
    const base = { kind: 'entry', slot } as const;
    const variable = atEntry.variables.get(node.name.slice(1));
    if (rootOnly && variable !== undefined) {
      return this.#finish(node, { ...startAt(variable, atEntry), base });
    }
    const { type } = there.value;
    return found({ access: { base, hops: [], type: there.value.access.type, user: false }, type });
  }

  #baseAtReturn(
    variable: ContextVariable,
    around: Surroundings,
    slots: EntrySlots | undefined,
  ): MemoryAccess['base'] {
    if (around.variables.get(variable.name) === variable || slots === undefined) {
      return { kind: 'variable', variable };
    }
    const node = slots.parameter(variable.name);
    const access = {
      base: { kind: 'variable', variable } as const,
      hops: [],
      type: variable.type,
      user: false,
    };
    const slot = slots.add(node);
    const kept = slots.values[slot];
    if (kept?.kind === 'target') this.synthetic.set(kept, { access, type: variable.type });
    return { kind: 'entry', slot };
  }

  #here(node: Exclude<TargetNode, Autocast>, around: Surroundings): Outcome<ResolvedTarget> {
    if (node.kind === 'target' && listingOf(node.name, around) !== undefined) {
      return found(this.#listing(node, around, (variable) => ({ kind: 'variable', variable })));
    }
    const start = startOf(node, around);
    return start.ok ? this.#finish(node, start.value) : start;
  }

  #listing(
    node: TargetVariable,
    around: Surroundings,
    baseOf: (variable: ContextVariable) => MemoryAccess['base'],
  ): ResolvedTarget {
    const pretty = listingPieces(listingOf(node.name, around) ?? [], baseOf, node.pretty, around);
    const access = {
      base: { kind: 'none' } as const,
      hops: [],
      type: { kind: 'void' } as const,
      pretty,
      user: false,
    };
    return { access, type: undefined };
  }

  #finish(node: TargetNode, start: Start): Outcome<ResolvedTarget> {
    let place: Place = start.place;
    for (const access of node.path) {
      const next = step(place, access, start.table);
      if (!next.ok) return next;
      place = next.value;
    }
    const { base } = start;
    if (node.pretty !== undefined) {
      const pretty = prettyPieces(base, place, node.pretty === '$' ? 1 : DEEP, start.table);
      return found({ access: { base, hops: [], type: place.type, pretty, user: false }, type: undefined });
    }
    const value = readPlace(place, node, start.table);
    if (!value.ok) return value;
    const { load, type } = value.value;
    const access = { base, hops: place.hops, type, user: false, ...(load === undefined ? {} : { load }) };
    const isText = base.kind === 'variable' && base.variable.text === true && place.hops.length === 0;
    return found({ access, type: isText ? undefined : type });
  }
}

function startOf(node: Exclude<TargetNode, Autocast>, around: Surroundings): Outcome<Start> {
  switch (node.kind) {
    case 'target':
      return startOfVariable(node, around);
    case 'cast':
      return startOfCast(node, around);
    case 'at-var':
      return startOfAtVar(node, around);
  }
}
