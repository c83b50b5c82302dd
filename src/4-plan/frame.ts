/** What stands before and after the steps of a body: its scratch. */
import type { Body } from './body.ts';
import { call, HIT, name, run, set, unary, unlikely } from './build.ts';
import type { PlanFrame, PlanVariable, Step } from './plan.ts';
import { isLocalName, SCRATCH } from './spelling.ts';
import { emptyString } from './variables.ts';

const FRAME = name('frame');

export interface FramePart {
  readonly frame?: PlanFrame;
  readonly variables: readonly PlanVariable[];
  /** Takes the frame and empties the script's strings; nothing where there is none. */
  readonly enter: readonly Step[];
  readonly leave: readonly Step[];
}

/** `refused`: steps for the case that there is no room. */
export function framePart(
  body: Body,
  refused: readonly Step[],
  filled: ReadonlySet<string> = new Set(),
): FramePart {
  const { frame } = body;
  if (frame === undefined) return { variables: [], enter: [], leave: [] };
  const strings = frame.fields.filter((f) => isLocalName(f.name) && !filled.has(f.name));
  return {
    frame,
    variables: [{ type: `struct ${frame.tag} *`, name: 'frame', suffix: '' }],
    enter: [
      set(FRAME, call(SCRATCH.push, HIT, { kind: 'c', text: 'sizeof(*frame)' })),
      unlikely(unary('!', FRAME), refused),
      ...strings.map((f) => emptyString(name(`frame->${f.name}`))),
    ],
    leave: [run(call(SCRATCH.pop, HIT, FRAME))],
  };
}
