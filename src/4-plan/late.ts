/**
 * Hits that can wait. A shared handler that nests in another one of its CPU cannot take its locks; where all that it came with can be
 * kept, the hit runs when the outer handler is through, else it is counted.
 */
import type { CheckedProbe } from '../3-analyze/checked.ts';
import type { KernelProfile } from '../kernel/profile.ts';
import { call, HIT, name, run } from './build.ts';
import type { PlanHandler, PlanLate, Step, Value } from './plan.ts';
import type { Reach } from './reach.ts';
import { besideHandler, EXCLUSION } from './spelling.ts';

/** What is kept of each hit, arguments and entry values, has so many words at most. */
const MOST_ARGUMENTS = 12;

/** The handlers, with `late` where their hits can wait; exclusion is written accordingly in all of them. */
export function addLates(
  handlers: readonly PlanHandler[],
  probes: readonly CheckedProbe[],
  profile: KernelProfile,
  reach: Reach,
): PlanHandler[] {
  const lates = handlers.map((handler) => lateOf(handler, probes[handler.index], profile, reach));
  if (lates.every((late) => late === undefined)) return [...handlers];
  return handlers.map((handler, i) => {
    const late = lates[i];
    const refused =
      late === undefined
        ? call('tapc_skip', HIT, name('TAPC_SKIP_REENTRY'))
        : call(
            late.name,
            HIT,
            ...late.parameters.map((p) => name(p.name)),
            ...(late.saved === undefined ? [] : [name('saved')]),
          );
    const { entry } = handler;
    const skipped = call('tapc_skip', HIT, name('TAPC_SKIP_REENTRY'));
    return {
      ...handler,
      steps: withWaiting(handler.steps, refused),
      ...(late === undefined ? {} : { late }),
      ...(entry === undefined ? {} : { entry: { ...entry, steps: withWaiting(entry.steps, skipped) } }),
    };
  });
}

function lateOf(
  handler: PlanHandler,
  checked: CheckedProbe | undefined,
  profile: KernelProfile,
  reach: Reach,
): PlanLate | undefined {
  const [point] = checked?.probe.points ?? [];
  if (checked === undefined || point === undefined || checked.locks.length === 0) return undefined;
  const { family } = checked.probe;
  // Only where interrupts that cannot be turned off may hit does anything nest in exclusion.
  if (family.context(point).level !== 'nmi' || reach.needsMoment(handler.steps)) return undefined;
  const saved = handler.entry?.saved;
  const fields = saved?.fields ?? [];
  // Texts are too long to be kept.
  if (fields.some(({ suffix }) => suffix !== '')) return undefined;
  const takesArguments = handler.parameters.length > (saved === undefined ? 0 : 1);
  const parameters = takesArguments ? family.signature(point, profile) : [];
  if (parameters.length + fields.length > MOST_ARGUMENTS) return undefined;
  const kept = parameters.flatMap(({ name: own, declaration, kept: how }) =>
    how === undefined ? [] : [{ name: own, type: declaration.slice(0, -own.length).trim(), how }],
  );
  if (kept.length < parameters.length) return undefined;
  const { body } = handler;
  return {
    name: besideHandler(body, 'defer'),
    again: besideHandler(body, 'again'),
    parameters: kept,
    ...(saved === undefined ? {} : { saved }),
  };
}

/** Steps with the entering and leaving of exclusion replaced by those that let hits wait. */
function withWaiting(steps: readonly Step[], refused: Value): Step[] {
  return steps.map((step): Step => {
    switch (step.kind) {
      case 'if': {
        const entering = exclusion(step.condition);
        if (entering === undefined) {
          return { ...step, body: withWaiting(step.body, refused), else: withWaiting(step.else, refused) };
        }
        const condition: Value = {
          kind: 'unary',
          op: '!',
          operand: { ...entering, name: EXCLUSION.try },
        };
        return { ...step, condition, body: [run(refused), ...step.body] };
      }
      case 'loop':
        return { ...step, body: withWaiting(step.body, refused) };
      case 'do':
        return step.value.kind === 'call' && step.value.name === EXCLUSION.leave
          ? { ...step, value: { ...step.value, name: EXCLUSION.end } }
          : step;
      default:
        return step;
    }
  });
}

/** The entering of exclusion whose failure a condition asks for. */
function exclusion(condition: Value): Extract<Value, { kind: 'call' }> | undefined {
  if (condition.kind !== 'unary' || condition.op !== '!' || condition.operand.kind !== 'call')
    return undefined;
  return condition.operand.name === EXCLUSION.enter ? condition.operand : undefined;
}
