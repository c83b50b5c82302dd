/** One class of handlers in the guest: all its phases, and what they left. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildModules, type ModuleSource } from '../build.ts';
import type { FetchedKernel } from '../fetch/fetch.ts';
import { compileSample } from '../sample/compile.ts';
import { type ModuleStatus, readStatus } from '../sample/status.ts';
import type { VmJob, VmJobResult } from '../vm.ts';

export const CLASSES = ['trace', 'accumulate', 'shared'] as const;
/** What the slow handler hangs on. */
export const OUTER = ['entry', 'return', 'trace', 'timer'] as const;
export const ROUNDS = 3000;
/** As often everything has come over the slow handlers at least. */
export const NESTED = 100;
/** Events of the flood. */
export const FLOOD = 1_000_000;
/** Lines printed as fast as they come. */
export const PRINTED = 250_000;

export type HandlerClass = (typeof CLASSES)[number];

const FOLDER = fileURLToPath(new URL('.', import.meta.url));

/** Probes of every script, in their order; what the handmade module calls is counted by it under that name. */
export const PROBES = [
  ...['outer_entry', 'outer_return', 'outer_trace', 'outer_timer'],
  ...['irq_entry', 'irq_return', 'irq_trace', 'irq_timer'],
  ...['nmi_entry', 'nmi_return', 'nmi_trace'],
] as const;

/** Status of the module and calls by name, at one moment between phases. */
export interface Moment {
  readonly status: ModuleStatus;
  readonly calls: ReadonlyMap<string, number>;
}

/** The job of one class, with its modules. */
export async function nestingJob(kernel: FetchedKernel, of: HandlerClass): Promise<VmJob> {
  // The reader is slow beside interrupts that come without end: what it has not read must find room.
  const flags = ['-D', 'STP_NO_OVERLOAD', '-D', 'MAXACTION=100000'];
  const files = { ...(await built(kernel, await handmade())), ...(await compiled(kernel, of, flags)) };
  return { name: of, timeout: 120, files, script: script(`nest_${of}`) };
}

/** The job of a million events on two processors and a slow reader. */
export async function floodJob(kernel: FetchedKernel): Promise<VmJob> {
  return {
    name: 'flood',
    timeout: 180,
    files: await compiled(kernel, 'flood', ['-g', '-D', 'STP_NO_OVERLOAD']),
    script: `
TAPC=/sys/kernel/debug/tapc/nest_flood
insmod ./nest_flood.ko || exit 1
orderly $TAPC/trace /tmp/over >$OUT/lines & reader=$!
calls getppid ${FLOOD / 2} >/dev/null & one=$!
calls getppid ${FLOOD / 2} >/dev/null
wait $one
touch /tmp/over
echo stop >$TAPC/control
wait $reader || exit 2
cat $TAPC/status >$OUT/end.status
: >$OUT/end.calls
rmmod nest_flood
`,
  };
}

/** The job of as many lines as come, and a reader on the same CPU. */
export async function linesJob(kernel: FetchedKernel): Promise<VmJob> {
  return {
    name: 'lines',
    timeout: 120,
    files: await compiled(kernel, 'lines', []),
    script: `
TAPC=/sys/kernel/debug/tapc/nest_lines
insmod ./nest_lines.ko || exit 1
taskset 1 wc -l <$TAPC/trace >$OUT/lines & reader=$!
sleep 0.2
taskset 1 calls getppid ${PRINTED} >/dev/null
echo stop >$TAPC/control
wait $reader || exit 2
cat $TAPC/status >$OUT/end.status
: >$OUT/end.calls
rmmod nest_lines
`,
  };
}

type Files = Record<string, { readonly path: string }>;

async function compiled(kernel: FetchedKernel, name: string, flags: readonly string[]): Promise<Files> {
  const script = path.join(FOLDER, 'scripts', `${name}.stp`);
  const { source, error } = await compileSample(
    { module: `nest_${name}`, script, options: { flags, args: [] } },
    kernel,
  );
  if (source === undefined) throw new Error(error);
  return built(kernel, source);
}

async function handmade(): Promise<ModuleSource> {
  return { name: 'nest', c: await readFile(path.join(FOLDER, 'nest.c'), 'utf8') };
}

async function built(kernel: FetchedKernel, source: ModuleSource): Promise<Files> {
  const [module] = await buildModules(kernel, [source]);
  if (module?.ko === undefined || module.messages.length > 0) {
    throw new Error(`${source.name}: ${module?.messages.join('\n')}`);
  }
  return { [`${source.name}.ko`]: { path: module.ko } };
}

function script(module: string): string {
  return `
NEST=/sys/kernel/debug/nest
TAPC=/sys/kernel/debug/tapc/${module}
insmod ./nest.ko && insmod ./${module}.ko buffer=16 || exit 1
cat $TAPC/trace >/tmp/trace & reader=$!
moment() { cat $NEST/counts >$OUT/$1.calls; cat $TAPC/status >$OUT/$1.status; }
ticks() { sed -n 's/^probe ${PROBES.indexOf('irq_timer')} hits=\\([0-9]*\\).*/\\1/p' $TAPC/status; }
moment start
for what in ${OUTER.join(' ')}; do
    began=$(ticks)
    # The script's own timer gives way where it is late: on a busy machine it takes more rounds until it has come often enough.
    for turn in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16; do
        echo "$what ${ROUNDS}" >$NEST/run
        [ $(($(ticks) - began)) -le ${NESTED} ] || break
    done
    moment $what
done
echo stop >$TAPC/control
wait $reader
moment end
# How many lines of each kind; how many are not whole.
awk '{ n[$1]++; if (NF > 2 && $1 != "all" && $1 != "keyed") bad++ } END { for (k in n) print k, n[k]; print "bad", bad + 0 }' /tmp/trace >$OUT/lines
grep -E '^(all|keyed|name|turn|kept) ' /tmp/trace >$OUT/sums
rm /tmp/trace
rmmod ${module}
rmmod nest
exit 0
`;
}

/** What a job wrote at a moment: `start`, an outer kind, `end`. */
export function momentOf(result: VmJobResult, name: string): Moment {
  const text = (suffix: string): string => {
    const file = result.files.get(`${name}.${suffix}`);
    if (file === undefined) throw new Error(`${result.name}: no ${name}.${suffix}`);
    return file.toString('latin1');
  };
  return { status: readStatus(text('status')), calls: numbers(text('calls')) };
}

/** Lines of a word and a number. */
export function numbers(text: string): ReadonlyMap<string, number> {
  return new Map(
    [...text.matchAll(/^(\S.*?) (\d+)$/gm)].map(([, name = '', n]): [string, number] => [name, Number(n)]),
  );
}
