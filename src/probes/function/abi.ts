/** How functions get their arguments and give their values, by architecture. */
import { type CFunction, type CType, sizeOf, strip } from '../../kernel/types.ts';
import { numberOf } from '../values.ts';

export interface Abi {
  /** Members of `struct pt_regs` that carry the integer arguments, in order. */
  readonly argumentRegisters: readonly string[];
  readonly returnRegister: string;
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
    returnRegister: 'ax',
    stackWords: 1,
    structWords: 2,
    registersAfterStack: true,
    returnTakesArgument: true,
    largeByAddress: false,
  },
  arm64: {
    argumentRegisters: [0, 1, 2, 3, 4, 5, 6, 7].map((n) => `regs[${n}]`),
    returnRegister: 'regs[0]',
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

/** C expressions of a function's parameters over `regs` at its entry, in order; undefined for what is no number. */
export function argumentValues({ params, returns }: CFunction, abi: Abi): readonly (string | undefined)[] {
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
      const place = `regs->${abi.argumentRegisters[register]}`;
      register += size;
      return numberOf(type, place);
    }
    if (!inMemory && !abi.registersAfterStack) register = abi.argumentRegisters.length;
    const place = `regs_get_kernel_stack_nth(regs, ${abi.stackWords + stack})`;
    stack += size;
    return numberOf(type, place);
  });
}

/** C expression of a function's value over `regs` at its return; undefined where it has none, or no number. */
export function returnValue({ returns }: CFunction, abi: Abi): string | undefined {
  return numberOf(returns, `regs->${abi.returnRegister}`);
}

/** Words that a value takes as an argument. */
function words(type: CType): number {
  return Math.ceil(sizeOf(strip(type).kind === 'array' ? { kind: 'pointer', target: type } : type) / 8);
}

function isRecord(type: CType): boolean {
  const { kind } = strip(type);
  return kind === 'struct' || kind === 'union';
}
