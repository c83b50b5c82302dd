/**
 * What a sample cannot show: a reader that is slow, absent or in the way, and modules that come and go under load.
 * Two boots on each kernel.
 */
import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { buildModules, guestPrograms } from '../build.ts';
import { fetchKernel } from '../fetch/fetch.ts';
import { compileSample } from '../sample/compile.ts';
import { findSamples } from '../sample/find.ts';
import { contradictions, readStatus } from '../sample/status.ts';
import { runInVm, type VmJob, type VmJobResult } from '../vm.ts';

const FOLDER = fileURLToPath(new URL('scripts/', import.meta.url));
const ROUNDS = 20;
const READS = 60_000;

/** Each runs the module of `scripts/hard/<name>`, whose path in the guest is $KO, its folder $TAPC. */
const JOBS: readonly { readonly name: string; readonly timeout: number; readonly script: string }[] = [
  {
    name: 'slow_reader',
    timeout: 120,
    script: `
head -c ${READS} /dev/zero >/tmp/zeroes
insmod $KO
# Slower than the events come: 16 KiB, then a nap, as long as the workload runs.
(
    while [ ! -e /tmp/over ]; do dd bs=16k count=1 2>/dev/null; sleep 0.02; done
    cat
) <$TAPC/trace >$OUT/trace &
reader=$!
dd if=/tmp/zeroes of=/dev/null bs=1 2>/dev/null & a=$!
dd if=/tmp/zeroes of=/dev/null bs=1 2>/dev/null & b=$!
wait $a $b
touch /tmp/over
echo stop >$TAPC/control
wait $reader
cat $TAPC/status >$OUT/status
rmmod slow_reader
`,
  },
  {
    name: 'come_and_go',
    timeout: 240,
    script: `
(while :; do calls read 300; calls write 300; calls open 100; sleep 0.01; done) >/dev/null & one=$!
round=0
while [ $round -lt ${ROUNDS} ]; do
    insmod $KO || exit 1
    # A reader that starts late may find the module gone.
    case $((round % 5)) in
        0) ;;
        1) cat $TAPC/trace >/dev/null 2>&1 & cat $TAPC/status >/dev/null; echo stop >$TAPC/control; cat $TAPC/status >/dev/null ;;
        2) cat $TAPC/trace >/dev/null 2>&1 & reader=$!; sleep 0.02; kill $reader; wait $reader 2>/dev/null ;;
        3) echo stop >$TAPC/control ;;
        4) head -c 100 $TAPC/trace >/dev/null; echo stop >$TAPC/control; cat $TAPC/status $TAPC/status >/dev/null ;;
    esac
    # A reader that is still there holds the module, and lets go once it has read all.
    rmmod come_and_go 2>/dev/null || { echo stop >$TAPC/control; wait $!; rmmod come_and_go || exit 2; }
    round=$((round + 1))
done
kill $one
wait $one 2>/dev/null
echo rounds $round
`,
  },
  {
    name: 'no_reader',
    timeout: 60,
    script: `
before=$(cut -d. -f1 /proc/uptime)
insmod $KO
echo insmod $(($(cut -d. -f1 /proc/uptime) - before))
while ! grep -q 'state done' $TAPC/status; do sleep 0.2; done
echo ended $(($(cut -d. -f1 /proc/uptime) - before))
cat $TAPC/status >$OUT/status
# What nobody has read is still there: as much as the buffer holds.
cat $TAPC/trace >$OUT/trace
rmmod no_reader
`,
  },
  {
    name: 'readers',
    timeout: 60,
    script: `
insmod $KO
exec 5<$TAPC/trace
rmmod readers 2>/dev/null && echo rmmod took a module that is being read
read -r line <&5
echo first $line
# Nothing goes back, and the stream is the first reader's until it closes the file.
dd skip=1 bs=1 count=1 <&5 >/dev/null 2>&1
cat <&5 >$OUT/rest & first=$!
cat $TAPC/trace 2>&1 | sed "s:.*/trace:trace:"
cat <$TAPC/trace >$OUT/second 2>&1
exec 5<&-
echo nonsense >$TAPC/control 2>/dev/null && echo control took nonsense
echo stop >$TAPC/control
wait $first
rmmod readers
echo gone $(ls /sys/kernel/debug/tapc)
`,
  },
];

