/** What probe points stand for, and what is said about those that stand for nothing. */
import { describe, expect, test } from 'vitest';
import { openBundled } from '../../src/kernel/bundled.ts';
import { spellType } from '../../src/kernel/types.ts';
import { families } from '../../src/probes/registry.ts';
import { ask, variablesOf } from './support.ts';

const profile = openBundled('6.12');

describe('points that are there', () => {
  test.each([
    ['timer.ms(100)', ['timer.ms(100)']],
    ['timer.sec(1)', ['timer.sec(1)']],
    ['timer.us(10)', ['timer.us(10)']],
    ['timer.jiffies(3).randomize(2)', ['timer.jiffies(3).randomize(2)']],
    ['timer.hz(100)', ['timer.hz(100)']],
    ['timer.profile', ['timer.profile']],
    ['timer.profile.tick', ['timer.profile']],
    ['timer.profile.freq.hz(50)', ['timer.profile.freq.hz(50)']],
    ['kernel.trace("sched_switch")', ['kernel.trace("sched:sched_switch")']],
    ['kernel.trace("sched:sched_switch")', ['kernel.trace("sched:sched_switch")']],
    [
      'kernel.trace("sched:sched_process_e*")',
      ['kernel.trace("sched:sched_process_exec")', 'kernel.trace("sched:sched_process_exit")'],
    ],
    ['kernel.trace("other:sched_switch")', []],
    ['kernel.function("vfs_read")', ['kernel.function("vfs_read")']],
    ['kernel.function("vfs_read").call', ['kernel.function("vfs_read").call']],
    ['kernel.function("{kfree,vfs_read}").exported', ['kernel.function("kfree")']],
    ['kernel.function("kfree").exported.return', ['kernel.function("kfree").return']],
    ['kernel.function("vfs_read").return', ['kernel.function("vfs_read").return']],
    ['kernel.function("vfs_read").return.maxactive(5)', ['kernel.function("vfs_read").return']],
    [
      'kernel.function("vfs_rea[cd]*")',
      ['kernel.function("vfs_read")', 'kernel.function("vfs_readlink")', 'kernel.function("vfs_readv")'],
    ],
    ['kprobe.function("vfs_read").return', ['kprobe.function("vfs_read").return']],
    ['kernel.function("no_such_function")', []],
    ['module("no_such").trace("x")', []],
  ])('%s', (text, expected) => {
    const asked = ask(text, profile);
    expect(asked?.reports).toEqual([]);
    expect(asked?.points.map((p) => p.text)).toEqual(expected);
  });
});

describe('points that cannot be', () => {
  test.each([
    ['timer.ms(0)', 'error timer-range'],
    ['timer.ms(-5)', 'error timer-range'],
    ['timer.ns(9999)', 'error timer-range'],
    ['timer.hz(1000000)', 'error timer-range'],
    ['timer.s(99999999999)', 'error timer-range'],
    ['timer.minutes(5)', 'error timer-unit'],
    ['timer', 'error probe-component'],
    ['timer.ms', 'error probe-argument'],
    ['timer.ms("5")', 'error probe-argument'],
    ['timer.ms(5).rand(3)', 'error probe-component'],
    ['timer.ms(5).randomize', 'error probe-argument'],
    ['timer.ms(5).randomize(6)', 'error timer-randomize'],
    ['timer.hz(5).randomize(1)', 'error timer-randomize'],
    ['timer.profile(5)', 'error probe-argument'],
    ['timer.profile.tock', 'error probe-component'],
    ['kernel.trace', 'error probe-argument'],
    ['kernel.trace(5)', 'error probe-argument'],
    ['kernel.trace("sched_switch").return', 'error probe-component'],
    ['kernel.function', 'error probe-argument'],
    ['kernel.function(5)', 'error probe-argument'],
    ['kernel.function("vfs_read").retrun', 'error probe-component'],
    ['kernel.function("vfs_read").return.call', 'error probe-component'],
    ['kernel.function("vfs_read").return.return', 'error probe-component'],
    ['kernel.function("vfs_read").return(5)', 'error probe-argument'],
    ['kernel.function("vfs_read").maxactive(5)', 'error probe-component'],
    ['kernel.function("vfs_read").return.maxactive(0)', 'error probe-argument'],
    ['kernel.function("vfs_read").inline', 'error probe-inline'],
    ['kernel.function("vfs_read@fs/read_write.c:450")', 'error probe-statement'],
    ['kernel.function("vfs_read@fs/read_write.c+3")', 'error probe-statement'],
    ['kernel.statement("vfs_read")', 'error probe-statement'],
    ['kernel.function("vfs_read@fs/read_write.c")', 'warning probe-file-ignored'],
    ['kernel.function("*@fs/read_write.c")', 'error probe-file-unknown'],
    ['kprobe.function("no_such_function")', 'warning function-untyped'],
    ['module("no_such").function("f")', 'warning function-untyped'],
    ['kprobe', 'error probe-component'],
    ['kprobe.statement(5)', 'error probe-statement'],
    ['module.function("f")', 'error probe-argument'],
  ])('%s: %s', (text, report) => {
    expect(ask(text, profile)?.reports).toEqual([report]);
  });

  test.each([
    ['kernel.function("vfs_raed")', 'kernel.function("vfs_read")'],
    ['kernel.trace("sched_swich")', 'kernel.trace("sched:sched_switch")'],
    ['kernel.trace("irq:sched_switch")', 'kernel.trace("sched:sched_switch")'],
  ])('%s suggests %s', (text, near) => {
    expect(ask(text, profile)?.suggestions[0]).toBe(near);
  });

  test('nobody claims a point that is only like one of these', () => {
    for (const text of ['kernel("x").trace("y")', 'timers.ms(5)', 'timer("x").ms(5)', 'vfs.read']) {
      expect(ask(text, profile)?.family.name).toBeUndefined();
    }
  });
});

