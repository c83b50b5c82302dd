/** `$parameter` and `$return` of function probes. */
import type { KernelProfile } from '../../kernel/profile.ts';
import { type CFunction, type CType, strip, type TypeTable } from '../../kernel/types.ts';
import type { BoundPoint, ContextVariable } from '../family.ts';
import { abiOf, argumentValues, returnValue } from './abi.ts';

/** The function of a point, undefined where its types are not known. */
export function functionOf(
  { symbol, module }: { readonly symbol: unknown; readonly module: unknown },
  profile: KernelProfile,
): CFunction | undefined {
  const name = String(symbol);
  return typeof module === 'string' ? profile.types(module)?.func(name) : profile.types().func(name);
}

/** What a handler at the point can read: parameters at an entry, the value at a return. */
export function functionVariables(point: BoundPoint, profile: KernelProfile): readonly ContextVariable[] {
  const { symbol, module, isReturn } = point.data;
  const known = functionOf({ symbol, module }, profile);
  const abi = abiOf(profile.arch);
  if (known === undefined || abi === undefined) return [];
  const types = (typeof module === 'string' ? profile.types(module) : undefined) ?? profile.types();
  if (isReturn === true) {
    const c = returnValue(known, abi);
    return c === undefined ? [] : [{ name: 'return', type: known.returns, c, parameter: false }];
  }
  const values = argumentValues(known, abi);
  return known.params.flatMap(({ name, type }, i) => {
    const c = values[i];
    return c === undefined ? [] : [variable(name === '' ? `arg${i + 1}` : name, decayed(type, types), c)];
  });
}

function variable(name: string, type: CType, c: string): ContextVariable {
  // Registers and the caller's stack words can be written; a narrowed reading of them cannot.
  return /^regs->\w+$/.test(c)
    ? { name, type, c, parameter: true, lvalue: c }
    : { name, type, c, parameter: true };
}

function decayed(type: CType, types: TypeTable): CType {
  const plain = strip(type);
  return plain.kind === 'array' ? types.pointerTo(plain.element) : type;
}
