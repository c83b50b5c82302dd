import { describe, expect, it } from 'vitest';
import { type CType, sizeOf, strip } from '../../../src/kernel/btf/ctype.ts';
import { btfKind, readBtfSections } from '../../../src/kernel/btf/format.ts';
import { openTypeTable } from '../../../src/kernel/btf/open.ts';
import { openRecords } from '../../../src/kernel/btf/records.ts';
import { spellType } from '../../../src/kernel/btf/spelling.ts';
import { readElf } from '../../../src/kernel/elf.ts';
import { mergeSources, readSource } from '../../../src/kernel/sources.ts';
import { fetchKernel } from '../fetch/fetch.ts';
import { compile } from './compiler.ts';

/** What BTF says of a kernel, against what that kernel's compiler makes of its headers. */
describe.each(['6.1', '6.12'])('kernel %s', async (line) => {
  const kernel = await fetchKernel(line);
  const { btf, exports } = mergeSources([kernel.headers, kernel.vmlinuz].map(readSource));
  const records = openRecords(readBtfSections(btf ?? Buffer.alloc(0)));
  const types = openTypeTable(records);
  const text = (await compile(kernel, '', 'check.i')).toString('latin1').replace(/^#.*$/gm, '');

  /** Structs that the headers define and that only one file of the kernel does. */
  const structs = [
    ...new Set([...text.matchAll(/\bstruct (\w+)\s*\{/g)].map((match) => match[1] ?? '')),
  ].flatMap((name) => {
    const struct = records.named(name, btfKind.struct).length === 1 ? types.struct(name) : undefined;
    return struct === undefined ? [] : [struct];
  });

  it('agrees on the size of every struct and the offset of every member', async () => {
    const checks = structs.flatMap((struct) => [
      `_Static_assert(sizeof(struct ${struct.name}) == ${struct.size}, "${struct.name}");`,
      ...types.memberNames(struct).flatMap((name) => {
        const member = types.member(struct, name);
        if (member === undefined) throw new Error(`${struct.name}.${name} is not found`);
        if (member.bitfield) return [];
        const place = `__builtin_offsetof(struct ${struct.name}, ${name}) == ${member.bitOffset / 8}`;
        const checks = [`_Static_assert(${place}, "${struct.name}.${name}");`];
        // A flexible array has no size in C.
        if (strip(member.type).kind === 'array' && sizeOf(member.type) === 0) return checks;
        const size = `sizeof(((struct ${struct.name} *)0)->${name}) == ${sizeOf(member.type)}`;
        return [...checks, `_Static_assert(${size}, "${struct.name}.${name}");`];
      }),
    ]);
    expect(structs.length).toBeGreaterThan(1000);
    await compile(kernel, checks.join('\n'), 'check.o');
  });

  it('agrees on the place of every bitfield', async () => {
    const fields = structs.flatMap((struct) =>
      types.memberNames(struct).flatMap((name) => {
        const member = types.member(struct, name);
        return member?.bitfield === true ? [{ struct, name, member }] : [];
      }),
    );
    expect(fields.length).toBeGreaterThan(300);
    // The compiler lays out a variable whose bitfield is all ones: which bits are set is where it is.
    const variables = fields.map(
      ({ struct, name }, index) =>
        `const struct ${struct.name} bits_${index} __attribute__((section(".bits_${index}"), used)) = { .${name} = -1 };`,
    );
    const { sections } = readElf(await compile(kernel, variables.join('\n'), 'check.o'));
    const data = new Map(sections.map((section) => [section.name, section.data]));
    for (const [index, { struct, name, member }] of fields.entries()) {
      const bytes = data.get(`.bits_${index}`) ?? Buffer.alloc(0);
      const set: number[] = [];
      for (let bit = 0; bit < bytes.length * 8; bit++)
        if (((bytes[bit >> 3] ?? 0) >> (bit & 7)) & 1) set.push(bit);
      const expected = Array.from({ length: member.bitSize }, (_, bit) => member.bitOffset + bit);
      expect([struct.name, name, set]).toEqual([struct.name, name, expected]);
    }
  });

  it('agrees on the prototype of every exported function', async () => {
    const words = new Set(text.match(/\w+/g));
    const called = new Set([...text.matchAll(/(\w+)\s*\(/g)].map((match) => match[1]));
    const declared = (exports ?? []).flatMap(({ name }) => {
      const found = records.named(name, btfKind.func).length === 1 ? types.func(name) : undefined;
      if (found === undefined || !called.has(name)) return [];
      // What is written in assembly has no prototype there: void and nothing.
      if (found.params.length === 0 && found.returns.kind === 'void') return [];
      const all = [found.returns, ...found.params.map((parameter) => parameter.type)];
      return all.every((type) => visible(type, words)) ? [found] : [];
    });
    expect(declared.length).toBeGreaterThan(1000);
    const tags = new Set<string>();
    const checks = declared.map(({ name, params, returns, variadic }, index) => {
      const type: CType = { kind: 'pointer', target: { kind: 'function', params, returns, variadic } };
      const spelled = spellType(type, `check_${index}`);
      for (const [tag] of spelled.matchAll(/\b(?:struct|union) \w+/g)) tags.add(`${tag};`);
      return `#undef ${name}\nstatic __attribute__((unused)) ${spelled} = ${name};`;
    });
    await compile(kernel, [...tags, ...checks].join('\n'), 'check.o');
  });

  it('agrees on the value of every enumerator', async () => {
    const names = [...text.matchAll(/\benum\s*\w*\s*\{([^{}]*)\}/g)].flatMap((match) =>
      (match[1] ?? '').split(',').flatMap((item) => /^\s*(\w+)/.exec(item)?.[1] ?? []),
    );
    const checks = [...new Set(names)].flatMap((name) => {
      const found = types.enumValue(name);
      return found === undefined ? [] : [`_Static_assert(${name} == ${found.value}LL, "${name}");`];
    });
    expect(checks.length).toBeGreaterThan(2000);
    await compile(kernel, checks.join('\n'), 'check.o');
  });

  it('finds the exports of the image as Module.symvers has them', () => {
    const list = (file: string): readonly string[] =>
      (readSource(file).exports ?? []).map(({ name, gpl }) => `${name} ${gpl}`).sort();
    expect(list(kernel.vmlinuz)).toEqual(list(kernel.headers));
  });
});

/** Whether every typedef that a type is spelled with is one that the headers have. */
function visible(type: CType, words: ReadonlySet<string>): boolean {
  const spelled = spellType(type);
  const names = spelled.match(/\w+/g) ?? [];
  return (
    !spelled.includes('{') && !spelled.includes('__va_list_tag') && names.every((name) => words.has(name))
  );
}
