/** What each family in use adds to the module. */
import type { Checked } from '../3-analyze/checked.ts';
import type { Diagnostics } from '../diagnostics/diagnostic.ts';
import type { FamilyHandler, FamilyLight, ProbeFamily } from '../probes/family.ts';
import type { Render } from './global-plans.ts';
import type { LoweredHandler } from './handler.ts';
import type { NameIndex } from './names.ts';
import type { PlanFamily, PlanHandler, PlanLight } from './plan.ts';
import type { Reach } from './reach.ts';
import { registerReaders, writesRegisters } from './registers.ts';
import { type IdentifierTable, withoutLiterals } from './tree.ts';

interface FamiliesInput {
  readonly lowered: readonly LoweredHandler[];
  readonly shared: readonly PlanHandler[];
  readonly identifiers: IdentifierTable;
  readonly names: NameIndex;
  readonly checked: Checked;
  readonly reach: Reach;
  readonly options: {
    readonly families: readonly ProbeFamily[];
    readonly render: Render;
    readonly defines: ReadonlyMap<string, string>;
  };
  readonly diagnostics: Diagnostics;
}

export interface PlannedFamilies {
  readonly plans: readonly PlanFamily[];
  /** Every C identifier in what they render. */
  readonly names: ReadonlySet<string>;
}

export function planFamilies(input: FamiliesInput): PlannedFamilies {
  const { checked, options, diagnostics } = input;
  const { profile } = checked.program;
  const names = new Set<string>();
  const readsSome = registerReaders(input.names, input.identifiers, 'some');
  const readsAny = registerReaders(input.names, input.identifiers, 'any');
  const registersOf = (handler: PlanHandler): Registers => {
    const bodies = handler.entry === undefined ? [handler] : [handler, handler.entry];
    return {
      needsRegisters: bodies.some(readsSome),
      needsWhole: bodies.some(readsAny),
      writesRegisters: writesRegisters(handler),
    };
  };
  const plans = options.families.flatMap((family): PlanFamily[] => {
    const handlers = input.shared
      .filter((_, i) => checked.probes[i]?.probe.family === family)
      .map((handler) => familyHandler(handler, input, registersOf(handler)));
    if (handlers.length === 0) return [];
    const runner = options.defines.has('STP_TIMING') ? 'tapc_timed_process' : 'tapc_process';
    const made = family.plan({ handlers, runner, profile, diagnostics });
    const template = `src/probes/${family.name}/${made.template}`;
    const code = options.render(template, made.view).trim();
    for (const word of withoutLiterals(code).match(/[A-Za-z_]\w*/g) ?? []) names.add(word);
    for (const name of made.uses) names.add(name);
    const { attach, detach, missed, opening, closing, declarations, refuses } = made;
    return [
      {
        name: family.name,
        template,
        view: made.view,
        code,
        declarations,
        refuses: refuses === true,
        ...(attach === undefined ? {} : { attach }),
        ...(detach === undefined ? {} : { detach }),
        ...(missed === undefined ? {} : { missed }),
        ...(opening === undefined ? {} : { opening }),
        ...(closing === undefined ? {} : { closing }),
      },
    ];
  });
  return { plans, names };
}

type Registers = Pick<FamilyHandler, 'needsRegisters' | 'needsWhole' | 'writesRegisters'>;

function familyHandler(handler: PlanHandler, input: FamiliesInput, registers: Registers): FamilyHandler {
  const { checked, lowered } = input;
  const around = input.reach.causesHits(handler.steps) ? 'tapc_guarded' : 'tapc_event';
  const probe = checked.probes[handler.index]?.probe;
  if (probe === undefined) throw new Error(`no probe ${handler.index}`);
  const { entry, light } = handler;
  return {
    index: handler.index,
    body: handler.body,
    points: probe.points,
    optional: probe.optional,
    needsArguments: lowered[handler.index]?.needsArguments ?? false,
    ...registers,
    enter: `${around}_enter`,
    leave: `${around}_leave`,
    span: probe.span,
    // Where every hit is timed, or what is skipped has a limit, each goes the whole way.
    ...(light === undefined ||
    input.options.defines.has('STP_TIMING') ||
    input.options.defines.has('MAXSKIPPED')
      ? {}
      : { light: familyLight(light) }),
    ...(entry === undefined
      ? {}
      : {
          entry: {
            body: entry.name,
            saved: `struct ${entry.saved.tag}`,
            bytes: savedBytes(entry.saved.fields),
          },
        }),
  };
}

function familyLight({ name, mayFail, pinned, guarded }: PlanLight): FamilyLight {
  return { body: name, mayFail, pinned, guarded };
}

/** An upper bound: strings are of the default length at most. */
function savedBytes(fields: readonly { readonly suffix: string }[]): number {
  return fields.reduce((sum, f) => sum + (f.suffix === '' ? 8 : 512), 0);
}
