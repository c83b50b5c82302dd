/** What the module needs for function probes. */
import type { KernelProfile } from '../../kernel/profile.ts';
import type { BoundPoint, FamilyHandler, FamilyPlan, FamilyPlanRequest } from '../family.ts';
import { type LightView, lightUses, lightView } from '../light.ts';

/**
 * Up to so many functions of a wildcard are looked up one by one, which tells exactly which of them the kernel lets be
 * probed; more are left to ftrace's own matching, which takes the time of some forty look-ups however many there are.
 */
const LOOKED_UP = 40;

interface Mechanism {
  /** Function entries through ftrace_ops, with the arguments in registers. */
  readonly ftrace: boolean;
  /** They come only with all registers saved. */
  readonly wholeRegisters: boolean;
  /** They come with a copy of those registers alone that a call keeps. */
  readonly partRegisters: boolean;
  /** What their handlers get. */
  readonly entryRegisters: 'pt_regs' | 'ftrace_regs';
  readonly fprobe: boolean;
  /** Without fprobe: kretprobes stand on rethook (`runtime/return/by-rethook.c`). */
  readonly rethook: boolean;
  /** What an fprobe's handlers get. */
  readonly fprobeRegisters: 'pt_regs' | 'ftrace_regs';
  /** Most bytes that an fprobe carries from the entry to the return. */
  readonly fprobeBytes: number;
}

/** Which means of the kernel are there. */
function mechanismOf(profile: KernelProfile): Mechanism {
  const withArguments = profile.config('DYNAMIC_FTRACE_WITH_ARGS') === 'y';
  const withRegisters = profile.config('DYNAMIC_FTRACE_WITH_REGS') === 'y';
  const shadowStack = profile.has({ kind: 'member', type: 'struct fprobe', member: 'hlist_array' });
  const partRegisters = profile.has({ kind: 'member', type: 'struct __arch_ftrace_regs', member: 'pc' });
  // Without the way that is there now to make of them what handlers read.
  const unreadable = profile.has({ kind: 'member', type: 'struct ftrace_regs', member: 'pc' });
  const fprobe = !unreadable && profile.exports('register_fprobe_ips');
  return {
    ftrace: (withArguments || withRegisters) && !unreadable && profile.exports('register_ftrace_function'),
    wholeRegisters: !withArguments,
    partRegisters,
    entryRegisters: profile.has({ kind: 'type', name: 'struct ftrace_regs' }) ? 'ftrace_regs' : 'pt_regs',
    fprobe,
    rethook:
      !fprobe &&
      profile.has({ kind: 'member', type: 'struct kretprobe', member: 'rh' }) &&
      profile.has({ kind: 'function', name: 'kretprobe_rethook_handler', parameters: 3 }),
    fprobeRegisters: shadowStack ? 'ftrace_regs' : 'pt_regs',
    fprobeBytes: shadowStack ? 120 : 4096,
  };
}

/** How a function probe is attached, for `tapc explain`. */
export function attachment(point: BoundPoint, profile: KernelProfile): string {
  const { ftrace, fprobe, rethook } = mechanismOf(profile);
  if (point.data.isReturn === true) {
    return fprobe
      ? 'fprobe, else a kretprobe'
      : rethook
        ? 'ftrace and rethook, else a kretprobe'
        : 'kretprobe';
  }
  return ftrace ? 'ftrace, else a kprobe' : 'kprobe';
}

export function planFunctions(request: FamilyPlanRequest): FamilyPlan {
  const mechanism = mechanismOf(request.profile);
  const parts = request.handlers.flatMap(partsOf);
  const entries = parts.filter(({ handler }) => !isReturn(handler)).map((part) => entryRow(part, mechanism));
  const returns = parts
    .filter(({ handler }) => isReturn(handler))
    .map((part) => returnRow(part, mechanism, request));
  const shareable = entries.filter((row) => row.shareable);
  const many = shareable.length > OWN_OPS ? shareable : [];
  const targets = many.flatMap((row) => row.symbols.map((symbol) => ({ ...row, ...symbol })));
  const owned = entries.filter((row) => !many.includes(row));
  reportTooMany(targets.length, [...owned, ...returns], request);
  const hasEntries = owned.length > 0;
  const hasMany = many.length > 0;
  const hasReturns = returns.length > 0;
  const hasModules = [...owned, ...returns].some((row) => row.hasModule);
  const kinds = [
    ...(hasEntries ? [kind('tapc_functions', 'tapc_functions, ARRAY_SIZE(tapc_functions)')] : []),
    ...(hasMany ? [kind('tapc_many', '&tapc_many')] : []),
    ...(hasReturns ? [kind('tapc_returns', 'tapc_returns, ARRAY_SIZE(tapc_returns)')] : []),
  ];
  return {
    template: 'function.c.hbs',
    view: {
      entries: entries.map((row) => ({
        ...row,
        own: !hasMany || !row.shareable,
        ownSymbols: row.hasSymbols && !(hasMany && row.shareable),
      })),
      owned,
      many: targets,
      returns,
      hasEntries,
      hasMany,
      hasReturns,
      hasModules,
      manyFregs: many[0]?.fregs ?? '',
      manySaveRegisters: many.some((row) => row.saveRegisters),
      attachAll: hasModules ? 'tapc_function_attach_all' : 'tapc_function_attach',
      kinds,
      undone: [...kinds].reverse(),
      single: kinds.length === 1,
      several: kinds.length > 1,
    },
    declarations: [],
    uses: [
      ...lightUses(request.handlers),
      ...kinds.flatMap(({ names }) => names),
      ...(entries.some((row) => row.ftrace) ? ['tapc_ftrace_regs'] : []),
      ...(hasReturns ? ['tapc_kretprobe_ip'] : []),
      ...(returns.some((row) => row.fprobe) && mechanism.fprobeRegisters === 'ftrace_regs'
        ? ['tapc_ftrace_regs']
        : []),
      ...(hasModules ? ['register_module_notifier', 'unregister_module_notifier', 'DEFINE_MUTEX'] : []),
      ...(hasModules && hasEntries ? ['tapc_functions_follow'] : []),
      ...(hasModules && hasReturns ? ['tapc_returns_follow'] : []),
    ],
    attach: 'tapc_function_attach',
    detach: 'tapc_function_detach',
    missed: 'tapc_function_missed',
    refuses: true,
  };
}

