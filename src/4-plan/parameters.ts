/** The macros that a module begins with: its limits. */
import type { ModulePlan, PlanFrame, PlanFunction, PlanHandler } from './plan.ts';
import type { IdentifierTable } from './tree.ts';

type Parameter = ModulePlan['parameters'][number];

interface Limit {
  readonly macro: string;
  /** What `-D` calls it. */
  readonly define: string;
  readonly value: string;
  readonly comment: string;
  readonly least: number;
  readonly most: number;
  readonly powerOfTwo?: boolean;
}

const LIMITS: readonly Limit[] = [
  {
    macro: 'TAPC_STRLEN',
    define: 'MAXSTRINGLEN',
    value: '512',
    comment: 'bytes of a string, with its NUL',
    // Addresses, dates and names of processes have to fit.
    least: 32,
    most: 65_536,
  },
  {
    macro: 'TAPC_ACTIONS',
    define: 'MAXACTION',
    value: '1000',
    comment: 'statements of loops that one hit may run',
    least: 1,
    most: 200_000_000,
  },
  {
    macro: 'TAPC_ACTIONS_INTERRUPTIBLE',
    define: 'MAXACTION_INTERRUPTIBLE',
    value: '(10 * TAPC_ACTIONS)',
    comment: 'the same for begin, end and error',
    least: 1,
    most: 2_000_000_000,
  },
  {
    macro: 'TAPC_NESTING',
    define: 'MAXNESTING',
    value: '10',
    comment: 'depth of recursive calls',
    least: 1,
    // A kernel stack has 16 KiB, and the handler has only what is left of it.
    most: 40,
  },
  {
    macro: 'TAPC_ENTRIES',
    define: 'MAXMAPENTRIES',
    value: '2048',
    comment: 'entries of an array',
    least: 1,
    most: 16_777_216,
  },
  {
    macro: 'TAPC_ERRORS',
    define: 'MAXERRORS',
    value: '0',
    comment: 'run-time errors before the script stops',
    least: 0,
    most: 2_000_000_000,
  },
  {
    macro: 'TAPC_BUFFER',
    define: 'TAPC_BUFFER',
    value: '0',
    comment: 'bytes of output that wait on each CPU; 0: by the size of the machine',
    least: 4096,
    most: 1 << 28,
    powerOfTwo: true,
  },
  {
    macro: 'TAPC_PROCFS_BYTES',
    define: 'STP_PROCFS_BUFSIZE',
    value: 'TAPC_STRLEN',
    comment: 'bytes that a file of /proc gives, one more than its text has',
    least: 1,
    most: 16_777_216,
  },
  {
    macro: 'TAPC_KRETACTIVE',
    define: 'KRETACTIVE',
    value: '0',
    comment: "calls of a function whose returns are hooked at once; 0: by the machine's size",
    least: 0,
    most: 4096,
  },
  {
    macro: 'TAPC_SKIPPED_MOST',
    define: 'MAXSKIPPED',
    value: '100',
    comment: 'hits skipped before the script stops; without it none are too many',
    least: 0,
    most: 2_000_000_000,
  },
  {
    macro: 'TAPC_TRIES',
    define: 'MAXTRYLOCK',
    value: '1000',
    comment: 'how often a lock of another processor is tried',
    least: 0,
    most: 10_000,
  },
  {
    macro: 'TAPC_TRY_DELAY',
    define: 'TRYLOCKDELAY',
    value: '10',
    comment: 'microseconds at least between two tries',
    least: 1,
    most: 100,
  },
  {
    macro: 'TAPC_OVERLOAD_INTERVAL',
    define: 'STP_OVERLOAD_INTERVAL',
    value: '1000000000',
    comment: 'cycles over which the cost of handlers is summed',
    least: 1_000_000,
    most: 1_000_000_000_000,
  },
  {
    macro: 'TAPC_OVERLOAD_THRESHOLD',
    define: 'STP_OVERLOAD_THRESHOLD',
    value: '500000000',
    comment: 'cycles of these that handlers may take',
    least: 1000,
    most: 1_000_000_000_000,
  },
  {
    macro: 'TAPC_THROTTLE',
    define: 'TAPC_THROTTLE',
    value: '0',
    comment: '1: too much cost lets the script rest, 0: ends it',
    least: 0,
    most: 1,
  },
];

/** What is wrong with `-D name=value`, in words; undefined where nothing is. */
export function defineProblem(name: string, value: string): string | undefined {
  if (name === 'INTERRUPTIBLE' && value !== '1') {
    return 'handlers run with interrupts as they find them; they are off while a handler holds locks, and no longer';
  }
  const limit = LIMITS.find((l) => l.define === name || l.macro === name);
  if (limit === undefined) {
    return name.startsWith('TAPC_') ? 'the runtime has no such limit' : undefined;
  }
  const { least, most, powerOfTwo = false } = limit;
  const n = wholeNumber(value);
  if (n !== undefined && n >= least && n <= most && (!powerOfTwo || Number.isInteger(Math.log2(n))))
    return undefined;
  return `${limit.comment}: ${powerOfTwo ? 'a power of two' : 'a whole number'} from ${least} to ${most}`;
}

