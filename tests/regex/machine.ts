/** Runs a table as runtime/regex does. */
import { type CompiledRegex, FRESH, type Move } from '../../src/regex/index.ts';

/** Where the groups begin and end, the whole match first; -1 where a group took no part. Undefined where nothing matches. */
export type Places = readonly number[] | undefined;

export function test({ machine, classes }: CompiledRegex, text: string): boolean {
  if (machine.kind !== 'tester') throw new Error('a table without groups is expected');
  let state = machine.first;
  for (let at = 0; state > 1; at++) state = machine.next[state]?.[classAt(classes, text, at)] ?? 0;
  return state === 1;
}

export function find({ machine, classes, groups }: CompiledRegex, text: string): Places {
  if (machine.kind !== 'tagger') throw new Error('a table with groups is expected');
  const nowhere = new Array<number>(2 * groups).fill(-1);
  const move = (old: readonly (readonly number[])[], moves: readonly Move[], here: number) =>
    moves.map(({ from, tags }) =>
      (from === FRESH ? nowhere : (old[from] ?? nowhere)).map((place, tag) =>
        (tags >> BigInt(tag)) & 1n ? here : place,
      ),
    );
  let threads = move([], machine.first.moves, 0);
  let state = machine.first.next;
  let best: Places;
  for (let at = 0; ; at++) {
    const matched = machine.matched[state] ?? -1;
    if (matched >= 0) best = threads[matched];
    const step = machine.steps[state]?.[classAt(classes, text, at)];
    if (state === 0 || at > text.length || step === undefined) return best;
    threads = move(threads, step.moves, at < text.length ? at + 1 : at);
    state = step.next;
  }
}

function classAt(classes: CompiledRegex['classes'], text: string, at: number): number {
  return classes.of[at < text.length ? text.charCodeAt(at) : 0] ?? 0;
}