/** More handlers than this share their ftrace_ops: each of their own takes long to be rid of. */
const OWN_OPS = 8;

/** C calls that attach, detach and count one kind of row. */
interface Kind {
  readonly names: readonly string[];
  readonly attach: string;
  readonly detach: string;
  readonly missed: string;
}

function kind(name: string, table: string): Kind {
  return {
    names: [`${name}_attach`, `${name}_detach`, `${name}_missed`],
    attach: `${name}_attach(${table})`,
    detach: `${name}_detach(${table})`,
    missed: `${name}_missed(${table}, probe)`,
  };
}

/** So many are attached in some ten seconds: by themselves, sharing their ops, as kretprobes of one handler. */
const MOST_ROWS = 1000;
const MOST_SHARED = 4000;
const MOST_KRETPROBES = 4000;

/** Reports what would keep the kernel busy for minutes. */
function reportTooMany(
  shared: number,
  others: readonly (EntryRow | ReturnRow)[],
  request: FamilyPlanRequest,
): void {
  const report = (count: number, most: number, what: string): void => {
    if (count <= most) return;
    const message = `${what}: ${count} are too many, ${most} the most`;
    request.diagnostics.error('too-many-functions', request.handlers[0]?.span, message, {
      hints: [
        'narrow the wildcard',
        'a handler that reads no $variable is attached to all its functions at once',
      ],
    });
  };
  const kretprobes = others.reduce(
    (sum, row) => sum + ('saved' in row && !row.fprobe ? row.symbols.length : 0),
    0,
  );
  report(shared, MOST_SHARED, 'each function is looked up by itself');
  report(others.length, MOST_ROWS, 'each handler is attached by itself');
  report(kretprobes, MOST_KRETPROBES, 'this kernel hooks returns one function at a time');
}

function isReturn(handler: FamilyHandler): boolean {
  return handler.points[0]?.data.isReturn === true;
}

/** The places of a handler that are in one module, or in the kernel: they come and go together. */
interface Part {
  /** Ends the names of what belongs to it. */
  readonly id: string;
  readonly handler: FamilyHandler;
  readonly points: readonly BoundPoint[];
  readonly module: string | null;
}

function partsOf(handler: FamilyHandler): readonly Part[] {
  const modules = new Map<string | null, BoundPoint[]>();
  for (const point of handler.points) {
    const module = typeof point.data.module === 'string' ? point.data.module : null;
    const known = modules.get(module);
    if (known === undefined) modules.set(module, [point]);
    else known.push(point);
  }
  return [...modules].map(([module, points], i) => {
    const id = i === 0 ? `${handler.index}` : `${handler.index}_${i + 1}`;
    return { id, handler, points, module };
  });
}

interface CommonRow extends LightView {
  /** The function that makes a `struct tapc_hit` and runs the whole handler: whether it is there, and as what. */
  readonly whole: boolean;
  readonly wholeName: string;
  readonly wholeLinkage: string;
  readonly id: string;
  readonly probe: number;
  readonly body: string;
  readonly enter: string;
  readonly leave: string;
  readonly arguments: string;
  /** The functions' names as string literals; empty where there is a pattern. */
  readonly symbols: readonly { readonly name: string }[];
  readonly hasSymbols: boolean;
  readonly hasPattern: boolean;
  readonly pattern: string | null;
  readonly hasModule: boolean;
  readonly module: string | null;
  /** All come from a wildcard, or may be missing: what the kernel refuses is left out. */
  readonly optional: boolean;
  /** The pattern also matches functions of modules, which are not meant. */
  readonly kernelOnly: boolean;
}

