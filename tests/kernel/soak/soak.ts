/** The soak: hours of coming and going, as many as are asked for, in minutes; its job for the guest, and what it must leave behind. */
import { fileURLToPath } from 'node:url';
import { buildModules, guestPrograms } from '../build.ts';
import { type FetchedKernel, fetchKernel } from '../fetch/fetch.ts';
import { compileSample } from '../sample/compile.ts';
import { contradictions, readStatus } from '../sample/status.ts';
import { runInVm, type VmJobResult } from '../vm.ts';

export const LINES = ['6.1', '6.12'] as const;
const FOLDER = fileURLToPath(new URL('scripts/', import.meta.url));
const COMING = ['functions', 'events', 'brief'] as const;
/** Calls of each kind that a round of the workload makes. */
const CALLS = { getppid: 1000, read: 500, open: 200 } as const;
/** What the slab may have more than before, in KiB: caches that grew with the load; a leak a round is more. */
const SLAB_SLACK = 1024;
const PERCPU_SLACK = 64;
const VMALLOC_SLACK = 64;

export interface Soak {
  readonly rounds: number;
  /** How often a module came and went. */
  readonly visits: number;
  /** One a line: what is wrong; empty after a soak that went well. */
  readonly wrong: readonly string[];
  /** What it counted, for people. */
  readonly told: readonly string[];
}

/** Soaks one kernel. Throws where a script does not compile or no guest comes up. */
export async function soak(line: string, seconds: number): Promise<Soak> {
  const kernel = await fetchKernel(line);
  const files: Record<string, { readonly path: string }> = {};
  for (const name of ['steady', ...COMING]) {
    const ko = await module(kernel, name);
    files[`soak_${name}.ko`] = { path: ko };
  }
  const job = { name: 'soak', timeout: Math.ceil(seconds * 2 + 180), files, script: script(seconds) };
  // The kernel's code is patched all the time while both processors work: see README.md.
  const options = { programs: await guestPrograms(kernel.machine), oneAtATime: true };
  const [result] = await runInVm(kernel, [job], options);
  if (result === undefined) throw new Error('the guest left no result');
  return judge(result);
}

async function module(kernel: FetchedKernel, name: string): Promise<string> {
  const options = { flags: ['-D', 'MAXERRORS=1000000'], args: [] };
  const { source, error } = await compileSample(
    { module: `soak_${name}`, script: `${FOLDER}${name}.stp`, options },
    kernel,
  );
  if (source === undefined) throw new Error(error);
  const [built] = await buildModules(kernel, [source]);
  if (built?.ko === undefined || built.messages.length > 0) {
    throw new Error(`${name}: ${built?.messages.join('\n')}`);
  }
  return built.ko;
}

function script(seconds: number): string {
  return `
TAPC=/sys/kernel/debug/tapc
# Memory that is in use when nothing of ours is there; without the stacks of threads, which come and go by themselves, and without
# what has been freed and still waits to be unmapped.
memory() {
    sleep 2
    echo 3 >/proc/sys/vm/drop_caches
    for cache in /sys/kernel/slab/*/shrink; do echo 1 >$cache 2>/dev/null; done
    sleep 1
    awk '/^(SUnreclaim|Percpu):/ { print $1, $2 }' /proc/meminfo | tr -d :
    awk '!/stack|dup_task|copy_process|kernel_clone|ioremap|unpurged/ { sum += $2; by[$3] += $2 }
        END { for (k in by) print "by", k, by[k]; print "vmalloc", int(sum / 1024) }' /proc/vmallocinfo
}
work() {
    calls getppid ${CALLS.getppid} & calls read ${CALLS.read} & calls open ${CALLS.open} &
    wait $!
    wait
}
visit() {
    insmod ./soak_$1.ko || exit 3
    case $(($2 % 3)) in
        0) cat $TAPC/soak_$1/trace >/dev/null 2>&1 & ;;
        1) (dd bs=64k count=2 of=/dev/null; cat >/dev/null) <$TAPC/soak_$1/trace 2>/dev/null & ;;
        2) true & ;;
    esac
    reader=$!
    calls write 300 >/dev/null
    cat $TAPC/soak_$1/status >/dev/null
    echo stop >$TAPC/soak_$1/control
    [ $(($2 % 3)) = 2 ] && cat $TAPC/soak_$1/trace >/dev/null
    wait $reader
    rmmod soak_$1 || exit 4
}
for name in steady ${COMING.join(' ')}; do visit $name 0; done
(work) >/dev/null
memory >$OUT/before

insmod ./soak_steady.ko || exit 1
sed -n -e '/^end /w /tmp/ends' -e '$=' <$TAPC/soak_steady/trace >$OUT/lines & steady=$!
start=$(cut -d. -f1 /proc/uptime)
rounds=0
while [ $(($(cut -d. -f1 /proc/uptime) - start)) -lt ${Math.ceil(seconds)} ]; do
    (work) >/dev/null & working=$!
    for name in ${COMING.join(' ')}; do visit $name $rounds; done
    wait $working
    rounds=$((rounds + 1))
done
echo stop >$TAPC/soak_steady/control
wait $steady
cat $TAPC/soak_steady/status >$OUT/status
rmmod soak_steady || exit 2
cp /tmp/ends $OUT/ends
rm /tmp/ends
memory >$OUT/after
echo rounds $rounds
`;
}

