/** `$parameter` and `$return` of function probes. */
import type { KernelProfile } from '../../kernel/profile.ts';
import { type CFunction, type CType, strip, type TypeTable } from '../../kernel/types.ts';
import type { BoundPoint, ContextVariable } from '../family.ts';
import { abiOf, argumentValues, type PassedValue, returnValue } from './abi.ts';

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
    const value = returnValue(known, abi);
    return value === undefined ? [] : [variable('return', known.returns, value, false, types)];
  }
  const values = argumentValues(known, abi);
  return known.params.flatMap(({ name, type }, i) => {
    const value = values[i];
    const written = name === '' ? `arg${i + 1}` : name;
    return value === undefined ? [] : [variable(written, decayed(type, types), value, true, types)];
  });
}

/** A struct that is passed by value is a pointer to it. */
function variable(
  name: string,
  type: CType,
  { c, byAddress, store }: PassedValue,
  parameter: boolean,
  types: TypeTable,
): ContextVariable {
  if (byAddress) return { name, type: types.pointerTo(type), c, parameter };
  return { name, type, c, parameter, ...(store === undefined ? {} : { store }) };
}

function decayed(type: CType, types: TypeTable): CType {
  const plain = strip(type);
  return plain.kind === 'array' ? types.pointerTo(plain.element) : type;
}