function commonRow(
  { id, handler, points, module }: Part,
  stem: 'function' | 'return',
  byPattern: boolean,
): CommonRow {
  const symbols = [...new Set(points.map(({ data }) => symbolText(data.symbol, module)))];
  const pattern =
    byPattern && module === null && symbols.length > LOOKED_UP ? commonPattern(points) : undefined;
  const call = handler.needsArguments ? ', regs' : '';
  const light = lightView(handler, {
    arguments: call,
    whole: `tapc_${stem}_whole_${id}(ip, regs)`,
    name: `tapc_${stem}_hit_${id}`,
    linkage: 'static __always_inline void ',
    parameters: ['unsigned long ip', 'struct pt_regs *regs'],
    passed: 'ip, regs',
  });
  return {
    ...light,
    whole: !light.light || light.fallsBack,
    wholeName: `tapc_${stem}_${light.light ? 'whole' : 'hit'}_${id}`,
    wholeLinkage: light.light ? 'noinline ' : '',
    id,
    probe: handler.index,
    body: handler.body,
    arguments: call,
    enter: handler.enter,
    leave: handler.leave,
    symbols: pattern === undefined ? symbols.map((symbol) => ({ name: JSON.stringify(symbol) })) : [],
    hasSymbols: pattern === undefined,
    hasPattern: pattern !== undefined,
    pattern: pattern === undefined ? null : JSON.stringify(pattern),
    hasModule: module !== null,
    module: module === null ? null : JSON.stringify(module),
    optional: handler.optional || points.every(({ data }) => data.optional === true),
    kernelOnly: pattern !== undefined,
  };
}

/** The pattern that all points came from, where ftrace can match it as we do. */
function commonPattern(points: readonly BoundPoint[]): string | undefined {
  const [pattern, ...others] = new Set(points.map(({ data }) => data.pattern));
  return typeof pattern === 'string' && others.length === 0 && !/[{\\]/.test(pattern) ? pattern : undefined;
}

/** As kallsyms finds it: a module's functions behind its name. */
function symbolText(symbol: unknown, module: string | null): string {
  return module !== null ? `${module}:${symbol}` : String(symbol);
}

interface EntryRow extends CommonRow {
  /** Could share its ops with others: functions of the kernel by name, which ftrace may patch. */
  readonly shareable: boolean;
  readonly ftrace: boolean;
  readonly fregs: string;
  readonly saveRegisters: boolean;
}

/** Whether the handler has to see all registers, or change what the function gets, where ftrace gives a copy of some. */
function needsMore({ partRegisters }: Mechanism, { needsWhole, writesRegisters }: FamilyHandler): boolean {
  return partRegisters && (needsWhole || writesRegisters);
}

function entryRow(part: Part, mechanism: Mechanism): EntryRow {
  const ftrace = mechanism.ftrace && !needsMore(mechanism, part.handler);
  const common = commonRow(part, 'function', ftrace);
  return {
    ...common,
    shareable: ftrace && common.hasSymbols && !common.hasModule,
    ftrace,
    fregs: `struct ${mechanism.entryRegisters}`,
    saveRegisters:
      ftrace && !mechanism.partRegisters && (mechanism.wholeRegisters || part.handler.needsRegisters),
  };
}

interface ReturnRow extends CommonRow {
  readonly fprobe: boolean;
  readonly rethook: boolean;
  readonly fregs: string;
  /** C expression of `struct pt_regs *` over `fregs`. */
  readonly regs: string;
  readonly hasEntry: boolean;
  readonly entry: string;
  /** `struct tapc_saved_2` */
  readonly saved: string;
  readonly hasMaxactive: boolean;
  readonly maxactive: number | null;
}

function returnRow(part: Part, mechanism: Mechanism, request: FamilyPlanRequest): ReturnRow {
  const { handler } = part;
  const { entry } = handler;
  const bytes = entry?.bytes ?? 0;
  if (bytes > KRETPROBE_BYTES) {
    request.diagnostics.error(
      'entry-values-too-large',
      handler.span,
      `a return probe can carry ${KRETPROBE_BYTES} bytes of @entry values; this one needs ${bytes}`,
    );
  }
  const fprobe = mechanism.fprobe && bytes <= mechanism.fprobeBytes && !needsMore(mechanism, handler);
  const limit = handler.points[0]?.data.maxactive;
  return {
    ...commonRow(part, 'return', fprobe),
    fprobe,
    rethook: mechanism.rethook,
    fregs: `struct ${mechanism.fprobeRegisters}`,
    regs: mechanism.fprobeRegisters === 'pt_regs' ? 'fregs' : 'tapc_ftrace_regs(fregs)',
    hasEntry: entry !== undefined,
    entry: entry?.body ?? '',
    saved: entry?.saved ?? '',
    hasMaxactive: typeof limit === 'number',
    maxactive: typeof limit === 'number' ? limit : null,
  };
}

/** What the kernel lets a kretprobe carry. */
const KRETPROBE_BYTES = 4096;
