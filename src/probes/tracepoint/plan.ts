/** What the module needs for tracepoint probes: callbacks by prototype, rows by tracepoint. */
import type { Parameter } from '../../kernel/types.ts';
import { functionHead } from '../c-text.ts';
import type { BoundPoint, FamilyHandler, FamilyPlan, FamilyPlanRequest } from '../family.ts';
import { type LightView, lightUses, lightView } from '../light.ts';
import { type DeclaredParameter, declareParameters } from './prototype.ts';

interface Callback extends LightView {
  /** The function that makes a `struct tapc_hit` and runs the whole handler: whether it is there, and its declaration. */
  readonly whole: boolean;
  readonly wholeHead: string;
  readonly id: string;
  readonly probe: number;
  readonly body: string;
  readonly enter: string;
  readonly leave: string;
  /** Its declaration, up to the body. */
  readonly head: string;
  /** `, a_prev` behind `&hit`. */
  readonly arguments: string;
}

interface Row {
  readonly callback: string;
  readonly probe: number;
  readonly name: string;
  readonly module: string | null;
  readonly point: string;
  readonly optional: boolean;
}

/** Plans all handlers; `paramsOf` gives the parameters of a point's tracepoint. */
export function planTracepoints(
  { handlers }: FamilyPlanRequest,
  paramsOf: (point: BoundPoint) => readonly Parameter[],
): FamilyPlan {
  const callbacks: Callback[] = [];
  const rows: Row[] = [];
  const forwards = new Set<string>();
  const words = new Set<number>();
  for (const handler of handlers) {
    const own = new Map<string, Callback>();
    for (const point of handler.points) {
      const declared = declareParameters(paramsOf(point));
      for (const { forward, bytes } of declared) {
        if (forward !== undefined) forwards.add(forward);
        if (bytes > 8) words.add(Math.ceil(bytes / 8));
      }
      // Without names, tracepoints of one class share a callback.
      const prototype = declared.map((p, i) => (handler.needsArguments ? p.declaration : unnamed(p, i)));
      const key = prototype.join();
      const callback = own.get(key) ?? makeCallback(handler, own.size, prototype, declared);
      own.set(key, callback);
      rows.push(makeRow(point, handler, callback));
    }
    callbacks.push(...own.values());
  }
  const kernel = rows.filter((row) => row.module === null);
  const modules = rows.filter((row) => row.module !== null);
  return {
    template: 'tracepoint.c.hbs',
    view: {
      callbacks,
      kernel,
      modules,
      hasKernel: kernel.length > 0,
      hasModules: modules.length > 0,
      onlyKernel: modules.length === 0,
      onlyModules: kernel.length === 0,
      both: kernel.length > 0 && modules.length > 0,
    },
    uses: [
      ...lightUses(handlers),
      'tracepoint_synchronize_unregister',
      ...(kernel.length > 0 ? ['tapc_tracepoints_attach', 'tapc_tracepoints_detach'] : []),
      ...(modules.length > 0
        ? [
            'tapc_module_tracepoints_notify',
            'register_tracepoint_module_notifier',
            'unregister_tracepoint_module_notifier',
          ]
        : []),
    ],
    declarations: [
      ...[...forwards].sort().map((type) => `${type};`),
      ...[...words].sort((a, b) => a - b).map((n) => `struct tapc_words_${n} { u64 words[${n}]; };`),
    ],
    attach: 'tapc_tracepoint_attach',
    detach: 'tapc_tracepoint_detach',
    refuses: true,
  };
}

/** A parameter that no body reads: its type keeps the prototype exact, its name is its place. */
function unnamed({ declaration, c }: DeclaredParameter, place: number): string {
  return `${declaration.slice(0, declaration.length - c.length)}unused${place + 1}`;
}

function makeCallback(
  handler: FamilyHandler,
  nth: number,
  prototype: readonly string[],
  declared: readonly DeclaredParameter[],
): Callback {
  const id = nth === 0 ? `${handler.index}` : `${handler.index}_${nth + 1}`;
  const call = handler.needsArguments ? declared.map(({ c }) => `, ${c}`).join('') : '';
  const names = declared.map(({ c }, i) => (handler.needsArguments ? c : `unused${i + 1}`));
  const parameters = ['void *data', ...prototype];
  const passed = ['data', ...names].join(', ');
  const light = lightView(handler, {
    arguments: call,
    whole: `tapc_trace_whole_${id}(${passed})`,
    name: `tapc_trace_${id}`,
    linkage: 'static void ',
    parameters,
    passed,
  });
  const head = functionHead(`static void tapc_trace_${id}`, parameters);
  const whole = functionHead(`static noinline void tapc_trace_whole_${id}`, parameters);
  return {
    ...light,
    whole: !light.light || light.fallsBack,
    wholeHead: light.light ? whole : head,
    id,
    probe: handler.index,
    body: handler.body,
    head,
    arguments: call,
    enter: handler.enter,
    leave: handler.leave,
  };
}

function makeRow(point: BoundPoint, handler: FamilyHandler, callback: Callback): Row {
  const { tracepoint, module } = point.data;
  return {
    callback: callback.id,
    probe: handler.index,
    name: JSON.stringify(tracepoint),
    module: typeof module === 'string' ? JSON.stringify(module) : null,
    point: JSON.stringify(point.text),
    optional: handler.optional,
  };
}
