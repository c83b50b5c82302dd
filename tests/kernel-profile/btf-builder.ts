import { btfKind, bytesOfWords } from '../../src/kernel/btf/format.ts';

/** Writes BTF by hand, record by record; ids count from `firstId`. */
export class BtfBuilder {
  readonly #words: number[] = [];
  readonly #strings: Buffer[] = [Buffer.from([0])];
  readonly #stringsStart: number;
  #stringsLength = 1;
  #nextId: number;

  /** `base`: for a module's BTF, that of its kernel, whose ids and strings come first. */
  constructor(base?: BtfBuilder) {
    this.#nextId = base === undefined ? 1 : base.#nextId;
    this.#stringsStart = base === undefined ? 0 : base.#stringsStart + base.#stringsLength;
  }

  string(text: string): number {
    if (text === '') return 0;
    const offset = this.#stringsStart + this.#stringsLength;
    const bytes = Buffer.from(`${text}\0`, 'latin1');
    this.#strings.push(bytes);
    this.#stringsLength += bytes.length;
    return offset;
  }

  /** One record; `flag` and `length` go with the kind. Gives its id. */
  record(
    kind: keyof typeof btfKind,
    name: string,
    sizeOrType: number,
    extra: readonly number[] = [],
    length = 0,
    flag = false,
  ): number {
    const info = ((flag ? 0x8000_0000 : 0) | (btfKind[kind] << 24) | length) >>> 0;
    this.#words.push(this.string(name), info, sizeOrType, ...extra);
    return this.#nextId++;
  }

  int(name: string, size: number, signed: boolean): number {
    return this.record('int', name, size, [(signed ? 0x0100_0000 : 0) | (size * 8)]);
  }

  /** A struct or union; a member is name, type id, bit offset and, for a bitfield, its width. */
  compound(
    kind: 'struct' | 'union',
    name: string,
    size: number,
    members: readonly (readonly [name: string, type: number, bitOffset: number, width?: number])[],
  ): number {
    const packed = members.some((member) => member[3] !== undefined);
    const extra = members.flatMap(([member, type, bitOffset, width]) => [
      this.string(member),
      type,
      packed ? ((width ?? 0) << 24) | bitOffset : bitOffset,
    ]);
    return this.record(kind, name, size, extra, members.length, packed);
  }

  func(name: string, returns: number, params: readonly (readonly [name: string, type: number])[]): number {
    const extra = params.flatMap(([param, type]) => [this.string(param), type]);
    const proto = this.record('funcProto', '', returns, extra, params.length);
    return this.record('func', name, proto, [], 1);
  }

  build(): Buffer {
    const types = bytesOfWords(new Uint32Array(this.#words));
    const strings = Buffer.concat(this.#strings);
    const header = Buffer.alloc(24);
    header.writeUInt16LE(0xeb9f, 0);
    header[2] = 1;
    header.writeUInt32LE(24, 4);
    header.writeUInt32LE(types.length, 12);
    header.writeUInt32LE(types.length, 16);
    header.writeUInt32LE(strings.length, 20);
    return Buffer.concat([header, types, strings]);
  }
}

/** A small kernel: a few types of every kind, two functions, a tracepoint, a per-CPU variable. */
export function smallKernel(): BtfBuilder {
  const b = new BtfBuilder();
  const int = b.int('int', 4, true);
  const unsigned = b.int('unsigned int', 4, false);
  const long = b.int('long unsigned int', 8, false);
  const char = b.int('char', 1, true);
  const bool = b.record('int', '_Bool', 1, [0x0400_0008]);
  const u32 = b.record('typedef', 'u32', unsigned);
  const comm = b.record('array', '', 0, [char, int, 16]);
  const inner = b.compound('union', '', 8, [
    ['count', long, 0],
    ['low', u32, 0],
  ]);
  const task = b.compound('struct', 'task', 40, [
    ['pid', int, 0],
    ['nice', int, 32, 5],
    ['flag', unsigned, 37, 1],
    ['', inner, 64],
    ['comm', comm, 128],
    ['running', bool, 256],
  ]);
  const pointer = b.record('pointer', '', task);
  const constant = b.record('const', '', task);
  const constPointer = b.record('pointer', '', constant);
  b.record('forward', 'hidden', 0);
  b.record('enum', 'mode', 4, [b.string('MODE_OFF'), 0, b.string('MODE_ON'), 0xffff_ffff], 2, true);
  b.record('enum64', 'wide', 8, [b.string('WIDE_BIT'), 1, 0x8000_0000], 1);
  b.record('float', 'double', 8);
  b.func('wake', int, [
    ['task', pointer],
    ['mode', u32],
  ]);
  b.func('look', 0, [['task', constPointer]]);
  const variadic = b.func('print', int, [
    ['format', b.record('pointer', '', char)],
    ['', 0],
  ]);
  b.record('declTag', 'kfunc', variadic, [0xffff_ffff]);
  const counter = b.record('variable', 'counter', long, [1]);
  b.record('dataSection', '.data..percpu', 8, [counter, 0, 8], 1);
  const proto = b.record('funcProto', '', 0, [0, b.record('pointer', '', 0), 0, pointer], 2);
  b.record('typedef', 'btf_trace_woken', b.record('pointer', '', proto));
  b.func('__traceiter_woken', int, [
    ['__data', b.record('pointer', '', 0)],
    ['task', pointer],
  ]);
  return b;
}
