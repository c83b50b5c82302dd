/** Phase 4: from checked trees to the plan of a module. */
import type { Block } from '../1-parse/ast.ts';
import type { Checked } from '../3-analyze/checked.ts';
import type { Diagnostics } from '../diagnostics/diagnostic.ts';
import type { ProbeFamily } from '../probes/family.ts';
import { checkContexts } from './contexts.ts';
import { EffectTable } from './effects.ts';
import { embeddedCode, HEADERS_FOR_EMBEDDED_C } from './embedded.ts';
import { planFamilies } from './families.ts';
import { FormatTable } from './formats.ts';
import { FunctionTable } from './function-table.ts';
import { planGlobals, planOrders, RENDERED, type Render, renderGlobals } from './global-plans.ts';
import { GlobalTable } from './globals.ts';
import { lowerHandler } from './handler.ts';
import { reportLacks } from './lacks.ts';
import { addLates } from './late.ts';
import { headerOf } from './layout.ts';
import { LIFE_TEMPLATE, lifeView, renderLife } from './life.ts';
import { addLights } from './light.ts';
import { indexWith, readRuntime } from './link/library.ts';
import { link } from './link/link.ts';
import { NameIndex } from './names.ts';
import { orderFunctions } from './order.ts';
import { planParameters, scratchSize } from './parameters.ts';
import { Places } from './places.ts';
import type { ModulePlan, PlanAssertion, PlanFormat, PlanFunction, PlanHandler, PlanRegex } from './plan.ts';
import { printsInPlace } from './prints.ts';
import { findReach } from './reach.ts';
import { RegexTable } from './regexes.ts';
import type { ModuleScope } from './scope.ts';
import { shareBodies } from './share.ts';
import { IdentifierTable, withoutLiterals } from './tree.ts';
import { UsageTable } from './usage.ts';

export interface PlanOptions {
  /** Name of the module: a C identifier. */
  readonly module: string;
  /** `-D` macros by name. */
  readonly defines: ReadonlyMap<string, string>;
  /** Of tapc, for the header of the C file. */
  readonly version: string;
  /** Display name of the script. */
  readonly script: string;
  /** All families, in the order in which they attach. */
  readonly families: readonly ProbeFamily[];
  /** Renders a template, named by its path from the root of the package. */
  readonly render: Render;
}

export { type ModulePlan, planJson } from './plan.ts';