/** `4096`, `0x1000`, `1 << 12` or `(1 << 12)`. */
function wholeNumber(text: string): number | undefined {
  const [, left, right] =
    /^\(?\s*(0x[0-9a-f]{1,8}|\d{1,13})(?:u?l{0,2})?\s*(?:<<\s*(\d{1,2})\s*)?\)?$/i.exec(text) ?? [];
  return left === undefined ? undefined : Number(left) * 2 ** Number(right ?? 0);
}

/** As the operand of any operator: `1 << 12` in parentheses. */
function whole(value: string): string {
  return /^\d+\s*<</.test(value) ? `(${value})` : value;
}

/** Those that `names` mention, and what else `-D` sets. */
export function planParameters(
  names: ReadonlySet<string>,
  defines: ReadonlyMap<string, string>,
  fixed: {
    readonly script: string;
    readonly probes: number;
    readonly lateArguments: number;
    readonly lights: number;
    readonly scratch: string;
  },
): Parameter[] {
  const known: Parameter[] = [
    { macro: 'TAPC_SCRIPT', value: JSON.stringify(fixed.script), comment: '' },
    { macro: 'TAPC_PROBES', value: String(fixed.probes), comment: 'handlers' },
    {
      macro: 'TAPC_LATE_ARGS',
      value: String(fixed.lateArguments),
      comment: 'words that a waiting hit keeps',
    },
    {
      macro: 'TAPC_LIGHTS',
      value: String(fixed.lights),
      comment: 'the first of them, which have counters of their own',
    },
  ].map(({ macro, ...rest }) => ({ name: macro, ...rest }));
  const limits = LIMITS.map(({ macro, define, value, comment }) => ({
    name: macro,
    value: whole(defines.get(define) ?? defines.get(macro) ?? value),
    comment,
  }));
  const scratch = {
    name: 'TAPC_SCRATCH',
    value: fixed.scratch,
    comment: 'bytes of working memory on each CPU',
  };
  const used = new Set(names);
  // A limit may be given in terms of another.
  const all = [...known, ...limits, scratch];
  for (const p of [...all].reverse()) {
    if (used.has(p.name)) for (const word of p.value.match(/[A-Za-z_]\w*/g) ?? []) used.add(word);
  }
  const taken = new Set(LIMITS.flatMap((l) => [l.define, l.macro]));
  const others = [...defines]
    .filter(([name]) => !taken.has(name))
    .map(([name, value]) => ({ name, value, comment: '-D' }));
  return [...all.filter((p) => used.has(p.name)), ...others];
}

/**
 * Working memory: four times the deepest chain of frames, so that hits can nest, and room for texts of errors.
 * `texts`: whether errors are kept as copies.
 */
export function scratchSize(
  handlers: readonly PlanHandler[],
  functions: readonly PlanFunction[],
  nesting: number,
  texts: boolean,
  identifiers: IdentifierTable,
): string {
  const depth = new Map<string, number>();
  const byName = new Map(functions.map((f) => [f.name, f]));
  const open = new Set<string>();
  const stringsBelow = (body: Pick<PlanFunction, 'frame' | 'steps'>): number => {
    const own = stringsIn(body.frame);
    let deepest = 0;
    for (const word of identifiers.of(body.steps)) deepest = Math.max(deepest, stringsOf(word));
    return own + deepest;
  };
  const stringsOf = (name: string): number => {
    const fn = byName.get(name);
    if (fn === undefined) return 0;
    const known = depth.get(name);
    if (known !== undefined) return known;
    // A cycle of calls is as deep as MAXNESTING lets it be.
    if (open.has(name)) return stringsIn(fn.frame) * nesting;
    open.add(name);
    const strings = stringsBelow(fn);
    open.delete(name);
    depth.set(name, strings);
    return strings;
  };
  let most = 0;
  for (const handler of handlers) {
    most = Math.max(
      most,
      stringsBelow(handler),
      handler.entry === undefined ? 0 : stringsBelow(handler.entry),
    );
  }
  if (most === 0 && !texts) return '0';
  return `(4 * ${most + 1} * TAPC_STRLEN)`;
}

/** How many strings a frame has room for. Other arrays count as the strings that their bytes make, where strings are as short as they may be. */
function stringsIn(frame: PlanFrame | undefined): number {
  const shortest = 32;
  return (frame?.fields ?? []).reduce((count, field) => {
    const elements = /^\[(\d+)\]$/.exec(field.suffix)?.[1];
    return count + (elements === undefined ? 1 : Math.ceil((2 * Number(elements)) / shortest));
  }, 0);
}
