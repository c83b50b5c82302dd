/**
 * Every kind of probe on top of every other, in the three classes of handlers: none lost where nothing needs exclusion, and
 * every hit accounted for where something does, counted by the module that causes them. One boot on each kernel.
 */
import assert from 'node:assert/strict';
import { beforeAll, describe, expect, test } from 'vitest';
import { guestPrograms } from '../build.ts';
import { type FetchedKernel, fetchKernel } from '../fetch/fetch.ts';
import { contradictions, type ProbeStatus } from '../sample/status.ts';
import { runInVm, type VmJobResult } from '../vm.ts';
import {
  CLASSES,
  FLOOD,
  floodJob,
  type HandlerClass,
  linesJob,
  momentOf,
  NESTED,
  nestingJob,
  numbers,
  OUTER,
  PRINTED,
  PROBES,
  ROUNDS,
} from './phases.ts';

describe.each(['6.1', '6.12'])('on %s', (line) => {
  let kernel: FetchedKernel;
  let results: ReadonlyMap<string, VmJobResult>;

  beforeAll(async () => {
    kernel = await fetchKernel(line);
    const jobs = [];
    for (const of of CLASSES) jobs.push(await nestingJob(kernel, of));
    jobs.push(await floodJob(kernel), await linesJob(kernel));
    const run = await runInVm(kernel, jobs, { programs: await guestPrograms(kernel.machine), memory: 2048 });
    results = new Map(run.map((result) => [result.name, result]));
  });

  /** The result of a class that went well as far as the guest can tell. */
  const sound = (of: HandlerClass | 'flood' | 'lines'): VmJobResult => {
    const found = results.get(of);
    assert.ok(found !== undefined);
    const { problems, outcome, exitStatus, stdout, stderr } = found;
    expect({ problems, outcome, exitStatus, stdout, stderr }).toEqual({
      problems: [],
      outcome: 'exited',
      exitStatus: 0,
      stdout: '',
      stderr: '',
    });
    return found;
  };

  test(`${FLOOD} events on two processors, a slow reader: every drop counted, lines whole and in order`, () => {
    const result = sound('flood');
    const { status } = momentOf(result, 'end');
    expect(contradictions(status)).toEqual([]);
    const text = result.files.get('lines')?.toString('latin1') ?? '';
    const lines = numbers(text);
    expect([lines.get('bad'), lines.get('left'), lines.get('error')]).toEqual([0, 0, 0]);
    const { hits, recorded, skipped, missed, reasons } = probe(status.probes, 0);
    expect([hits, missed, recorded + skipped]).toEqual([FLOOD, 0, FLOOD]);
    expect([lines.get('lines'), reasons.room ?? 0, status.dropped]).toEqual([recorded, skipped, skipped]);
    expect(skipped).toBeGreaterThan(0);
    // Places that did not come are dropped ones; those behind the last line leave no gap.
    expect(lines.get('gaps')).toBeGreaterThan(0);
    expect(lines.get('gaps')).toBeLessThanOrEqual(skipped);
  });

  test(`${PRINTED} lines as fast as they come, a reader on the same CPU: counted, and nearly all arrive`, () => {
    const result = sound('lines');
    const { status } = momentOf(result, 'end');
    expect(contradictions(status)).toEqual([]);
    const arrived = Number(result.files.get('lines')?.toString('latin1'));
    console.log(`${line}: ${arrived} of ${PRINTED} lines arrived, ${status.dropped} were counted as dropped`);
    expect(arrived + status.dropped).toBe(PRINTED);
    expect(arrived).toBeGreaterThanOrEqual(0.95 * PRINTED);
  });

  describe.each(CLASSES)('handlers that %s', (of) => {
    test.each(OUTER)('a slow one on %s, and all others over it', (outer) => {
      const result = sound(of);
      const before = momentOf(result, OUTER[OUTER.indexOf(outer) - 1] ?? 'start');
      const after = momentOf(result, outer);
      const table = PROBES.map((name, i) => {
        const was = probe(before.status.probes, i);
        const is = probe(after.status.probes, i);
        const calls = (after.calls.get(name) ?? 0) - (before.calls.get(name) ?? 0);
        return {
          name,
          calls,
          hits: is.hits - was.hits,
          recorded: is.recorded - was.recorded,
          skipped: is.skipped - was.skipped,
          // A timer counts here the periods that it was late.
          missed: name.endsWith('_timer') ? 0 : is.missed - was.missed,
        };
      });
      if (process.env.TAPC_NESTING !== undefined) console.table(table);
      for (const row of table) {
        expect(row.recorded + row.skipped, row.name).toBe(row.hits);
        if (!row.name.endsWith('_timer')) expect(row.hits + row.missed, row.name).toBe(row.calls);
        if (of !== 'shared') expect(row.skipped, row.name).toBe(0);
        expect(row.missed, row.name).toBe(0);
      }
      const rounds = (after.calls.get('rounds') ?? 0) - (before.calls.get('rounds') ?? 0);
      expect(rounds).toBeGreaterThanOrEqual(ROUNDS);
      if (outer !== 'timer') expect(table.find((row) => row.name === `outer_${outer}`)?.calls).toBe(rounds);
      // It did nest: interrupts came while slow handlers ran, and NMIs.
      for (const row of table.slice(4)) {
        expect(row.name.endsWith('_timer') ? row.hits : row.calls, row.name).toBeGreaterThan(NESTED);
      }
    });

    test('what the handlers left is what was recorded', () => {
      const result = sound(of);
      const { status, calls } = momentOf(result, 'end');
      expect(contradictions(status)).toEqual([]);
      expect([status.dropped, status.truncated, calls.get('wrong')]).toEqual([0, 0, 0]);
      const recorded = new Map(PROBES.map((name, i) => [name, probe(status.probes, i).recorded]));
      const sum = (names: readonly string[]): number =>
        PROBES.reduce((n, name) => (names.includes(name) ? n + (recorded.get(name) ?? 0) : n), 0);
      const lines = numbers(result.files.get('lines')?.toString('latin1') ?? '');
      const sums = numbers(result.files.get('sums')?.toString('latin1') ?? '');
      expect(lines.get('bad')).toBe(0);
      switch (of) {
        case 'trace':
          for (const name of PROBES) expect(lines.get(name) ?? 0, name).toBe(recorded.get(name));
          return;
        case 'accumulate': {
          const inAll = PROBES.filter((name) => name !== 'nmi_entry' && name !== 'nmi_trace');
          for (const name of inAll) expect(sums.get(`all ${name}`) ?? 0, name).toBe(recorded.get(name));
          const keyed = ['outer_entry', 'outer_return', 'outer_trace', 'irq_entry', 'irq_return'];
          const text = result.files.get('sums')?.toString('latin1') ?? '';
          const [, others, nmi] = /^keyed others (\d+) nmi (\d+)$/m.exec(text) ?? [];
          expect(Number(others)).toBe(sum(keyed));
          expect(Number(nmi)).toBe(recorded.get('nmi_entry'));
          expect(sums.get('name')).toBe(sum(['irq_trace', 'nmi_trace']));
          return;
        }
        case 'shared':
          expect(sums.get('turn')).toBe(sum(PROBES));
          // Those over the slow handlers have waited, with what they had from their entry.
          expect(status.late.get(PROBES.indexOf('nmi_return')) ?? 0).toBeGreaterThan(0);
          expect(sums.get('kept')).toBe(1);
          return;
      }
    });
  });
});

function probe(probes: readonly ProbeStatus[], i: number): ProbeStatus {
  const found = probes[i];
  assert.ok(found !== undefined, `the status has no probe ${i}`);
  return found;
}
