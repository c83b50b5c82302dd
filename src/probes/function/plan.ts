/** What the module needs for function probes. */
import type { KernelProfile } from '../../kernel/profile.ts';
import type { FamilyHandler, FamilyPlan, FamilyPlanRequest } from '../family.ts';

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
  const entries = request.handlers.filter((handler) => !isReturn(handler)).map((h) => entryRow(h, mechanism));
  const returns = request.handlers.filter(isReturn).map((h) => returnRow(h, mechanism, request));
  const hasEntries = entries.length > 0;
  const hasReturns = returns.length > 0;
  return {
    template: 'function.c.hbs',
    view: {
      entries,
      returns,
      hasEntries,
      hasReturns,
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
      ...(returns.some((row) => row.hasEntry) ? ['tapc_aside_enter', 'tapc_aside_leave'] : []),
    ],
    attach: 'tapc_function_attach',
    detach: 'tapc_function_detach',
    missed: 'tapc_function_missed',
  };
}

function isReturn(handler: FamilyHandler): boolean {
  return handler.points[0]?.data.isReturn === true;
}

interface CommonRow {
  readonly probe: number;
  readonly body: string;
  readonly arguments: string;
  /** The functions' names as string literals; empty where there is a pattern. */
  readonly symbols: readonly { readonly name: string }[];
  readonly hasSymbols: boolean;
  readonly hasPattern: boolean;
  readonly pattern: string | null;
  /** The pattern also matches functions of modules, which are not meant. */
  readonly kernelOnly: boolean;
}

function commonRow(handler: FamilyHandler, byPattern: boolean): CommonRow {
  const symbols = [...new Set(handler.points.map(({ data }) => symbolText(data.symbol, data.module)))];
  const patterns = new Set(handler.points.map(({ data }) => data.pattern));
  const [pattern] = patterns;
  const useful =
    byPattern &&
    symbols.length > LOOKED_UP &&
    patterns.size === 1 &&
    typeof pattern === 'string' &&
    !/[{\\]/.test(pattern) &&
    handler.points.every(({ data }) => data.module === null);
  return {
    probe: handler.index,
    body: handler.body,
    arguments: handler.needsArguments ? ', regs' : '',
    symbols: useful ? [] : symbols.map((symbol) => ({ name: JSON.stringify(symbol) })),
    hasSymbols: !useful,
    hasPattern: useful,
    pattern: useful ? JSON.stringify(pattern) : null,
    kernelOnly: useful,
  };
}

/** As kallsyms finds it: a module's functions behind its name. */
function symbolText(symbol: unknown, module: unknown): string {
  return typeof module === 'string' ? `${module}:${symbol}` : String(symbol);
}

interface EntryRow extends CommonRow {
  readonly ftrace: boolean;
  readonly fregs: string;
  readonly saveRegisters: boolean;
}

function entryRow(handler: FamilyHandler, mechanism: Mechanism): EntryRow {
  return {
    ...commonRow(handler, mechanism.ftrace),
    ftrace: mechanism.ftrace,
    fregs: mechanism.wholeRegisters ? 'struct pt_regs' : 'struct ftrace_regs',
    saveRegisters: mechanism.wholeRegisters || handler.needsRegisters,
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

function returnRow(handler: FamilyHandler, mechanism: Mechanism, request: FamilyPlanRequest): ReturnRow {
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
    ...commonRow(handler, fprobe),
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
