import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { compareApi } from '../../src/api/compare.ts';
import { kernelApi } from '../../src/api/kernel.ts';
import { readApi, symbolsOf } from '../../src/api/manifest.ts';
import { bundledNames } from '../../src/kernel/bundled.ts';
import { selectProfile } from '../../src/kernel/select.ts';
import { planOf } from '../support/check.ts';
import { kernelWithout, symversWithout } from './damaged.ts';

const root = join(import.meta.dirname, '..', '..');
const tapc = join(root, 'bin', 'tapc');
const api = readApi();
const profile = (line: string) => selectProfile(line).profile;

function run(...args: string[]): string {
  return execFileSync(tapc, ['api', ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}

describe('the manifest', () => {
  const symbols = symbolsOf(api.runtime.uses, bundledNames().map(profile));

  test('says of every symbol what for, in which contexts, and since when', () => {
    for (const symbol of symbols) {
      expect(symbol.uses.length, symbol.name).toBeGreaterThan(0);
      for (const use of symbol.uses) expect(use.for, symbol.name).not.toBe('');
    }
    const setup = symbols.find(({ name }) => name === 'hrtimer_setup');
    expect(setup).toMatchObject({ facilities: ['timer'], context: 'process', since: '7.2', until: null });
    const init = symbols.find(({ name }) => name === 'hrtimer_init');
    expect(init).toMatchObject({ since: '5.10', until: '6.12' });
  });

  test('names no symbol in vain: one that none of the known kernels has stands for another', () => {
    const nowhere = symbols.filter((s) => s.since === null && !s.byCompiler).map((s) => s.name);
    const spellings = new Set(api.runtime.uses.filter((u) => u.imports.length > 1).flatMap((u) => u.imports));
    expect(nowhere.filter((name) => !spellings.has(name))).toEqual([]);
  });

  test('is small: at most 80 symbols, and 25 in a script that prints one line', () => {
    expect(symbols.filter((symbol) => !symbol.byCompiler).length).toBeLessThanOrEqual(80);
    for (const kernel of bundledNames()) {
      const { plan } = planOf('probe begin { println("hello") exit() }', { kernel });
      expect(plan?.imports.length ?? Number.NaN, kernel).toBeLessThanOrEqual(25);
    }
  });

  test('lists what comes from headers, and nothing of its own', () => {
    const names = api.items.map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining(['READ_ONCE', 'container_of', 'file_operations', 'pt_regs']),
    );
    expect(names.filter((name) => /^(?:tapc|TAPC)_|^(?:if|while|return)$/.test(name))).toEqual([]);
  });
});

describe('what a kernel gets', () => {
  test.each(bundledNames())('%s lacks nothing', (line) => {
    const { lacking, symbols } = kernelApi(api, profile(line));
    expect(lacking.map((use) => use.name)).toEqual([]);
    expect([...symbols].filter((symbol) => !profile(line).exports(symbol))).toEqual([]);
  });

  test('is chosen by facts', () => {
    const files = (line: string) =>
      kernelApi(api, profile(line)).variants.map((v) => `${v.facility}/${v.file}: ${v.fact}`);
    expect(files('7.3')).toContain('timer/hrtimer-setup.c: exports hrtimer_setup');
    expect(files('6.1')).toContain('timer/hrtimer-init.c: not: exports hrtimer_setup');
  });

  test('holds what modules import', () => {
    const script =
      'probe timer.ms(10), kernel.function("vfs_read").return { println(execname(), symname(addr())) }';
    for (const kernel of bundledNames()) {
      const { symbols } = kernelApi(api, profile(kernel));
      const { plan } = planOf(script, { kernel });
      expect((plan?.imports ?? ['nothing']).filter((symbol) => !symbols.has(symbol))).toEqual([]);
    }
  });

  test('is less where a symbol is taken away', () => {
    const { lacking } = kernelApi(api, kernelWithout('6.1', ['hrtimer_init']));
    expect(lacking).toMatchObject([{ facility: 'timer', name: 'hrtimer_init' }]);
  });
});

describe('a header that costs other symbols on other kernels', () => {
  test('is told by a fact: 6.13 to 7.0 have no tracepoint_srcu', () => {
    const known = profile('7.2');
    const between = ['tracepoint_srcu', 'rcu_tasks_trace_srcu_struct'];
    const lacks = (gone: readonly string[], of = known): readonly string[] =>
      kernelApi(api, kernelWithout(of.name, gone)).lacking.map((use) => use.imports.join());
    expect(lacks(between)).toEqual([]);
    expect(lacks(['tracepoint_srcu'])).toEqual(['tracepoint_srcu']);
    expect(lacks(['tracepoint_srcu'], profile('6.12'))).toEqual(['tracepoint_srcu']);
  });
});

describe('what changes', () => {
  test('is told with the fact that decides', () => {
    const { variants } = compareApi(api, profile('6.12'), profile('7.2'));
    expect(variants.find((v) => v.facility === 'timer')).toMatchObject({
      from: [{ file: 'hrtimer-init.c' }],
      to: [{ file: 'hrtimer-setup.c', fact: 'exports hrtimer_setup' }],
    });
    const { symbols } = compareApi(api, profile('6.1'), profile('6.12'));
    expect(symbols.find((s) => s.use === 'vzalloc')).toMatchObject({
      from: 'vzalloc',
      to: 'vzalloc_noprof',
      fact: 'exports vzalloc_noprof',
    });
  });

  test('is nothing between a kernel and itself', () => {
    expect(compareApi(api, profile('6.1'), profile('6.1'))).toEqual({ variants: [], symbols: [] });
  });
});

describe('the command', () => {
  test('gives JSON with symbols in every form', { timeout: 60_000 }, () => {
    const forms = [
      [],
      ['--kernel', '6.12'],
      ['--from', '6.1', '--to', '6.12'],
      ['--kernel', '6.12', '--script', join(root, 'tests/golden/modules/hello.stp')],
    ];
    for (const form of forms) {
      const json: { symbols?: { name?: string }[] } = JSON.parse(run(...form, '--json'));
      expect(json.symbols?.length, form.join(' ')).toBeGreaterThan(3);
      expect(json.symbols?.every((symbol) => typeof symbol.name === 'string')).toBe(true);
    }
  });

  test('says what a Module.symvers lacks and which probes that costs', { timeout: 60_000 }, () => {
    const folder = mkdtempSync(join(tmpdir(), 'tapc-api-'));
    try {
      const whole = join(folder, 'whole');
      writeFileSync(whole, symversWithout('6.12', []));
      expect(run('--check', whole)).toMatch(/all that tapc needs is there\n$/);
      const damaged = join(folder, 'damaged');
      writeFileSync(damaged, symversWithout('6.12', ['hrtimer_init', 'register_fprobe_ips']));
      const { status, stdout } = spawnSync(tapc, ['api', '--check', damaged], { encoding: 'utf8' });
      expect(status).toBe(1);
      expect(stdout).toContain(
        'missing:\n  hrtimer_init or hrtimer_setup: prepare a timer (timer: hrtimer_init)\n',
      );
      expect(stdout).toContain('timer.profile (profile)');
      // There is another way to hook returns.
      expect(stdout).not.toContain('.return');
      expect(stdout).not.toContain('kernel.function');
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
