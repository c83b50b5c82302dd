/** The macros that a module begins with: its limits. */
import type { ModulePlan, PlanFunction, PlanHandler } from './plan.ts';
import { identifiersOf } from './tree.ts';

type Parameter = ModulePlan['parameters'][number];

interface Limit {
  readonly macro: string;
  /** What `-D` calls it. */
  readonly define: string;
  readonly value: string;
  readonly comment: string;
}

const LIMITS: readonly Limit[] = [
  { macro: 'TAPC_STRLEN', define: 'MAXSTRINGLEN', value: '512', comment: 'bytes of a string, with its NUL' },
  {
    macro: 'TAPC_ACTIONS',
    define: 'MAXACTION',
    value: '1000',
    comment: 'statements of loops that one hit may run',
  },
  {
    macro: 'TAPC_ACTIONS_INTERRUPTIBLE',
    define: 'MAXACTION_INTERRUPTIBLE',
    value: '(10 * TAPC_ACTIONS)',
    comment: 'the same for begin, end and error',
  },
  { macro: 'TAPC_NESTING', define: 'MAXNESTING', value: '10', comment: 'depth of recursive calls' },
  { macro: 'TAPC_ENTRIES', define: 'MAXMAPENTRIES', value: '2048', comment: 'entries of an array' },
  {
    macro: 'TAPC_ERRORS',
    define: 'MAXERRORS',
    value: '0',
    comment: 'run-time errors before the script stops',
  },
  {
    macro: 'TAPC_BUFFER',
    define: 'TAPC_BUFFER',
    value: '(1 << 20)',
    comment: 'bytes of output that wait on each CPU',
  },
];

/** Those that `names` mention, and what else `-D` sets. */
export function planParameters(
  names: ReadonlySet<string>,
  defines: ReadonlyMap<string, string>,
  fixed: {
    readonly module: string;
    readonly script: string;
    readonly probes: number;
    readonly scratch: string;
  },
): Parameter[] {
  const known: Parameter[] = [
    { macro: 'TAPC_MODULE', value: JSON.stringify(fixed.module), comment: '' },
    { macro: 'TAPC_SCRIPT', value: JSON.stringify(fixed.script), comment: '' },
    { macro: 'TAPC_PROBES', value: String(fixed.probes), comment: 'handlers' },
  ].map(({ macro, ...rest }) => ({ name: macro, ...rest }));
  const limits = LIMITS.map(({ macro, define, value, comment }) => ({
    name: macro,
    value: defines.get(define) ?? defines.get(macro) ?? value,
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
  for (const p of all.toReversed()) {
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
): string {
  const depth = new Map<string, number>();
  const byName = new Map(functions.map((f) => [f.name, f]));
  const open = new Set<string>();
  const stringsBelow = (body: Pick<PlanFunction, 'frame' | 'steps'>): number => {
    const own = body.frame?.fields.length ?? 0;
    let deepest = 0;
    for (const word of identifiersOf(body.steps)) deepest = Math.max(deepest, stringsOf(word));
    return own + deepest;
  };
  const stringsOf = (name: string): number => {
    const fn = byName.get(name);
    if (fn === undefined) return 0;
    const known = depth.get(name);
    if (known !== undefined) return known;
    // A cycle of calls is as deep as MAXNESTING lets it be.
    if (open.has(name)) return (fn.frame?.fields.length ?? 0) * nesting;
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
