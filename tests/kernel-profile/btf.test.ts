import { describe, expect, it } from 'vitest';
import { sizeOf, strip } from '../../src/kernel/btf/ctype.ts';
import { readBtfSections } from '../../src/kernel/btf/format.ts';
import { openTypeTable } from '../../src/kernel/btf/open.ts';
import { openRecords } from '../../src/kernel/btf/records.ts';
import { spellType } from '../../src/kernel/btf/spelling.ts';
import type { TypeTable } from '../../src/kernel/btf/table.ts';
import { compileGlob } from '../../src/kernel/glob.ts';
import { BtfBuilder, smallKernel } from './btf-builder.ts';

function tableOf(builder: BtfBuilder): TypeTable {
  return openTypeTable(openRecords(readBtfSections(builder.build())));
}

describe('types of a kernel', () => {
  const types = tableOf(smallKernel());

  it('finds members with their offsets, through anonymous ones too', () => {
    const task = types.struct('task');
    expect(task?.size).toBe(40);
    const found = ['pid', 'nice', 'flag', 'count', 'low', 'comm', 'running'].map((name) => {
      const member = task && types.member(task, name);
      return [name, member?.bitOffset, member?.bitSize, member?.bitfield];
    });
    expect(found).toEqual([
      ['pid', 0, 32, false],
      ['nice', 32, 5, true],
      ['flag', 37, 1, true],
      ['count', 64, 64, false],
      ['low', 64, 32, false],
      ['comm', 128, 128, false],
      ['running', 256, 8, false],
    ]);
    expect(task && types.member(task, 'nothing')).toBeUndefined();
    expect(task && types.memberNames(task)).toEqual([
      'pid',
      'nice',
      'flag',
      'count',
      'low',
      'comm',
      'running',
    ]);
  });

  it('gives the same object for the same type', () => {
    expect(types.func('wake')?.params[0]?.type).toBe(types.func('__traceiter_woken')?.params[1]?.type);
    const task = types.struct('task');
    expect(task && types.pointerTo(task)).toBe(task && types.pointerTo(task));
  });

  it('reads functions', () => {
    const wake = types.func('wake');
    expect(wake?.params.map(({ name, type }) => spellType(type, name))).toEqual([
      'struct task *task',
      'u32 mode',
    ]);
    expect(wake && spellType(wake.returns)).toBe('int');
    expect(wake?.variadic).toBe(false);
    expect(types.func('print')?.variadic).toBe(true);
    expect(types.func('print')?.params.length).toBe(1);
    expect(types.func('task')).toBeUndefined();
  });

  it('reads enumerators, signed and of 64 bits', () => {
    expect(types.enumValue('MODE_ON')?.value).toBe(-1n);
    expect(types.enumValue('WIDE_BIT')?.value).toBe(0x8000_0000_0000_0001n);
    expect(types.enumValue('MODE')).toBeUndefined();
  });

  it('knows per-CPU variables', () => {
    const counter = types.variable('counter');
    expect(counter?.percpu).toBe(true);
    expect(counter?.section).toBe('.data..percpu');
    expect(counter && spellType(counter.type)).toBe('long unsigned int');
  });

  it('matches names of functions', () => {
    expect(types.functions(compileGlob('*'))).toEqual(['__traceiter_woken', 'look', 'print', 'wake']);
    expect(types.functions(compileGlob('*o*'))).toEqual(['__traceiter_woken', 'look']);
    expect(types.functions(compileGlob('wake'))).toEqual(['wake']);
    expect(types.functions(compileGlob('woke'))).toEqual([]);
  });

  const spellings: readonly (readonly [string, string | undefined])[] = [
    ['struct task', 'struct task'],
    ['  struct   task*  ', 'struct task *'],
    ['const struct task *', 'const struct task *'],
    ['struct task * const', 'struct task *const'],
    ['struct task const *', 'const struct task *'],
    ['unsigned', 'unsigned int'],
    ['long unsigned int', 'long unsigned int'],
    ['unsigned long long', 'long long unsigned int'],
    ['short', 'short int'],
    ['signed char', 'signed char'],
    ['char', 'char'],
    ['_Bool', '_Bool'],
    ['u32', 'u32'],
    ['u32 **', 'u32 **'],
    ['void *', 'void *'],
    ['char[16]', 'char[16]'],
    ['int[2][3]', 'int[2][3]'],
    ['u32 *[4]', 'u32 *[4]'],
    ['enum mode', 'enum mode'],
    ['union nothing', undefined],
    ['struct hidden *', 'struct hidden *'],
    ['struct', undefined],
    ['struct task x', undefined],
    ['unsigned signed', undefined],
    ['long long long', undefined],
    ['int (*)(void)', undefined],
    ['', undefined],
    ['*', undefined],
    ['no_such_t', undefined],
  ];
  it.each(spellings)('parses %j', (spelling, expected) => {
    const type = types.parse(spelling);
    expect(type && spellType(type)).toBe(expected);
  });

  it('strips typedefs and qualifiers', () => {
    const type = types.parse('const u32');
    expect(type && strip(type)).toMatchObject({ kind: 'int', name: 'unsigned int', signed: false });
    const array = types.parse('u32[5]');
    expect(array && sizeOf(array)).toBe(20);
  });
});

describe('types of a module', () => {
  const kernel = smallKernel();
  const records = openRecords(readBtfSections(kernel.build()));
  const module = new BtfBuilder(kernel);
  const task = records.named('task', 4)[0] ?? 0;
  const own = module.compound('struct', 'gadget', 16, [
    ['task', module.record('pointer', '', task), 0],
    ['state', 1, 64],
  ]);
  module.func('gadget_open', 1, [['gadget', module.record('pointer', '', own)]]);
  const types = openTypeTable(openRecords(readBtfSections(module.build()), records), openTypeTable(records));

  it('builds on those of its kernel', () => {
    const gadget = types.struct('gadget');
    const member = gadget && types.member(gadget, 'task');
    expect(member && spellType(member.type)).toBe('struct task *');
    expect(types.func('wake')?.params.length).toBe(2);
    expect(types.enumValue('MODE_ON')?.value).toBe(-1n);
  });

  it('lists its own functions alone', () => {
    expect(types.functions(compileGlob('*'))).toEqual(['gadget_open']);
    expect(types.functions(compileGlob('wake'))).toEqual([]);
  });
});
