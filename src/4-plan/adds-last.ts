/**
 * Additions that nobody reads meanwhile may come later. In a light handler they stand behind the addition to an array: it may fail,
 * and then nothing must have been done yet.
 */
import type { Step, Value } from './plan.ts';
import { isCounterAdd, isStatisticAdd, mapOfAddHere } from './spelling.ts';
import { addIdentifiersOfValue, walkValue } from './tree.ts';

/** The steps, with additions to numbers and statistics moved behind the array's where nothing between them matters to either. */
export function addsLast(steps: readonly Step[], variables: ReadonlySet<string>): readonly Step[] {
  const array = steps.findIndex((step) => calledBy(step, (name) => mapOfAddHere(name) !== undefined));
  if (array < 0) return steps;
  let first = array;
  while (first > 0 && isStraight(steps[first - 1])) first--;
  const moved: Step[] = [];
  const kept: Step[] = [];
  for (const step of steps.slice(first, array)) {
    if (!mayMove(step, variables)) kept.push(step);
    else {
      const comment = kept.at(-1);
      if (comment?.kind === 'source') kept.pop();
      if (comment?.kind === 'source') moved.push(comment);
      moved.push(step);
    }
  }
  if (moved.length === 0) return steps;
  // The look at the error belongs to the array.
  const behind = steps[array + 1]?.kind === 'check' ? array + 2 : array + 1;
  return [...steps.slice(0, first), ...kept, ...steps.slice(array, behind), ...moved, ...steps.slice(behind)];
}

function isStraight(step: Step | undefined): boolean {
  return step?.kind === 'source' || step?.kind === 'do' || step?.kind === 'set' || step?.kind === 'check';
}

function calledBy(step: Step, is: (name: string) => boolean): boolean {
  return step.kind === 'do' && step.value.kind === 'call' && is(step.value.name);
}

/** What is added changes by nothing that comes between: it is no variable of the body, and no call. */
function mayMove(step: Step, variables: ReadonlySet<string>): boolean {
  if (!calledBy(step, (name) => isCounterAdd(name) || isStatisticAdd(name))) return false;
  return (
    step.kind === 'do' &&
    step.value.kind === 'call' &&
    step.value.args.every((arg) => isStill(arg, variables))
  );
}

function isStill(value: Value, variables: ReadonlySet<string>): boolean {
  const used = new Set<string>();
  addIdentifiersOfValue(value, used);
  let calls = false;
  walkValue(value, (part) => {
    calls ||= part.kind === 'call';
  });
  return !calls && !used.has('frame') && ![...used].some((name) => variables.has(name));
}
