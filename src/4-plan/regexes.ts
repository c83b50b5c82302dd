/** Tables of regular expressions, named once however often a pattern is used. */
import type { RegexMatch } from '../1-parse/ast.ts';
import { walk } from '../1-parse/walk.ts';
import type { Checked } from '../3-analyze/checked.ts';
import { placesOf } from '../3-analyze/regexes.ts';
import { type CompiledRegex, FRESH, type TaggedStep, type Tagger } from '../regex/index.ts';
import { isTree } from './effects.ts';
import type { PlanRegex, PlanRegexStep, PlanTagger } from './plan.ts';

export class RegexTable {
  readonly #checked: Pick<Checked, 'regexOf'>;
  readonly #byPattern = new Map<string, PlanRegex>();
  /** Numbers that a match with groups works on, for the largest pattern of the script; 0 where nothing asks for groups. */
  readonly places: number;

  constructor(checked: Pick<Checked, 'regexOf' | 'functions' | 'probes'>) {
    this.#checked = checked;
    const roots = [
      ...[...checked.functions.keys()].map((fn) => fn.item.body),
      ...checked.probes.flatMap(({ probe }) => [...probe.blocks, ...probe.conditions]),
    ];
    let places = 0;
    for (const root of roots) {
      walk(root, (node) => {
        const regex = isTree(node, 'regex-match') ? checked.regexOf(node) : undefined;
        if (regex !== undefined) places = Math.max(places, placesOf(regex));
        return undefined;
      });
    }
    this.places = places;
  }

  /** The table of a match. */
  of(node: RegexMatch): PlanRegex {
    const compiled = this.#checked.regexOf(node);
    if (compiled === undefined) throw new Error(`the pattern ${node.pattern.value} was not compiled`);
    const known = this.#byPattern.get(compiled.pattern);
    if (known !== undefined) return known;
    const made = planRegex(`regex_${this.#byPattern.size + 1}`, compiled);
    this.#byPattern.set(compiled.pattern, made);
    return made;
  }

  get all(): readonly PlanRegex[] {
    return [...this.#byPattern.values()];
  }
}

function planRegex(name: string, { pattern, classes, machine, groups }: CompiledRegex): PlanRegex {
  const common = { name, pattern, classes: [...classes.of] };
  if (machine.kind === 'tester') {
    return { ...common, machine: { kind: 'tester', first: machine.first, next: machine.next } };
  }
  return { ...common, machine: planTagger(machine, groups) };
}

function planTagger(machine: Tagger, groups: number): PlanTagger {
  const moves: { from: number | 'fresh'; tags: string }[] = [];
  const starts = new Map<string, number>();
  const plan = (step: TaggedStep): PlanRegexStep => {
    const list = step.moves.map(({ from, tags }) => ({
      from: from === FRESH ? ('fresh' as const) : from,
      tags: `0x${tags.toString(16)}`,
    }));
    const key = JSON.stringify(list);
    const start = list.length === 0 ? 0 : (starts.get(key) ?? moves.length);
    if (start === moves.length) moves.push(...list);
    starts.set(key, start);
    return { next: step.next, moves: start };
  };
  return {
    kind: 'tagger',
    first: plan(machine.first),
    steps: machine.steps.map((row) => row.map(plan)),
    moves,
    threads: machine.threads,
    matched: machine.matched.map((thread) => thread + 1),
    tags: 2 * groups,
  };
}
