/** The C of a callback whose handler is light: it runs in a handful of instructions, and the whole handler only where it must. */
import type { FamilyHandler, FamilyLight } from './family.ts';

/** What a template reads of a handler; `light` false where the handler has none, the texts then empty. */
export interface LightView {
  readonly light: boolean;
  /** The whole handler is wanted too: `full` calls it. */
  readonly fallsBack: boolean;
  /** Statements of the callback, one tab deep. */
  readonly lightBody: string;
}

/** `call`: the arguments behind the row of the probe, `, regs`; `full`: a C call that runs the whole handler. */
export function lightView(handler: FamilyHandler, call: string, full: string): LightView {
  const { light } = handler;
  if (light === undefined) return { light: false, fallsBack: false, lightBody: '' };
  const lines = light.mayFail ? withFallback(handler, light, call, full) : alone(handler, light, call);
  return {
    light: true,
    fallsBack: light.mayFail,
    lightBody: lines.map((line) => (line === '' ? '' : `\t${line}`)).join('\n'),
  };
}

/** Names of the runtime that those bodies use. */
export function lightUses(handlers: readonly FamilyHandler[]): string[] {
  const lights = handlers.flatMap((h) => h.light ?? []);
  if (lights.length === 0) return [];
  return [
    ...['tapc_light_enter', 'tapc_light_hits', 'tapc_is_running', 'TAPC_LIGHTS'],
    ...(lights.some((l) => l.guarded) ? ['tapc_guard_take', 'tapc_guard_leave', 'tapc_light_skip'] : []),
  ];
}

function alone(handler: FamilyHandler, light: FamilyLight, call: string): string[] {
  const run = `${light.body}(${handler.index}${call});`;
  if (!light.pinned) return [`if (likely(tapc_light_enter(${handler.index})))`, `\t${run}`];
  const lines = light.guarded
    ? [
        `if (likely(tapc_light_enter(${handler.index}))) {`,
        '\tif (likely(tapc_guard_take(&guard))) {',
        `\t\t${run}`,
        '\t\ttapc_guard_leave(&guard);',
        '\t} else {',
        `\t\ttapc_light_skip(${handler.index}, TAPC_SKIP_RECURSION);`,
        '\t}',
        '}',
      ]
    : [`if (likely(tapc_light_enter(${handler.index})))`, `\t${run}`];
  const guard = light.guarded ? ['struct tapc_guard guard __uninitialized;'] : [];
  return [...guard, 'u64 began;', '', ...pinned(handler, lines)];
}

/** On this CPU, and with what it costs looked at now and then. */
function pinned(handler: FamilyHandler, lines: readonly string[]): string[] {
  return [
    'preempt_disable_notrace();',
    `began = tapc_cost_light(${handler.index});`,
    ...lines,
    `tapc_cost_lit(${handler.index}, began);`,
    'preempt_enable_notrace();',
  ];
}

/** The hit is counted where it is served: the whole handler counts for itself. */
function withFallback(handler: FamilyHandler, light: FamilyLight, call: string, full: string): string[] {
  const run = `${light.body}(${handler.index}${call})`;
  const count = `this_cpu_inc(tapc_light_hits.of[${handler.index}]);`;
  if (!light.guarded) {
    return [
      'u64 began;',
      '',
      ...pinned(handler, [
        `if (likely(tapc_is_running(${handler.index}))) {`,
        `\tif (likely(${run}))`,
        `\t\t${count}`,
        '\telse',
        `\t\t${full};`,
        '}',
      ]),
    ];
  }
  return [
    'struct tapc_guard guard __uninitialized;',
    'bool done = false;',
    'u64 began;',
    '',
    ...pinned(handler, [
      `if (likely(tapc_is_running(${handler.index}))) {`,
      '\tif (likely(tapc_guard_take(&guard))) {',
      `\t\tdone = ${run};`,
      '\t\ttapc_guard_leave(&guard);',
      '\t}',
      '\tif (likely(done))',
      `\t\t${count}`,
      '\telse',
      `\t\t${full};`,
      '}',
    ]),
  ];
}
