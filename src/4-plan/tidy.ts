/** What lowering leaves behind and nobody would write: steps never reached, labels never used, variables never read. */
import { OUT } from './body.ts';
import { num } from './build.ts';
import type { Exit, PlanVariable, Step, Value } from './plan.ts';
import { addIdentifiersOfStep, addIdentifiersOfValue, blocksOf, walkSteps, walkValue } from './tree.ts';

export interface Tidied {
  readonly steps: readonly Step[];
  readonly variables: readonly PlanVariable[];
}

export interface Ending {
  /** Steps before the body; they return by themselves where there is nothing to do. */
  readonly prologue: readonly Step[];
  /** Steps behind the label `out`, on every way to the end. */
  readonly cleanup: readonly Step[];
  /** What the C function returns: nothing, or the variable `result`, or 0 where it fell through or failed. */
  readonly returns: boolean;
}

/** The whole of a function: body, cleanup, return. */
export function finish(
  body: readonly Step[],
  variables: readonly PlanVariable[],
  { prologue, cleanup, returns }: Ending,
): Tidied {
  const result: PlanVariable = { type: 's64 ', name: 'result', suffix: '', init: num(0) };
  let steps: readonly Step[];
  let all = variables;
  if (cleanup.length === 0) {
    const end: Exit = returns ? { kind: 'return', value: { kind: 'number', text: '0' } } : { kind: 'return' };
    const last: readonly Step[] = returns ? [{ kind: 'leave', to: end }] : [];
    steps = [...prologue, ...redirect(body, () => end), ...last];
  } else {
    const last: readonly Step[] = returns
      ? [{ kind: 'leave', to: { kind: 'return', value: { kind: 'name', name: 'result' } } }]
      : [];
    steps = [...prologue, ...throughResult(body), { kind: 'label', name: OUT }, ...cleanup, ...last];
    if (returns && !variables.some((v) => v.name === result.name)) all = [...variables, result];
  }
  return dropUnread(dropLastCheck(settle(steps)), all);
}

/** The steps without what cannot be reached and what nobody reads, and the variables that are left. */
export function tidy(steps: readonly Step[], variables: readonly PlanVariable[]): Tidied {
  return dropUnread(settle(steps), variables);
}

/** Nothing comes behind a last look at the error that a look could save from running. */
function dropLastCheck(steps: readonly Step[]): readonly Step[] {
  const last = steps.at(-1);
  const idle = last?.kind === 'check' && last.to.kind === 'return' && last.to.value === undefined;
  return idle ? steps.slice(0, -1) : steps;
}

/** Exits to the label `out` go where `to` says. */
function redirect(steps: readonly Step[], to: () => Exit): Step[] {
  return mapSteps(steps, (step) =>
    (step.kind === 'leave' || step.kind === 'check') && step.to.kind === 'label' && step.to.name === OUT
      ? [{ ...step, to: to() }]
      : [step],
  );
}

/** `return value` with something to do before: through the variable and the label. */
function throughResult(steps: readonly Step[]): Step[] {
  return mapSteps(steps, (step) => {
    if (step.kind !== 'leave' || step.to.kind !== 'return' || step.to.value === undefined) return [step];
    const target: Value = { kind: 'name', name: 'result' };
    const { value } = step.to;
    const done: Step = { kind: 'leave', to: { kind: 'label', name: OUT } };
    if (value.kind === 'name' && value.name === target.name) return [done];
    return [{ kind: 'set', target, op: '=', value }, done];
  });
}

function mapSteps(steps: readonly Step[], change: (step: Step) => readonly Step[]): Step[] {
  return steps.flatMap((step) => {
    if (step.kind === 'if') {
      return change({ ...step, body: mapSteps(step.body, change), else: mapSteps(step.else, change) });
    }
    if (step.kind === 'loop') return change({ ...step, body: mapSteps(step.body, change) });
    return change(step);
  });
}

/** Until nothing changes: what cannot be reached goes, then the labels that only it used. */
function settle(steps: readonly Step[]): readonly Step[] {
  let current = steps;
  for (let size = -1; size !== countSteps(current); ) {
    size = countSteps(current);
    current = dropLabels(dropUnreachable(current));
  }
  return current;
}

function countSteps(steps: readonly Step[]): number {
  let count = 0;
  walkSteps(steps, () => {
    count++;
  });
  return count;
}