describe.each(['6.1', '6.12'])('on %s', (line) => {
  let results: Map<string, VmJobResult>;

  beforeAll(async () => {
    const kernel = await fetchKernel(line);
    const samples = new Map(
      (await findSamples(FOLDER)).map((s) => [s.name, { ...s, module: s.name.slice(5) }]),
    );
    const jobs: VmJob[] = [];
    for (const { name, timeout, script } of JOBS) {
      const sample = samples.get(`hard/${name}`);
      assert.ok(sample !== undefined, name);
      const { source, error } = await compileSample(sample, kernel);
      assert.ok(source !== undefined, error);
      const [built] = await buildModules(kernel, [source]);
      assert.deepEqual(built?.messages, []);
      assert.ok(built.ko !== undefined);
      const head = `KO=./${name}.ko\nTAPC=/sys/kernel/debug/tapc/${name}\n`;
      jobs.push({ name, timeout, script: head + script, files: { [`${name}.ko`]: { path: built.ko } } });
    }
    const programs = await guestPrograms(kernel.machine);
    // The one that patches the kernel's code all the time has a guest of its own.
    const patches = (job: VmJob): boolean => job.name === 'come_and_go';
    const run = [
      ...(await runInVm(
        kernel,
        jobs.filter((job) => !patches(job)),
        { programs },
      )),
      ...(await runInVm(kernel, jobs.filter(patches), { programs, oneAtATime: true })),
    ];
    results = new Map(run.map((result) => [result.name, result]));
  });

  /** The result of a job that went well as far as the guest can tell: no warning in the kernel's log. */
  const sound = (name: string): VmJobResult => {
    const found = results.get(name);
    assert.ok(found !== undefined, name);
    expect([
      found.problems,
      found.outcome,
      found.exitStatus,
      found.stderr.replaceAll(/^ ?Terminated\n?/gm, ''),
    ]).toEqual([[], 'exited', 0, '']);
    return found;
  };
  const text = (result: VmJobResult, file: string): string =>
    result.files.get(file)?.toString('latin1') ?? '';

  test('a slow reader gets every line whole and in order, or it is counted', () => {
    const result = sound('slow_reader');
    const status = readStatus(text(result, 'status'));
    expect(contradictions(status)).toEqual([]);
    const lines = text(result, 'trace').trimEnd().split('\n');
    const last = new Map<string, number>();
    let time = 0;
    for (const line of lines) {
      const [, ns, cpu, pid, place] =
        /^(\d+) (\d) (\d+) (\d+) some text that makes the line long$/.exec(line) ?? [];
      assert.ok(ns !== undefined && cpu !== undefined && pid !== undefined && place !== undefined, line);
      // Times are taken a little before the records are: only within one processor they are in order.
      const before = last.get(pid);
      assert.ok(before === undefined || Number(place) > before, line);
      last.set(pid, Number(place));
      const onCpu = last.get(`cpu ${cpu}`) ?? 0;
      assert.ok(Number(ns) >= onCpu, line);
      last.set(`cpu ${cpu}`, Number(ns));
      time = Math.max(time, Number(ns));
    }
    const [probe] = status.probes;
    assert.ok(probe !== undefined);
    // The last read of each finds the end of its file.
    expect(lines.length + status.dropped).toBe(2 * (READS + 1));
    expect(probe.reasons.room ?? 0).toBe(status.dropped);
    expect(status.dropped).toBeGreaterThan(0);
  });

  test(`${ROUNDS} times a module with probes of every family comes and goes under load`, () => {
    expect(sound('come_and_go').stdout).toContain(`rounds ${ROUNDS}`);
  });

  test('without a reader, insmod returns and the script ends', () => {
    const result = sound('no_reader');
    const status = readStatus(text(result, 'status'));
    const lines = text(result, 'trace').trimEnd().split('\n');
    const [, insmod] = /^insmod (\d+)$/m.exec(result.stdout) ?? [];
    const [, ended] = /^ended (\d+)$/m.exec(result.stdout) ?? [];
    expect(Number(insmod)).toBeLessThan(20);
    expect(Number(ended)).toBeLessThan(40);
    expect(status.dropped).toBeGreaterThan(0);
    // 100,000 lines in begin, in pieces that come out whole or not at all.
    for (const line of lines) expect(line).toMatch(/^(begin|end) \d+$/);
    expect(lines.length).toBeLessThan(200_000);
  });

  test('an open reader holds the module, and is alone', () => {
    const result = sound('readers');
    expect(result.stdout).toMatch(/^first line 1$/m);
    expect(result.stdout).toMatch(/busy/i);
    expect(result.stdout).not.toMatch(/took/);
    expect(result.stdout).toMatch(/^gone$/m);
  });
});