export function plan(checked: Checked, options: PlanOptions, diagnostics: Diagnostics): ModulePlan {
  const { program } = checked;
  const { profile } = program;
  const assertions = new Map<string, PlanAssertion>();
  const members = new Map<string, PlanAssertion>();
  const { module, table } = moduleScope(checked, { assertions, members }, options.defines);
  const { identifiers } = module;
  const runtime = readRuntime();
  const functions = orderFunctions(
    [...checked.functions.keys()].map((fn) => table.of(fn)),
    identifiers,
  );
  const lowered = checked.probes.map((probe, i) => lowerHandler(module, probe, i, profile));
  const rendered = renderGlobals(module.globals, options.render);
  const renderedFiles = rendered.flatMap((r) => r.files);
  const items = indexWith(runtime, renderedFiles);
  const names = new NameIndex(items, functions, identifiers);
  const reach = findReach(checked, runtime.uses, names, identifiers);
  const bodies = shareBodies(
    lowered.map((l) => l.plan),
    checked.probes.map(({ probe }) => blockOrigin(probe.blocks)),
  );
  const shared = addLights(addLates(bodies, checked.probes, profile, reach), {
    identifiers,
    names,
    reach,
    probes: checked.probes,
    textKeys: (id) => {
      const info = module.globals.all.find((global) => global.id === id);
      return (info?.checked.keys ?? []).map((type) => type === 'string');
    },
  });
  const lates = shared.flatMap((h) => h.late ?? []);
  const families = planFamilies({
    lowered,
    shared,
    identifiers,
    names,
    reach,
    checked,
    options,
    diagnostics,
  });
  // What no family calls (a probe that never fires) is left out.
  const handlers = shared.map((h) => emittedOnly(h, families.names));
  checkContexts(checked.probes, handlers, identifiers, runtime.uses, names, diagnostics);
  const orders = planOrders(module.globals.orders, options.render);
  const script = baseName(options.script);
  const life = lifeView({
    handlers,
    families: families.plans,
    globals: rendered,
    orders: module.globals.orders,
    shows: [...statusParts(families.names, options.defines), ...(lates.length > 0 ? ['tapc_late_show'] : [])],
    memory: lates.length > 0 ? [{ create: 'tapc_late_create', destroy: 'tapc_late_destroy' }] : [],
    description: script,
  });
  const lifeCode = renderLife(life, options.render);
  const embeddedC = program.embeddedC.map((block) => embeddedCode(block.code));
  const used = bodyNames(functions, handlers, identifiers);
  const formats = module.formats.all.filter((format) => used.has(format.name));
  const regexes = module.regexes.all.filter((regex) => used.has(regex.name));
  const roots = new Set([
    ...words(lifeCode),
    ...families.names,
    ...used,
    ...formats.flatMap(formatNames),
    ...regexes.map(regexType),
    ...orders.flatMap((o) => words(o.code)),
    ...embeddedC.flatMap(words),
  ]);
  if ([...roots].some((name) => name.startsWith('lock_'))) roots.add('tapc_lock');
  if (lates.length > 0) roots.add('tapc_defer');
  const linked = link(
    runtime,
    items,
    roots,
    profile,
    new Set([
      ...options.defines.keys(),
      ...(lates.length > 0 ? ['TAPC_DEFERRAL'] : []),
      // No event of the kernel hits it.
      ...(families.plans.every(({ attach }) => attach === undefined) ? ['TAPC_ALONE'] : []),
    ]),
    {
      code: [lifeCode, ...families.plans.map(({ code }) => code), ...orders.map((o) => o.code), ...embeddedC],
      names: [...used, ...formats.flatMap(formatNames)],
    },
  );
  reportLacks({
    lacks: linked.lacks,
    probes: checked.probes,
    handlers,
    families: families.plans,
    identifiers,
    names,
    profile,
    diagnostics,
  });
  const nesting = Number(options.defines.get('MAXNESTING') ?? 10);
  const scratch = scratchSize(
    handlers,
    functions,
    nesting,
    linked.names.has('tapc_fail_string'),
    identifiers,
  );
  return {
    module: options.module,
    version: options.version,
    kernel: { release: profile.release, arch: profile.arch },
    script,
    parameters: planParameters(linked.names, options.defines, {
      script,
      probes: handlers.length,
      lateArguments: Math.max(
        1,
        ...lates.map((late) => late.parameters.length + (late.saved?.fields.length ?? 0)),
      ),
      // Handlers that share a body have a counter each.
      lights: 1 + shared.findLastIndex(({ light }) => light !== undefined && families.names.has(light.name)),
      scratch,
    }),
    embeddedC,
    globals: planGlobals(rendered, linked.parts, linked.names, module.places),
    orders,
    formats,
    regexes,
    functions: functions.filter((f) => linked.names.has(f.name)),
    handlers,
    families: families.plans,
    life: { template: LIFE_TEMPLATE, view: life, code: lifeCode },
    runtime: linked.parts.filter((part) => part.facility !== RENDERED),
    headers: [
      ...new Set([
        ...linked.headers,
        ...layoutHeaders(assertions.values()),
        ...(hasOwnC(checked, handlers) ? HEADERS_FOR_EMBEDDED_C : []),
      ]),
    ].sort(),
    imports: linked.imports,
    assertions: [...assertions.values()],
    members: [...members.values()],
  };
}

/** The handler with those of its bodies that some family calls, each with the first handler that has it. */
function emittedOnly({ light, ...handler }: PlanHandler, called: ReadonlySet<string>): PlanHandler {
  const emitBody = handler.emitBody && called.has(handler.body);
  const isLight = handler.emitBody && light !== undefined && called.has(light.name);
  return { ...handler, emitBody, ...(isLight ? { light } : {}) };
}

/** What adds lines to the status: functions of the runtime. */
function statusParts(names: ReadonlySet<string>, defines: ReadonlyMap<string, string>): string[] {
  const hasEvents = ['tapc_event_enter', 'tapc_guarded_enter', 'tapc_cost_light'].some((name) =>
    names.has(name),
  );
  return [
    ...(hasEvents && !defines.has('STP_NO_OVERLOAD') ? ['tapc_spendings_show'] : []),
    ...(defines.has('STP_TIMING') ? ['tapc_time_show'] : []),
  ];
}