function dropUnreachable(steps: readonly Step[]): Step[] {
  const kept: Step[] = [];
  let reachable = true;
  for (const step of steps) {
    if (step.kind === 'label') reachable = true;
    if (!reachable) continue;
    if (step.kind === 'if') {
      const body = dropUnreachable(step.body);
      const otherwise = dropUnreachable(step.else);
      if (body.length > 0 || otherwise.length > 0) kept.push(orient({ ...step, body, else: otherwise }));
      continue;
    }
    kept.push(step.kind === 'loop' ? { ...step, body: dropUnreachable(step.body) } : step);
    if (step.kind === 'leave' || step.kind === 'break' || step.kind === 'continue') reachable = false;
  }
  return kept;
}

/** An empty first branch is turned round. */
function orient(step: Extract<Step, { kind: 'if' }>): Step {
  if (step.body.length > 0) return step;
  return {
    ...step,
    condition: { kind: 'unary', op: '!', operand: step.condition },
    body: step.else,
    else: [],
  };
}

function dropLabels(steps: readonly Step[]): Step[] {
  const used = new Set<string>();
  const inC: string[] = [];
  const collect = (list: readonly Step[]): void => {
    list.forEach((step, i) => {
      const to = step.kind === 'leave' || step.kind === 'check' ? step.to : undefined;
      if (to?.kind === 'label' && !isNext(list, i, to.name)) used.add(to.name);
      if (step.kind === 'c') inC.push(step.text);
      for (const block of blocksOf(step)) collect(block);
    });
  };
  collect(steps);
  const isUsed = (label: string): boolean => used.has(label) || inC.some((c) => c.includes(`goto ${label}`));
  const drop = (list: readonly Step[]): Step[] =>
    list.flatMap((step, i): Step[] => {
      if (step.kind === 'label') return isUsed(step.name) ? [step] : [];
      const jumps = step.kind === 'leave' || step.kind === 'check';
      if (jumps && step.to.kind === 'label' && isNext(list, i, step.to.name)) return [];
      if (step.kind === 'if') return [{ ...step, body: drop(step.body), else: drop(step.else) }];
      if (step.kind === 'loop') return [{ ...step, body: drop(step.body) }];
      return [step];
    });
  return drop(steps);
}

/** Whether nothing but labels stands between step `i` and the label. */
function isNext(list: readonly Step[], i: number, label: string): boolean {
  for (let j = i + 1; j < list.length; j++) {
    const step = list[j];
    if (step?.kind !== 'label') return false;
    if (step.name === label) return true;
  }
  return false;
}

/** Until nothing changes: an assignment that goes may have been the only reader of another variable. */
function dropUnread(steps: readonly Step[], variables: readonly PlanVariable[]): Tidied {
  let current: Tidied = { steps, variables };
  for (;;) {
    const read = readNames(current.steps);
    const unread = new Set(current.variables.flatMap((v) => (read.has(v.name) ? [] : [v.name])));
    if (unread.size === 0) return current;
    current = {
      steps: dropAssignments(current.steps, unread),
      variables: current.variables.filter((v) => !unread.has(v.name)),
    };
  }
}

/** Assignments to variables that nobody reads; a call in one stays. */
function dropAssignments(steps: readonly Step[], unread: ReadonlySet<string>): Step[] {
  return mapStepsDeep(steps, (step) => {
    if (step.kind !== 'set' || step.target.kind !== 'name' || !unread.has(step.target.name)) return step;
    return hasCall(step.value) ? { kind: 'do', value: step.value } : undefined;
  });
}

/** Names in any other place than as the target of an assignment. */
function readNames(steps: readonly Step[]): Set<string> {
  const read = new Set<string>();
  walkSteps(steps, (step) => {
    if (step.kind === 'set' && step.target.kind === 'name') addIdentifiersOfValue(step.value, read);
    else addIdentifiersOfStep(step, read);
  });
  return read;
}

function hasCall(value: Value): boolean {
  let found = false;
  walkValue(value, (v) => {
    found ||= v.kind === 'call' || v.kind === 'c';
  });
  return found;
}

function mapStepsDeep(steps: readonly Step[], change: (step: Step) => Step | undefined): Step[] {
  return steps.flatMap((step): Step[] => {
    if (step.kind === 'if') {
      const inner = { ...step, body: mapStepsDeep(step.body, change), else: mapStepsDeep(step.else, change) };
      return inner.body.length === 0 && inner.else.length === 0 ? [] : [inner];
    }
    if (step.kind === 'loop') {
      const { init, step: next, condition, body } = step;
      const first = init === undefined ? undefined : change(init);
      const after = next === undefined ? undefined : change(next);
      return [
        {
          kind: 'loop',
          body: mapStepsDeep(body, change),
          ...(first === undefined ? {} : { init: first }),
          ...(condition === undefined ? {} : { condition }),
          ...(after === undefined ? {} : { step: after }),
        },
      ];
    }
    const changed = change(step);
    return changed === undefined ? [] : [changed];
  });
}
