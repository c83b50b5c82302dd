import { describe, expect, it } from 'vitest';
import { bundledNames, compareReleases, openBundled } from '../../src/kernel/bundled.ts';
import { type Fact, factText } from '../../src/kernel/facts.ts';
import { sizeOf, spellType, strip } from '../../src/kernel/types.ts';

/** In what kernels differ. */
const BEFORE_6 = new Set(['5.10']);
const BEFORE_7 = new Set(['5.10', '6.1', '6.12']);

describe.each(bundledNames())('bundled profile %s', (name) => {
  const profile = openBundled(name);
  const [line = '', arch = 'x86_64'] = name.split('-');
  const types = profile.types();

  it('says which kernel it is of', () => {
    expect(profile.line).toBe(line);
    expect(profile.name).toBe(name);
    expect(profile.release.startsWith(`${line}.`)).toBe(true);
    expect(profile.arch).toBe(arch);
    expect(profile.version).toMatch(/^#1 SMP .*Debian/);
  });

  it('knows the configuration', () => {
    expect(profile.config('KPROBES')).toBe('y');
    expect(profile.config('CONFIG_KPROBES')).toBe('y');
    expect(profile.config('HZ')).toBe('250');
    expect(profile.config('DEFAULT_HOSTNAME')).toBe('(none)');
    expect(profile.config('KPROBE')).toBeUndefined();
    expect(profile.config('')).toBeUndefined();
  });

  it('knows the exports of the kernel, and not those of its modules', () => {
    const exports = new Map([...profile.exportedSymbols()].map((symbol) => [symbol.name, symbol]));
    expect(exports.size).toBeGreaterThan(9_000);
    for (const symbol of exports.keys()) if (!profile.exports(symbol)) expect.fail(`${symbol} is not found`);
    expect(exports.get('register_kprobe')?.gpl).toBe(true);
    expect(exports.get(BEFORE_6.has(line) ? 'printk' : '_printk')?.gpl).toBe(false);
    expect(profile.exports('for_each_kernel_tracepoint')).toBe(true);
    for (const symbol of [
      'kallsyms_lookup_name',
      'strncpy_from_kernel_nofault',
      'drm_dev_register',
      '',
      'a',
      '~',
    ]) {
      expect(profile.exports(symbol)).toBe(false);
    }
  });

  it('knows functions with the names and types of their parameters', () => {
    const read = types.func('vfs_read');
    expect(read?.params.map((parameter) => spellType(parameter.type, parameter.name))).toEqual([
      'struct file *file',
      'char *buf',
      'size_t count',
      'loff_t *pos',
    ]);
    expect(read && spellType(read.returns)).toBe('ssize_t');
  });

  it('follows members to the name of a file', () => {
    const file = types.parse('struct file *');
    const target = file?.kind === 'pointer' ? file.target : undefined;
    const path = target && types.member(target, 'f_path');
    const dentry = path && types.member(path.type, 'dentry');
    const pointed = dentry && strip(dentry.type);
    const d_name = pointed?.kind === 'pointer' ? types.member(pointed.target, 'd_name') : undefined;
    // The length and the hash are in an anonymous struct in an anonymous union.
    const length = d_name && types.member(d_name.type, 'len');
    const text = d_name && types.member(d_name.type, 'name');
    expect(length?.bitOffset).toBe(32);
    expect(text?.bitOffset).toBe(64);
    expect(text && spellType(text.type)).toBe('const unsigned char *');
  });

  it('knows per-CPU variables, enumerators and bitfields', () => {
    // 5.10's own pahole wrote no variables of that kind.
    expect(types.variable('runqueues')?.percpu).toBe(BEFORE_6.has(line) ? undefined : true);
    expect(types.enumValue('HRTIMER_RESTART')?.value).toBe(1n);
    const task = types.struct('task_struct');
    const bitfield = task && types.member(task, 'sched_reset_on_fork');
    expect(bitfield?.bitfield).toBe(true);
    expect(bitfield?.bitSize).toBe(1);
    const comm = task && types.member(task, 'comm');
    expect(comm && sizeOf(comm.type)).toBe(16);
  });

  it('names the parameters of tracepoints', () => {
    const [found, ...more] = profile.tracepoints('sched:sched_switch');
    expect(more).toEqual([]);
    expect(found?.system).toBe('sched');
    expect(found?.params.map((parameter) => spellType(parameter.type, parameter.name))).toEqual([
      'bool preempt',
      'struct task_struct *prev',
      'struct task_struct *next',
      ...(BEFORE_6.has(line) ? [] : ['unsigned int prev_state']),
    ]);
    expect(profile.tracepoints('sched_switch').length).toBe(1);
    expect(profile.tracepoints('irq:sched_switch')).toEqual([]);
    expect(profile.tracepoints('sched_swatch')).toEqual([]);
    const all = profile.tracepoints('*');
    expect(all.length).toBeGreaterThan(500);
    for (const { name, params } of all) {
      if (params.some((parameter) => parameter.name === '')) expect.fail(`${name} has an unnamed parameter`);
    }
  });

  it('knows the types of the modules that are bundled with it', () => {
    if (profile.config('DEBUG_INFO_BTF_MODULES') !== 'y') {
      expect(profile.modules()).toEqual([]);
      return;
    }
    expect(profile.modules()).toContain('ext4');
    const open = profile.types('ext4')?.func('ext4_file_open');
    expect(open?.params.map((parameter) => spellType(parameter.type, parameter.name))).toEqual([
      'struct inode *inode',
      'struct file *filp',
    ]);
    const [traced] = profile.tracepoints('ext4:ext4_sync_file_enter', 'ext4');
    expect(traced?.params.map((parameter) => spellType(parameter.type, parameter.name))).toEqual([
      'struct file *file',
      'int datasync',
    ]);
    expect(profile.functions('ext4_file_o*', 'ext4')).toEqual(['ext4_file_open']);
    expect(profile.functions('ext4_file_open')).toEqual([]);
  });

  it('matches functions by pattern', () => {
    const reads = profile.functions('vfs_*');
    expect(reads).toContain('vfs_read');
    expect(reads.every((function_) => function_.startsWith('vfs_'))).toBe(true);
    expect([...reads].sort()).toEqual(reads);
    expect(new Set(reads).size).toBe(reads.length);
    expect(profile.functions('vfs_{read,write}')).toEqual(['vfs_read', 'vfs_write']);
    expect(profile.functions('vfs_rea?')).toEqual(['vfs_read']);
    expect(profile.functions('no_such_*')).toEqual([]);
    expect(profile.functions('*', 'no_such_module')).toEqual([]);
  });

  it('decodes every function, with the names of its parameters, and every struct', () => {
    // A table of its own: all that this decodes is kept as long as the table.
    const all = openBundled(name).types();
    for (const function_ of all.functionNames()) {
      const found = all.func(function_);
      if (found === undefined) expect.fail(`${function_} is not found`);
      for (const parameter of found.params) {
        if (parameter.name === '') expect.fail(`${function_} has an unnamed parameter`);
        spellType(parameter.type, parameter.name);
      }
    }
    let members = 0;
    for (const struct of all.structNames()) {
      const found = all.struct(struct);
      if (found === undefined) expect.fail(`${struct} is not found`);
      for (const member of found.members) {
        members++;
        const end = member.bitOffset + member.bitSize;
        if (end > found.size * 8) expect.fail(`${struct}.${member.name} ends outside`);
      }
    }
    expect(members).toBeGreaterThan(40_000);
  });

  it('answers facts', () => {
    const facts: readonly (readonly [Fact, boolean])[] = [
      [{ kind: 'exports', symbol: 'uprobe_register_refctr' }, ['5.10', '6.1'].includes(line)],
      [{ kind: 'exports', symbol: 'uprobe_unregister_nosync' }, !['5.10', '6.1'].includes(line)],
      [{ kind: 'exports', symbol: 'hrtimer_init' }, BEFORE_7.has(line)],
      [{ kind: 'exports', symbol: 'hrtimer_setup' }, !BEFORE_7.has(line)],
      [{ kind: 'function', name: 'vfs_read' }, true],
      [{ kind: 'function', name: 'vfs_read', parameters: 4 }, true],
      [{ kind: 'function', name: 'vfs_read', parameters: 3 }, false],
      [{ kind: 'member', type: 'struct hrtimer', member: 'function' }, true],
      [{ kind: 'member', type: 'struct hrtimer', member: 'callback' }, false],
      [{ kind: 'member', type: 'struct no_such', member: 'function' }, false],
      [{ kind: 'type', name: 'struct hrtimer' }, true],
      [{ kind: 'type', name: 'u64' }, true],
      [{ kind: 'enumerator', name: 'HRTIMER_MODE_REL' }, true],
      [{ kind: 'tracepoint', name: 'sys_enter' }, true],
      [{ kind: 'config', option: 'MODVERSIONS' }, BEFORE_7.has(line)],
      [{ kind: 'config', option: 'MODVERSIONS', value: 'm' }, false],
      [{ kind: 'not', fact: { kind: 'exports', symbol: 'kallsyms_lookup_name' } }, true],
    ];
    for (const [fact, expected] of facts)
      expect([factText(fact), profile.has(fact)]).toEqual([factText(fact), expected]);
  });
});

it('orders releases by their numbers', () => {
  const releases = ['6.12.117+deb12-amd64', '6.1.0-56-amd64', '6.9', '5.10', '6.12.9'];
  expect(releases.sort(compareReleases)).toEqual([
    '5.10',
    '6.1.0-56-amd64',
    '6.9',
    '6.12.9',
    '6.12.117+deb12-amd64',
  ]);
});
