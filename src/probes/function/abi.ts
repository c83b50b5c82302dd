/** How functions get their arguments and give their values, by architecture. */
import { type CFunction, type CType, sizeOf, strip } from '../../kernel/types.ts';
import type { VariableStore } from '../family.ts';
import { narrowType, numberOf } from '../values.ts';

export interface Abi {
  /** Members of `struct pt_regs` that carry the integer arguments, in order. */
  readonly argumentRegisters: readonly string[];
  /** Those that carry a value, the second half of a struct in the second. */
  readonly returnRegisters: readonly string[];
  /** The first of them has the address of a struct that they do not carry. */
  readonly returnsAddress: boolean;
  /** Words between the stack pointer at the entry and the first argument on the stack. */
  readonly stackWords: number;
  /** Largest struct, in words, that registers carry by value. */
  readonly structWords: number;
  /** A struct either goes to registers whole or to the stack whole, and what follows it may still take registers. */
  readonly registersAfterStack: boolean;
  /** The place of a struct returned in memory takes the first argument register. */
  readonly returnTakesArgument: boolean;
  /** Structs that registers do not carry are passed by the address of a copy. */
  readonly largeByAddress: boolean;
}

const ABIS: Readonly<Record<string, Abi>> = {
  x86_64: {
    argumentRegisters: ['di', 'si', 'dx', 'cx', 'r8', 'r9'],
    returnRegisters: ['ax', 'dx'],
    returnsAddress: true,
    stackWords: 1,
    structWords: 2,
    registersAfterStack: true,
    returnTakesArgument: true,
    largeByAddress: false,
  },
  arm64: {
    argumentRegisters: [0, 1, 2, 3, 4, 5, 6, 7].map((n) => `regs[${n}]`),
    returnRegisters: ['regs[0]', 'regs[1]'],
    returnsAddress: false,
    stackWords: 0,
    structWords: 2,
    registersAfterStack: false,
    returnTakesArgument: false,
    largeByAddress: true,
  },
};

export function abiOf(arch: string): Abi | undefined {
  return ABIS[arch];
}

/** What C makes of a value that a function is given or gives. */
export interface PassedValue {
  /** C expression over `regs`: the number, or the address of a struct. */
  readonly c: string;
  /** It is the address of a struct that is passed by value. */
  readonly byAddress: boolean;
  readonly store?: VariableStore;
}

/** A function's parameters at its entry, in order; undefined for what is neither a number nor a struct. */
export function argumentValues(
  { params, returns }: CFunction,
  abi: Abi,
): readonly (PassedValue | undefined)[] {
  let register = abi.returnTakesArgument && words(returns) > abi.structWords ? 1 : 0;
  let stack = 0;
  return params.map(({ type }) => {
    const plain = strip(type);
    // Floating point has registers of its own, which are not saved.
    if (plain.kind === 'float') return undefined;
    const large = isRecord(type) && words(type) > abi.structWords;
    const size = large && abi.largeByAddress ? 1 : words(type);
    const inMemory = large && !abi.largeByAddress;
    if (!inMemory && register + size <= abi.argumentRegisters.length) {
      const places = abi.argumentRegisters.slice(register, register + size).map((name) => `regs->${name}`);
      register += size;
      return large ? passed(type, places, places[0]) : passed(type, places);
    }
    if (!inMemory && !abi.registersAfterStack) register = abi.argumentRegisters.length;
    const nth = abi.stackWords + stack;
    stack += size;
    const address = `kernel_stack_pointer(regs) + ${8 * nth}`;
    if (isRecord(type)) return { c: `(long)${address}`, byAddress: true };
    const c = numberOf(type, `tapc_stack_word(regs, ${nth})`);
    return c === undefined
      ? undefined
      : { c, byAddress: false, store: { kind: 'address', c: address, ...narrowed(type) } };
  });
}

/** A function's value at its return; undefined where it has none, or none that can be told. */
export function returnValue({ returns }: CFunction, abi: Abi): PassedValue | undefined {
  const places = abi.returnRegisters.map((name) => `regs->${name}`);
  // A larger one is where the caller wanted it.
  const address = words(returns) > abi.structWords && abi.returnsAddress ? places[0] : undefined;
  if (isRecord(returns) && address === undefined && words(returns) > abi.structWords) return undefined;
  return passed(returns, places.slice(0, words(returns)), address);
}

/** What registers carry; a struct at `address`, or else in `places` themselves. */
function passed(type: CType, places: readonly string[], address?: string): PassedValue | undefined {
  const [first] = places;
  if (first === undefined) return undefined;
  if (isRecord(type)) {
    const own = places.length === 1 ? `&${first}` : `(unsigned long []){ ${places.join(', ')} }`;
    return { c: address === undefined ? `tapc_in_memory(${own})` : `(long)${address}`, byAddress: true };
  }
  const c = numberOf(type, first);
  return c === undefined
    ? undefined
    : { c, byAddress: false, store: { kind: 'lvalue', c: first, ...narrowed(type) } };
}

function narrowed(type: CType): { narrow?: string } {
  const narrow = narrowType(type);
  return narrow === undefined ? {} : { narrow };
}

/** Words that a value takes as an argument. */
function words(type: CType): number {
  return Math.ceil(sizeOf(strip(type).kind === 'array' ? { kind: 'pointer', target: type } : type) / 8);
}

function isRecord(type: CType): boolean {
  const { kind } = strip(type);
  return kind === 'struct' || kind === 'union';
}
