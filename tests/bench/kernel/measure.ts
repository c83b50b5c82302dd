/** Counts the instructions that a call takes in the guest, bare and with each module loaded. */
import { guestPrograms } from '../../kernel/build.ts';
import type { FetchedKernel } from '../../kernel/fetch/fetch.ts';
import { staprunJob } from '../../kernel/oracle/staprun.ts';
import { runInVm, type VmJob, type VmJobResult } from '../../kernel/vm.ts';
import type { Contestant } from './contestants.ts';
import { callOf } from './rows.ts';

const CALLS = 1000;
/** The first round finds cold paths (a map's first key, ftrace's own first time); of the others the least counts. */
const ROUNDS = 12;
/** The task's name, of a usual length: what `execname()` is. */
const PROGRAM = 'calls-from-user';

const LOOP = (call: string): string => `
round=0
while [ $round -lt ${ROUNDS} ]; do
    ${PROGRAM} ${call} ${CALLS} | sed -n 's/^ns /ns /p'
    round=$((round + 1))
done`;

/** Instructions of one call without any module, by call, and with each contestant's, in their order. */
export interface Measured {
  readonly bare: ReadonlyMap<string, number>;
  readonly loaded: readonly number[];
}

/** One boot of `kernel` in which an instruction takes a nanosecond. Throws where a module does not serve every hit. */
export async function measure(kernel: FetchedKernel, all: readonly Contestant[]): Promise<Measured> {
  const { calls, ...others } = await guestPrograms(kernel.machine);
  if (calls === undefined) throw new Error('the guest has no program "calls"');
  const kinds = [...new Set(all.map((one) => callOf(one.row)))];
  const jobs: VmJob[] = kinds.map((call) => ({ name: `bare ${call}`, script: LOOP(call), timeout: 60 }));
  if (all.some((one) => one.kind === 'stap')) jobs.push(await staprunJob());
  const results = await runInVm(kernel, [...jobs, ...all.map(job)], {
    icount: true,
    programs: { ...others, [PROGRAM]: calls },
  });
  for (const result of results) sound(result);
  const loaded = results.slice(jobs.length);
  for (const [i, one] of all.entries()) everyHit(one, loaded[i]);
  return {
    bare: new Map(kinds.map((call, i) => [call, perCall(results[i])])),
    loaded: loaded.map(perCall),
  };
}

function job(one: Contestant): VmJob {
  const loop = LOOP(callOf(one.row));
  const ko = `${one.name}.ko`;
  const files = { [ko]: { path: one.ko } };
  return { name: one.name, files, timeout: 60, script: `${script(one, ko, loop)}\n` };
}

function script(one: Contestant, ko: string, loop: string): string {
  switch (one.kind) {
    case 'hand':
      return `insmod ./${ko} || exit 1\n${loop}\nrmmod ${one.name}`;
    case 'tapc':
      return `
TAPC=/sys/kernel/debug/tapc/${one.name}
insmod ./${ko} || exit 1
${loop}
echo stop >$TAPC/control
cat $TAPC/trace >$OUT/trace
cat $TAPC/status
rmmod ${one.name}`;
    case 'stap':
      return `
/usr/bin/staprun -b 16 -o $OUT/trace ./${ko} &
staprun=$!
while [ ! -e /proc/systemtap/${one.name} ]; do sleep 0.1; done
sleep 1
${loop}
kill -INT $staprun
wait $staprun`;
  }
}

function sound(result: VmJobResult): void {
  if (result.outcome === 'exited' && result.exitStatus === 0 && result.problems.length === 0) return;
  throw new Error(`${result.name}: ${result.outcome} ${result.exitStatus}
${result.problems.join('\n')}\n${result.stdout}\n${result.stderr}\n${result.dmesg.slice(-2000)}`);
}

/** A contestant that is fast because it does less is no contestant. */
function everyHit(one: Contestant, result: VmJobResult | undefined): void {
  if (one.row.passedBy === true) return;
  const hits = recorded(one, result);
  if (hits >= CALLS * ROUNDS) return;
  const said = `${one.name} recorded ${hits} of ${CALLS * ROUNDS} hits`;
  if (one.kind !== 'stap') throw new Error(said);
  // It has no count of its own to be held to.
  console.log(said);
}

function recorded(one: Contestant, result: VmJobResult | undefined): number {
  switch (one.kind) {
    case 'hand':
      if (one.row.work === 'nothing') return CALLS * ROUNDS;
      return Number(/recorded (\d+)/.exec(result?.dmesg ?? '')?.[1] ?? 0);
    case 'tapc':
      return Number(/^probe 0 hits=\d+ recorded=(\d+)/m.exec(result?.stdout ?? '')?.[1] ?? 0);
    case 'stap': {
      // What it skipped it does not tell here: its output is all there is to look at.
      const lines = (result?.files.get('trace')?.toString('latin1') ?? '').trimEnd().split('\n');
      if (one.row.work === 'print' || one.row.work === 'text') return lines.length;
      const total = lines.map((line) => Number(/(\d+)/.exec(line.replace(/^\S+ (?=\d+$)/, ''))?.[1] ?? 0));
      return total.reduce((sum, n) => sum + n, 0);
    }
  }
}

function perCall(result: VmJobResult | undefined): number {
  const rounds = [...(result?.stdout ?? '').matchAll(/^ns (\d+)$/gm)].map(([, ns]) => Number(ns));
  if (rounds.length !== ROUNDS) throw new Error(`${result?.name}: ${rounds.length} rounds of ${ROUNDS}`);
  return Math.min(...rounds.slice(1)) / CALLS;
}
