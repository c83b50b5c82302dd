/** The C of a callback whose handler is light: it runs in a handful of instructions, and the whole handler only where it must. */
import { functionHead } from './c-text.ts';
import type { FamilyHandler, FamilyLight } from './family.ts';

/** What a template reads of a handler; `light` false where the handler has none, the text then empty. */
export interface LightView {
  readonly light: boolean;
  /** The whole handler is wanted too. */
  readonly fallsBack: boolean;
  /** The callback, and the functions that only it calls. */
  readonly lightCode: string;
}

/** The C around a light handler that its family decides. */
export interface LightFrame {
  /** Arguments behind the row of the probe: `, regs`. */
  readonly arguments: string;
  /** A call that runs the whole handler. */
  readonly whole: string;
  /** The callback's name, `tapc_trace_2`, and what stands before it: `static void `. */
  readonly name: string;
  readonly linkage: string;
  /** Its parameters, and the arguments with which it hands them on. */
  readonly parameters: readonly string[];
  readonly passed: string;
}

export function lightView(handler: FamilyHandler, frame: LightFrame): LightView {
  const { light } = handler;
  if (light === undefined) return { light: false, fallsBack: false, lightCode: '' };
  const functions = light.pinned ? pinned(handler, light, frame) : [free(handler, light, frame)];
  return { light: true, fallsBack: light.mayFail, lightCode: functions.join('\n\n') };
}

/** Names of the runtime that those bodies use. */
export function lightUses(handlers: readonly FamilyHandler[]): string[] {
  const lights = handlers.flatMap((h) => h.light ?? []);
  if (lights.length === 0) return [];
  return [
    ...['tapc_light_enter', 'tapc_light_is_usual', 'tapc_light_hits', 'tapc_is_running', 'TAPC_LIGHTS'],
    ...(lights.some((l) => l.guarded) ? ['tapc_guard_take', 'tapc_guard_leave', 'tapc_light_skip'] : []),
  ];
}

/** Neither its CPU nor its cost matters: a few instructions. */
function free(handler: FamilyHandler, light: FamilyLight, frame: LightFrame): string {
  return printed(functionHead(`${frame.linkage}${frame.name}`, frame.parameters), [
    `if (likely(tapc_light_enter(${handler.index})))`,
    `\t${light.body}(${handler.index}${frame.arguments});`,
  ]);
}

/** The callback keeps to its CPU; what comes seldom, a hit that is timed or does not count, has a function of its own. */
function pinned(handler: FamilyHandler, light: FamilyLight, frame: LightFrame): string[] {
  const { index } = handler;
  const [serve, seldom] = [`${frame.name}_serve`, `${frame.name}_seldom`];
  const { parameters, passed } = frame;
  return [
    printed(functionHead(`static __always_inline void ${serve}`, parameters), serving(handler, light, frame)),
    `/* A hit that is timed, or comes while the script does not run. */\n${printed(
      functionHead(`static noinline void ${seldom}`, parameters),
      [
        `u64 began = tapc_cost_light(${index});`,
        '',
        `if (!tapc_is_running(${index}))`,
        '\treturn;',
        `${serve}(${passed});`,
        `tapc_cost_lit(${index}, began);`,
      ],
    )}`,
    printed(functionHead(`${frame.linkage}${frame.name}`, parameters), [
      'preempt_disable_notrace();',
      `if (likely(tapc_light_is_usual(${index})))`,
      `\t${serve}(${passed});`,
      'else',
      `\t${seldom}(${passed});`,
      'preempt_enable_notrace();',
    ]),
  ];
}

/** One that may fail is counted where it has not: the whole handler counts for itself. */
function serving(handler: FamilyHandler, light: FamilyLight, frame: LightFrame): string[] {
  const run = `${light.body}(${handler.index}${frame.arguments})`;
  const count = `this_cpu_inc(tapc_light_hits.of[${handler.index}]);`;
  if (!light.mayFail && !light.guarded) return [count, `${run};`];
  if (!light.mayFail) {
    return [
      'struct tapc_guard guard __uninitialized;',
      '',
      count,
      'if (unlikely(!tapc_guard_take(&guard))) {',
      `\ttapc_light_skip(${handler.index}, TAPC_SKIP_RECURSION);`,
      '\treturn;',
      '}',
      `${run};`,
      'tapc_guard_leave(&guard);',
    ];
  }
  const otherwise = ['else', `\t${frame.whole};`];
  if (!light.guarded) return [`if (likely(${run}))`, `\t${count}`, ...otherwise];
  return [
    'struct tapc_guard guard __uninitialized;',
    'bool done = false;',
    '',
    'if (likely(tapc_guard_take(&guard))) {',
    `\tdone = ${run};`,
    '\ttapc_guard_leave(&guard);',
    '}',
    'if (likely(done))',
    `\t${count}`,
    ...otherwise,
  ];
}

function printed(head: string, lines: readonly string[]): string {
  return [head, '{', ...lines.map((line) => (line === '' ? '' : `\t${line}`)), '}'].join('\n');
}