describe('variables', () => {
  const shown = (text: string): string[] =>
    variablesOf(text, profile).map((v) => `${v.name} ${spellType(v.type)} = ${v.c}`);

  test('of a function are its parameters, by the registers that carry them', () => {
    expect(shown('kernel.function("vfs_read")')).toEqual([
      'file struct file * = regs->di',
      'buf char * = regs->si',
      'count size_t = regs->dx',
      'pos loff_t * = regs->cx',
    ]);
  });

  test('have the width and sign of their type', () => {
    expect(shown('kernel.function("do_sys_openat2")')[0]).toBe('dfd int = (s32)regs->di');
  });

  test('of a return is the value', () => {
    expect(shown('kernel.function("vfs_read").return')).toEqual(['return ssize_t = regs->ax']);
    expect(shown('kernel.function("kfree").return')).toEqual([]);
  });

  test('behind the sixth word are on the stack', () => {
    const c = variablesOf('kernel.function("mmap_region")', profile).map((v) => v.c);
    expect(c).toEqual(['regs->di', 'regs->si', 'regs->dx', 'regs->cx', 'regs->r8', 'regs->r9']);
  });

  test('of a tracepoint are its parameters and its name', () => {
    expect(shown('kernel.trace("sched_switch")')).toEqual([
      'preempt bool = a_preempt',
      'prev struct task_struct * = (long)a_prev',
      'next struct task_struct * = (long)a_next',
      'prev_state unsigned int = a_prev_state',
      '$name const char * = "sched_switch"',
      '$system const char * = "sched"',
    ]);
  });
});

describe('tapc list', () => {
  const listed = (pattern: string): string[] =>
    families.flatMap((family) => [...family.list(pattern, profile)].map((point) => point.text));

  test.each([
    ['timer.s*', ['timer.s(N)', 'timer.sec(N)']],
    [
      'kernel.trace("sched_sw*")',
      ['kernel.trace("sched:sched_swap_numa")', 'kernel.trace("sched:sched_switch")'],
    ],
    ['kernel.function("vfs_readv").*', ['kernel.function("vfs_readv").return']],
    [
      'kernel.function("vfs_readv").**',
      ['kernel.function("vfs_readv")', 'kernel.function("vfs_readv").return'],
    ],
    ['kprobe.function("vfs_readv")', ['kprobe.function("vfs_readv")']],
    ['kernel.function("no_such_*")', []],
    ['no(t a pattern', []],
  ])('%s', (pattern, expected) => {
    expect(listed(pattern)).toEqual(expected);
  });

  test('a star alone goes no deeper', () => {
    expect(listed('*').length).toBeLessThan(20);
    expect(listed('kernel.function').length).toBeGreaterThan(40_000);
  });

  test('shows variables with their types', () => {
    const [point] = families.flatMap((family) => [
      ...family.list('kernel.function("vfs_readv").return', profile),
    ]);
    expect(point?.variables[0]).toEqual({ name: '$return', type: 'ssize_t' });
    expect(point?.variables[1]?.name).toBe('$file');
  });
});
