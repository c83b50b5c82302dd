import { describe, expect, test } from 'vitest';
import { planModule } from '../../src/pipeline.ts';
import { diagnosticLines, moduleRequest } from '../support/check.ts';
import { kernelWithout } from './damaged.ts';

function planWithout(script: string, kernel: string, ...symbols: string[]): ReturnType<typeof planModule> {
  return planModule({ ...moduleRequest(script), profile: kernelWithout(kernel, symbols) });
}

describe('a kernel that no variant fits', () => {
  test.each([
    [
      'probe timer.s(1) { println(1) }',
      '6.1',
      'hrtimer_init',
      /^error kernel-lacks 1:7 timer\.s\(1\) needs a kernel that exports hrtimer_init or hrtimer_setup; 6\.1\.\S+ does not$/,
    ],
    [
      'probe kernel.trace("sched_switch") { println(1) }',
      '7.3',
      'tracepoint_probe_register',
      /^error kernel-lacks 1:7 kernel\.trace\("sched_switch"\) needs a kernel that exports tracepoint_probe_register; /,
    ],
    // A handler's own need, in the second of two probes.
    [
      'probe begin { println(1) }\nprobe timer.s(1) { print_backtrace() }',
      '6.12',
      '__unwind_start',
      /^error kernel-lacks 2:7 timer\.s\(1\) needs a kernel that exports __unwind_start; /,
    ],
    // Whichever spelling a kernel has.
    [
      'probe begin { println(1) }',
      '6.12',
      'vzalloc_noprof',
      /^error kernel-lacks - every module needs a kernel that exports vzalloc_noprof or vzalloc; /,
    ],
  ])('%s on %s without %s', (script, kernel, symbol, message) => {
    const result = planWithout(script, kernel, symbol);
    expect(diagnosticLines(result)).toEqual([expect.stringMatching(message)]);
    expect(result.plan).toBeUndefined();
  });

  test('takes another variant where there is one', () => {
    const result = planWithout(
      'probe kernel.function("vfs_read").return { println($return) }',
      '6.12',
      'register_fprobe_ips',
    );
    expect(result.hasErrors).toBe(false);
    expect(result.plan?.imports).toContain('register_kretprobe');
    expect(result.plan?.imports).not.toContain('register_fprobe');
  });

  test('is only warned of where its exports are assumed', () => {
    const profile = { ...kernelWithout('6.1', ['hrtimer_init']), exportsAssumedFrom: '6.12' };
    const result = planModule({ ...moduleRequest('probe timer.s(1) { println(1) }'), profile });
    expect(diagnosticLines(result)).toEqual([
      expect.stringMatching(
        /^warning kernel-lacks 1:7 .* exports hrtimer_init or hrtimer_setup; \S+ may lack it$/,
      ),
    ]);
    expect(result.plan).toBeDefined();
  });

  test('is no matter to scripts that do without', () => {
    expect(planWithout('probe begin { println(1) }', '6.1', 'hrtimer_init').hasErrors).toBe(false);
  });
});