function judge(result: VmJobResult): Soak {
  const text = (name: string): string => result.files.get(name)?.toString('latin1') ?? '';
  const numbers = (name: string): ReadonlyMap<string, number> =>
    new Map(
      [...text(name).matchAll(/^(?:end )?(\w+) (-?\d+)$/gm)].map(([, word = '', n]): [string, number] => [
        word,
        Number(n),
      ]),
    );
  const wrong: string[] = [...result.problems];
  if (result.outcome !== 'exited' || result.exitStatus !== 0) {
    wrong.push(`the job ${result.outcome} with ${result.exitStatus}: ${result.stdout}${result.stderr}`);
  }
  const rounds = Number(/^rounds (\d+)$/m.exec(result.stdout)?.[1] ?? 0);
  if (rounds < 1) wrong.push('no round was finished');
  const must = (what: string, found: number | undefined, wanted: number): void => {
    if (found !== wanted) wrong.push(`${what}: ${found}, not ${wanted}`);
  };

  const status = readStatus(text('status'));
  wrong.push(...contradictions(status));
  const ends = numbers('ends');
  const [ppids, reads, enters, opens, , , ,] = status.probes;
  must('getppid', ends.get('ppids'), rounds * CALLS.getppid);
  must('returns of vfs_read', (ends.get('reads') ?? 0) + (reads?.missed ?? 0), rounds * CALLS.read);
  must('values of vfs_read', ends.get('read_count'), ends.get('reads') ?? 0);
  must('open', ends.get('opens'), rounds * CALLS.open);
  must('missed of others', (ppids?.missed ?? 0) + (enters?.missed ?? 0) + (opens?.missed ?? 0), 0);
  must(
    'skipped',
    status.probes.reduce((sum, probe) => sum + skippedForNothing(probe.reasons), 0),
    0,
  );
  // A line for each open, those at the end, and `clock` where time went back.
  const lines = Number(text('lines').trim());
  must('lines and dropped', lines + status.dropped, rounds * CALLS.open + [...ends].length);

  const [before, after] = [numbers('before'), numbers('after')];
  const grown = (what: string, slack: number): void => {
    const more = (after.get(what) ?? Number.NaN) - (before.get(what) ?? Number.NaN);
    if (!(more <= slack)) wrong.push(`${what} has grown by ${more} KiB${what === 'vmalloc' ? owners() : ''}`);
  };
  const owners = (): string => {
    const [was, is] = ['before', 'after'].map(
      (name) =>
        new Map([...text(name).matchAll(/^by (\S+) (\d+)$/gm)].map(([, k = '', n]) => [k, Number(n)])),
    );
    const more = [...(is ?? [])].filter(([k, n]) => n > (was?.get(k) ?? 0));
    return more.map(([k, n]) => `\n    ${k} ${was?.get(k) ?? 0} -> ${n}`).join('');
  };
  grown('vmalloc', VMALLOC_SLACK);
  grown('SUnreclaim', SLAB_SLACK);
  grown('Percpu', PERCPU_SLACK);
  const memory = ['SUnreclaim', 'vmalloc', 'Percpu'].map(
    (k) => `${k} ${before.get(k)} -> ${after.get(k)} KiB`,
  );
  const told = [memory.join(', '), [...ends].map(([k, n]) => `${k} ${n}`).join(', '), `lines ${lines}`];
  return { rounds, visits: rounds * COMING.length, wrong, told };
}

/** Room is the reader's fault, and counted; recursion is what the handlers did themselves. */
function skippedForNothing(reasons: Readonly<Record<string, number>>): number {
  return Object.entries(reasons).reduce(
    (sum, [reason, n]) => (reason === 'room' || reason === 'recursion' ? sum : sum + n),
    0,
  );
}
