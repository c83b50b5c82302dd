/** What the module needs for function probes. */
import type { KernelProfile } from '../../kernel/profile.ts';
import type { BoundPoint, FamilyHandler, FamilyPlan, FamilyPlanRequest } from '../family.ts';

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
  readonly fprobe: boolean;
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
  return {
    ftrace:
      profile.arch === 'x86_64' &&
      (withArguments || withRegisters) &&
      profile.exports('register_ftrace_function'),
    wholeRegisters: !withArguments,
    fprobe: profile.arch === 'x86_64' && profile.exports('register_fprobe_ips'),
    fprobeRegisters: shadowStack ? 'ftrace_regs' : 'pt_regs',
    fprobeBytes: shadowStack ? 120 : 4096,
  };
}

export function planFunctions(request: FamilyPlanRequest): FamilyPlan {
  const mechanism = mechanismOf(request.profile);
  const parts = request.handlers.flatMap(partsOf);
  const entries = parts.filter(({ handler }) => !isReturn(handler)).map((part) => entryRow(part, mechanism));
  const returns = parts
    .filter(({ handler }) => isReturn(handler))
    .map((part) => returnRow(part, mechanism, request));
  reportTooMany([...entries, ...returns], request);
  const hasEntries = entries.length > 0;
  const hasReturns = returns.length > 0;
  const hasModules = [...entries, ...returns].some((row) => row.hasModule);
  return {
    template: 'function.c.hbs',
    view: {
      entries,
      returns,
      hasEntries,
      hasReturns,
      hasModules,
      attachAll: hasModules ? 'tapc_function_attach_all' : 'tapc_function_attach',
      onlyEntries: !hasReturns,
      onlyReturns: !hasEntries,
      both: hasEntries && hasReturns,
    },
    declarations: [],
    uses: [
      'tapc_guard_enter',
      'tapc_guard_leave',
      ...(hasEntries
        ? ['tapc_functions_attach', 'tapc_functions_detach', 'tapc_functions_missed', 'tapc_ftrace_regs']
        : []),
      ...(hasReturns
        ? ['tapc_returns_attach', 'tapc_returns_detach', 'tapc_returns_missed', 'tapc_kretprobe_ip']
        : []),
      ...(hasReturns && mechanism.fprobe && mechanism.fprobeRegisters === 'ftrace_regs'
        ? ['tapc_ftrace_regs']
        : []),
      ...(hasModules ? ['register_module_notifier', 'unregister_module_notifier', 'DEFINE_MUTEX'] : []),
      ...(hasModules && hasEntries ? ['tapc_functions_follow'] : []),
      ...(hasModules && hasReturns ? ['tapc_returns_follow'] : []),
      ...(returns.some((row) => row.hasEntry) ? ['tapc_aside_enter', 'tapc_aside_leave'] : []),
    ],
    attach: 'tapc_function_attach',
    detach: 'tapc_function_detach',
    missed: 'tapc_function_missed',
  };
}

/** So many are attached in some ten seconds; the kernel does nothing else meanwhile. */
const MOST_HANDLERS = 1000;
const MOST_KRETPROBES = 4000;

/** Reports what would keep the kernel busy for minutes: each handler and each kretprobe is attached by itself. */
function reportTooMany(rows: readonly (EntryRow | ReturnRow)[], request: FamilyPlanRequest): void {
  const { span } = request.handlers[0] ?? {};
  const hints = [
    'narrow the wildcard',
    'a handler that reads no $variable is attached to all its functions at once',
  ];
  if (rows.length > MOST_HANDLERS) {
    const message = `${rows.length} function handlers are attached one by one; at most ${MOST_HANDLERS} can be`;
    request.diagnostics.error('too-many-functions', span, message, { hints });
  }
  const kretprobes = rows.reduce(
    (sum, row) => sum + ('saved' in row && !row.fprobe ? row.symbols.length : 0),
    0,
  );
  if (kretprobes > MOST_KRETPROBES) {
    const message = `this kernel hooks returns one function at a time: ${kretprobes} are too many, ${MOST_KRETPROBES} the most`;
    request.diagnostics.error('too-many-functions', span, message, { hints });
  }
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

interface CommonRow {
  readonly id: string;
  readonly probe: number;
  readonly body: string;
  readonly arguments: string;
  /** The functions' names as string literals; empty where there is a pattern. */
  readonly symbols: readonly { readonly name: string }[];
  readonly hasSymbols: boolean;
  readonly hasPattern: boolean;
  readonly pattern: string | null;
  readonly hasModule: boolean;
  readonly module: string | null;
  /** All come from a wildcard: what the kernel refuses is left out. */
  readonly optional: boolean;
  /** The pattern also matches functions of modules, which are not meant. */
  readonly kernelOnly: boolean;
}

function commonRow({ id, handler, points, module }: Part, byPattern: boolean): CommonRow {
  const symbols = [...new Set(points.map(({ data }) => symbolText(data.symbol, module)))];
  const pattern =
    byPattern && module === null && symbols.length > LOOKED_UP ? commonPattern(points) : undefined;
  return {
    id,
    probe: handler.index,
    body: handler.body,
    arguments: handler.needsArguments ? ', regs' : '',
    symbols: pattern === undefined ? symbols.map((symbol) => ({ name: JSON.stringify(symbol) })) : [],
    hasSymbols: pattern === undefined,
    hasPattern: pattern !== undefined,
    pattern: pattern === undefined ? null : JSON.stringify(pattern),
    hasModule: module !== null,
    module: module === null ? null : JSON.stringify(module),
    optional: points.every(({ data }) => data.optional === true),
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
  readonly ftrace: boolean;
  readonly fregs: string;
  readonly saveRegisters: boolean;
}

function entryRow(part: Part, mechanism: Mechanism): EntryRow {
  return {
    ...commonRow(part, mechanism.ftrace),
    ftrace: mechanism.ftrace,
    fregs: mechanism.wholeRegisters ? 'struct pt_regs' : 'struct ftrace_regs',
    saveRegisters: mechanism.wholeRegisters || part.handler.needsRegisters,
  };
}

interface ReturnRow extends CommonRow {
  readonly fprobe: boolean;
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
  const fprobe = mechanism.fprobe && bytes <= mechanism.fprobeBytes;
  const limit = handler.points[0]?.data.maxactive;
  return {
    ...commonRow(part, fprobe),
    fprobe,
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