/** Where the blocks of a handler stand in the script. */
function blockOrigin(blocks: readonly Block[]): string {
  return blocks.map(({ span }) => `${span.file}:${span.start}`).join(' ');
}

/** Whether the user wrote C of their own. */
function hasOwnC(checked: Checked, handlers: readonly PlanHandler[]): boolean {
  if (checked.program.embeddedC.length > 0) return true;
  for (const { item, trusted } of checked.functions.keys()) {
    if (!trusted && item.body.kind === 'embedded-c') return true;
  }
  return handlers.some((h) => h.emitBody && h.steps.some((step) => step.kind === 'c'));
}

function layoutHeaders(assertions: Iterable<PlanAssertion>): string[] {
  return [...assertions].flatMap((a) => headerOf(a.type) ?? []);
}

/** C identifiers of some code. */
function words(code: string): readonly string[] {
  return withoutLiterals(code).match(/[A-Za-z_]\w*/g) ?? [];
}

function moduleScope(
  checked: Checked,
  layouts: { readonly assertions: Map<string, PlanAssertion>; readonly members: Map<string, PlanAssertion> },
  defines: PlanOptions['defines'],
): { module: ModuleScope; table: FunctionTable } {
  const { assertions, members } = layouts;
  const globals = new GlobalTable(checked.globals);
  const usage = new UsageTable(checked, globals);
  const module: ModuleScope = {
    checked,
    globals,
    usage,
    takesHit: (fn) => table.takesHit(fn),
    takesWhere: (fn) => table.takesWhere(fn),
    effects: new EffectTable(checked.symbols),
    places: new Places(checked.program.sources),
    formats: new FormatTable(),
    regexes: new RegexTable(checked),
    identifiers: new IdentifierTable(),
    printsInPlace: printsInPlace(checked, usage),
    makesStrings: Number(defines.get('MAXSTRINGLEN') ?? 512) <= 4096 && !defines.has('TAPC_BUFFER'),
    assertLayout: (type, member, offset) => {
      const layout = { type, member, offset };
      members.set(`${type} ${member}`, layout);
      if (headerOf(type) !== undefined) assertions.set(`${type} ${member}`, layout);
    },
  };
  const table = new FunctionTable(module);
  return { module, table };
}

function bodyNames(
  functions: readonly PlanFunction[],
  handlers: readonly PlanHandler[],
  identifiers: IdentifierTable,
): Set<string> {
  const names = new Set<string>();
  const bodies: Pick<PlanFunction, 'steps'>[] = [
    ...handlers.filter((h) => h.emitBody).flatMap((h) => [h, ...(h.entry === undefined ? [] : [h.entry])]),
    ...handlers.flatMap((h) => h.light ?? []),
  ];
  const reached = new Map(functions.map((f) => [f.name, f]));
  const queue: Pick<PlanFunction, 'steps'>[] = [...bodies];
  for (let body = queue.pop(); body !== undefined; body = queue.pop()) {
    for (const name of identifiers.of(body.steps)) {
      names.add(name);
      const fn = reached.get(name);
      if (fn === undefined) continue;
      reached.delete(name);
      queue.push(fn);
    }
  }
  return names;
}

/** What the table is made of. */
function regexType({ machine }: PlanRegex): string {
  return machine.kind === 'tester' ? 'tapc_regex' : 'tapc_regex_groups';
}

function formatNames(format: PlanFormat): string[] {
  return [
    'tapc_piece',
    ...format.pieces.flatMap((piece) =>
      piece.kind === 'text'
        ? ['TAPC_TEXT']
        : [
            piece.put,
            ...piece.flags,
            ...(piece.flags.length > 0 ? ['flags'] : []),
            ...(piece.precision === undefined ? [] : ['TAPC_PRECISION']),
            ...(piece.width === 'argument' || piece.precision === 'argument' ? ['TAPC_FROM_ARGUMENT'] : []),
          ],
    ),
  ];
}

function baseName(file: string): string {
  return file.slice(file.lastIndexOf('/') + 1);
}
