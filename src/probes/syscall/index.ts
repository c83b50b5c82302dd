/** `kernel.syscall("…")`, `kernel.syscall("…").return`: system calls, seen where programs enter and leave the kernel. */
import { nearest } from '../../diagnostics/suggest.ts';
import { compileGlob } from '../../kernel/glob.ts';
import type { KernelProfile } from '../../kernel/profile.ts';
import { type CType, type Parameter, strip, type TypeTable } from '../../kernel/types.ts';
import { matchesNames, readPattern, rejectArgument, reportComponent, stringArgument } from '../components.ts';
import type { BoundPoint, ContextVariable, ProbeFamily, VariableStore } from '../family.ts';
import { numberOf } from '../values.ts';
import { type SystemCall, systemCalls } from './numbers.ts';
import { planSyscalls } from './plan.ts';

const ARGUMENTS = 6;

export const syscall: ProbeFamily = {
  name: 'syscall',
  types: ['kernel.syscall(string)', 'kernel.syscall(string).return'],

  claims: ([first, second]) =>
    first?.name === 'kernel' && first.arg === undefined && second?.name === 'syscall',

  bind(point, { profile, diagnostics }) {
    const [, call, ...endings] = point.components;
    if (call === undefined) return [];
    const width =
      endings[0]?.name === 'native' || endings[0]?.name === 'compat' ? endings.shift() : undefined;
    const ending = endings.shift();
    const wrong = ending !== undefined && ending.name !== 'return' ? ending : endings[0];
    if (wrong !== undefined) {
      reportComponent(wrong, ending === wrong ? ['return', 'native', 'compat'] : [], diagnostics);
      return [];
    }
    for (const component of [width, ending]) {
      if (component !== undefined) rejectArgument(component, diagnostics);
    }
    const isReturn = ending !== undefined;
    if (call.arg === undefined && width === undefined) return [anyCall(isReturn)];
    const pattern = stringArgument(call, diagnostics);
    if (pattern === undefined) return [];
    return matching(pattern, profile).map((found) => bound(found, isReturn, width?.name));
  },

  suggest(point, { profile }) {
    const name = point.components[1]?.arg?.value;
    if (typeof name !== 'string') return [];
    return nearest(name, [...systemCalls(profile).keys()]).map((near) => `kernel.syscall("${near}")`);
  },

  context: () => ({ level: 'atomic', regs: true, task: true }),
  mechanism: (point) => (point.data.isReturn === true ? 'tracepoint sys_exit' : 'tracepoint sys_enter'),

  variables(point, profile) {
    const types = profile.types();
    const long = types.parse('long') ?? { kind: 'void' };
    const isReturn = point.data.isReturn === true;
    const fixed = [
      variable('nr', long, 'call->nr'),
      variable('compat', long, 'call->narrow'),
      ...(isReturn
        ? [{ ...variable('return', long, 'call->result'), store: setter('tapc_syscall_set_result') }]
        : []),
    ];
    const settable = (made: ContextVariable, i: number): ContextVariable =>
      isReturn ? made : { ...made, store: setter('tapc_syscall_set_argument', `${i}`) };
    const named = parametersOf(point, types).map(({ made, place }) => settable(made, place));
    const numbered = Array.from({ length: ARGUMENTS }, (_, i): ContextVariable[] => [
      settable(variable(`arg${i + 1}`, long, `call->args[${i}]`, named.length === 0), i),
      variable(`int${i + 1}`, long, `(s32)call->args[${i}]`),
      variable(`uint${i + 1}`, long, `(u32)call->args[${i}]`),
      variable(`long${i + 1}`, long, `tapc_syscall_long(call, ${i})`),
    ]).flat();
    return [...fixed, ...numbered, ...named];
  },

  signature: () => [{ declaration: 'const struct tapc_syscall *call', name: 'call' }],

  entryOf(point) {
    if (point.data.isReturn !== true) return undefined;
    return { ...point, text: point.text.replace(/\.return$/, ''), data: { ...point.data, isReturn: false } };
  },

  *list(pattern, profile) {
    const components = readPattern(pattern) ?? [];
    for (const suffix of [[], ['return']]) {
      if (!matchesNames(components, ['kernel', 'syscall', ...suffix])) continue;
      for (const found of matching(components[1]?.arg ?? '*', profile)) {
        const point = bound(found, suffix.length > 0);
        yield { text: point.text, variables: suffix.length > 0 ? [{ name: '$return', type: 'long' }] : [] };
      }
    }
  },

  plan: planSyscalls,
};

function matching(pattern: string, profile: KernelProfile): SystemCall[] {
  const calls = systemCalls(profile);
  const exact = calls.get(pattern);
  if (exact !== undefined) return [exact];
  const glob = compileGlob(pattern);
  return [...calls.values()].filter((c) => glob.test(c.name));
}

/** A point of one width resolves where the call is there in either; it may never be hit. */
function bound({ name, native, narrow }: SystemCall, isReturn: boolean, width?: string): BoundPoint {
  return {
    text: `kernel.syscall("${name}")${width === undefined ? '' : `.${width}`}${isReturn ? '.return' : ''}`,
    function: `sys_${name}`,
    data: {
      name,
      native: width === 'compat' ? -1 : native,
      narrow: width === 'native' ? -1 : narrow,
      isReturn,
    },
  };
}

/** Every call, also those without a name. */
function anyCall(isReturn: boolean): BoundPoint {
  return {
    text: `kernel.syscall${isReturn ? '.return' : ''}`,
    data: { name: '', native: -1, narrow: -1, isReturn },
  };
}

interface PlacedVariable {
  readonly made: ContextVariable;
  /** Which argument, from 0. */
  readonly place: number;
}

/**
 * The parameters by their names in the kernel, where the kernel's types have the function that does the work: inlined, it is
 * not there. What 32-bit programs call then names those that are the same to both.
 */
function parametersOf({ data }: BoundPoint, types: TypeTable): PlacedVariable[] {
  const known = types.func(`__do_sys_${data.name}`);
  const params = known?.params ?? types.func(`__do_compat_sys_${data.name}`)?.params.map(sameToBoth) ?? [];
  return params.flatMap((param, place) => {
    if (param === undefined || param.name === '' || place >= ARGUMENTS) return [];
    const { name, type } = param;
    const c = numberOf(type, `call->args[${place}]`);
    if (c === undefined) return [];
    return [{ made: variable(name, type, strip(type).kind === 'pointer' ? `(long)${c}` : c, true), place }];
  });
}

/** A parameter of a type that is of the same size in programs of 32 and of 64 bits. */
function sameToBoth(param: Parameter): Parameter | undefined {
  return param.type.kind === 'int' ? param : undefined;
}

function setter(c: string, ...given: readonly string[]): VariableStore {
  return { kind: 'setter', c, given: ['call', ...given] };
}

function variable(name: string, type: CType, c: string, parameter = false): ContextVariable {
  return { name, type, c, parameter };
}
