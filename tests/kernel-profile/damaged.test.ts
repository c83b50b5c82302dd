import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { strip } from '../../src/kernel/btf/ctype.ts';
import { readBtfSections } from '../../src/kernel/btf/format.ts';
import { openTypeTable } from '../../src/kernel/btf/open.ts';
import { openRecords } from '../../src/kernel/btf/records.ts';
import { spellType } from '../../src/kernel/btf/spelling.ts';
import { validateRecords } from '../../src/kernel/btf/validate.ts';
import { bytesOf, readContainer } from '../../src/kernel/container.ts';
import { ProfileError } from '../../src/kernel/error.ts';
import { compileGlob } from '../../src/kernel/glob.ts';
import { makeProfile } from '../../src/kernel/make.ts';
import { openProfile } from '../../src/kernel/open.ts';
import { smallKernel } from './btf-builder.ts';

const btf = smallKernel().build();

/** Opens BTF, checks it, and looks at everything in it. */
function readAll(blob: Buffer): void {
  const records = openRecords(readBtfSections(blob));
  validateRecords(records);
  const types = openTypeTable(records);
  for (const name of types.functionNames()) {
    for (const parameter of types.func(name)?.params ?? []) spellType(parameter.type, parameter.name);
  }
  for (const name of types.structNames()) {
    const struct = types.struct(name);
    for (const member of struct?.members ?? []) strip(member.type);
    if (struct !== undefined) types.memberNames(struct);
  }
  for (const name of types.variableNames()) types.variable(name);
}

function outcome(run: () => void): 'fine' | 'refused' {
  try {
    run();
    return 'fine';
  } catch (error) {
    if (error instanceof ProfileError) return 'refused';
    throw error;
  }
}

describe('damaged BTF', () => {
  it('reads the whole one', () => {
    expect(outcome(() => readAll(btf))).toBe('fine');
  });

  it('refuses every truncation', () => {
    for (let length = 0; length < btf.length; length++) {
      expect([length, outcome(() => readAll(btf.subarray(0, length)))]).toEqual([length, 'refused']);
    }
  });

  it('reads or refuses any changed word, without another error and without end', () => {
    for (let at = 0; at + 4 <= btf.length; at += 4) {
      for (const value of [0, 1, at, 0x7f, 0xffff, 0x0100_0000, 0x8400_0010, 0xffff_ffff]) {
        const changed = Buffer.from(btf);
        changed.writeUInt32LE(value, at);
        outcome(() => readAll(changed));
      }
    }
  });

  it('reads or refuses any changed bytes', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(btf.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 }),
        (changes) => {
          const changed = Buffer.from(btf);
          for (const [at, value] of changes) changed[at] = value;
          outcome(() => readAll(changed));
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('refuses types that lead to themselves', () => {
    const records = openRecords(readBtfSections(btf));
    const typedef = records.named('u32', 8)[0] ?? 0;
    const changed = Buffer.from(btf);
    const target = records.sizeOrType(typedef);
    // The typedef is the record of that name; it is made its own target.
    const at = 24 + findRecord(btf.subarray(24), records.nameOffset(typedef));
    expect(changed.readUInt32LE(at + 8)).toBe(target);
    changed.writeUInt32LE(typedef, at + 8);
    expect(outcome(() => readAll(changed))).toBe('refused');
  });
});

function findRecord(types: Buffer, nameOffset: number): number {
  for (let at = 0; at < types.length; at += 4) {
    if (types.readUInt32LE(at) === nameOffset && types.readUInt32LE(at + 4) >>> 24 === 8) return at;
  }
  throw new Error('no such record');
}

describe.each([true, false])('damaged profiles (packed: %s)', (packed) => {
  const whole = makeProfile(
    {
      btf,
      release: '6.7.8-test',
      config: new Map([['HZ', '250']]),
      exports: [{ name: 'kfree', gpl: false }],
    },
    { origin: 'a test', packed, neighbours: () => [] },
  );
  const readProfile = (bytes: Buffer): void => {
    const profile = openProfile(readContainer(bytesOf(bytes)));
    profile.config('HZ');
    profile.exports('kfree');
    for (const name of profile.functions('*')) profile.types().func(name);
    profile.tracepoints('*');
  };

  it('opens the whole one', () => {
    const profile = openProfile(readContainer(bytesOf(whole)));
    expect(profile.name).toBe('6.7.8-test');
    expect(profile.arch).toBe('x86_64');
    expect(profile.config('HZ')).toBe('250');
    expect(profile.exports('kfree')).toBe(true);
    expect(profile.functions('wa*')).toEqual(['wake']);
    expect(profile.tracepoints('*').map(({ name, params }) => [name, params.map((p) => p.name)])).toEqual([
      ['woken', ['task']],
    ]);
  });

  it('refuses every truncation', () => {
    for (let length = 0; length < whole.length - 8; length += 3) {
      expect([length, outcome(() => readProfile(whole.subarray(0, length)))]).toEqual([length, 'refused']);
    }
  });

  it('reads or refuses any changed bytes', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }),
        (changes) => {
          const changed = Buffer.from(whole);
          for (const [at, value] of changes) changed[at] = value;
          outcome(() => readProfile(changed));
        },
      ),
      { numRuns: 1000 },
    );
  });
});

describe('patterns', () => {
  const cases: readonly (readonly [string, string, boolean])[] = [
    ['*', '', true],
    ['a*', 'a', true],
    ['a?c', 'abc', true],
    ['a?c', 'ac', false],
    ['[a-c]x', 'bx', true],
    ['[!a-c]x', 'bx', false],
    ['[!a-c]x', 'dx', true],
    ['{a,b*}c', 'bbc', true],
    ['{a,b*}c', 'cc', false],
    ['a.c', 'abc', false],
    ['a*a', 'a', false],
    ['*ab*b', 'ab', false],
    ['*ab*b', 'xabyb', true],
    ['a**c', 'abc', true],
    ['*b*', 'abc', true],
    ['*bb*bb*', 'abbb', false],
    ['a[', 'a[', true],
    ['a(b|c)', 'ab', false],
  ];
  it.each(cases)('%s on %j: %s', (pattern, name, expected) => {
    expect(compileGlob(pattern).test(name)).toBe(expected);
  });

  it('takes no longer for many stars', () => {
    expect(compileGlob(`${'*?'.repeat(40)}b`).test('a'.repeat(60))).toBe(false);
    expect(compileGlob('{a,b}'.repeat(40)).test('a'.repeat(40))).toBe(false);
  });

  it('takes any text', () => {
    const name = 'a'.repeat(60);
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'ab*?[]{},!-\\.^$'), maxLength: 24 }), (pattern) => {
        const glob = compileGlob(pattern);
        if (glob.test(name)) expect(name.startsWith(glob.prefix)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});
