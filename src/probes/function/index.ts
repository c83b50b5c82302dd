/** `kernel.function("…")`, `module("…").function("…")`, `kprobe.function("…")`, and their returns. */
import type { ProbePoint } from '../../1-parse/ast.ts';
import { nearest } from '../../diagnostics/suggest.ts';
import { compileGlob } from '../../kernel/glob.ts';
import type { KernelProfile } from '../../kernel/profile.ts';
import { spellType } from '../../kernel/types.ts';
import { matchesNames, type PatternComponent, readPattern } from '../components.ts';
import type { BindEnvironment, BodyParameter, BoundPoint, ListedPoint, ProbeFamily } from '../family.ts';
import { renamedPoint } from '../renamed.ts';
import { attachment, planFunctions } from './plan.ts';
import { type FunctionPoint, isFunctionPoint, readPoint } from './points.ts';
import { functionOf, functionVariables } from './variables.ts';

const WILDCARD = /[*?[{]/;
const REGISTERS: readonly BodyParameter[] = [
  { declaration: 'struct pt_regs *regs', name: 'regs', kept: 'registers' },
];

const OWNERS = ['kernel.', 'module(string).', 'kprobe.', 'kprobe.module(string).'];
const ENDINGS = ['', '.call', '.exported', '.return', '.return.maxactive(number)'];

export const functions: ProbeFamily = {
  name: 'function',
  types: OWNERS.flatMap((owner) => ENDINGS.map((ending) => `${owner}function(string)${ending}`)),

  claims: isFunctionPoint,

  bind(point, env) {
    const read = readPoint(point, env);
    return read === undefined ? [] : bindFunctions(read, point, env);
  },

  suggest(point, { profile }) {
    const name = point.components.find((c) => c.name === 'function')?.arg?.value;
    const module = point.components.find((c) => c.name === 'module')?.arg?.value;
    if (typeof name !== 'string') return [];
    const owner = typeof module === 'string' ? module : undefined;
    const types = owner === undefined ? profile.types() : profile.types(owner);
    const prefix = owner === undefined ? 'kernel' : `module("${owner}")`;
    const bare = name.replace(/[@:+].*$/, '');
    return nearest(bare, types?.functionNames() ?? []).map((near) => `${prefix}.function("${near}")`);
  },

  renamed: renamedPoint,
  context: () => ({ level: 'nmi', regs: true, task: true }),
  mechanism: attachment,
  variables: functionVariables,
  signature: () => REGISTERS,

  entryOf(point) {
    if (point.data.isReturn !== true) return undefined;
    return { ...point, text: point.text.replace(/\.return$/, ''), data: { ...point.data, isReturn: false } };
  },

  /** The pattern is of more functions than these. */
  part: (point) => ({ ...point, data: { ...point.data, pattern: null } }),

  *list(pattern, profile) {
    const components = readPattern(pattern) ?? [];
    for (const { names, prefix, module } of owners(components, profile)) {
      for (const suffix of ['', '.return']) {
        const full = suffix === '' ? names : [...names, 'return'];
        if (!matchesNames(components, full)) continue;
        const at = names.length - 1;
        yield* listFunctions(components[at]?.arg ?? '*', `${prefix}.function`, suffix, module, profile);
      }
    }
  },

  plan: planFunctions,
};

function bindFunctions(read: FunctionPoint, point: ProbePoint, env: BindEnvironment): BoundPoint[] {
  const { profile, diagnostics } = env;
  const modules = read.module === null ? [null] : modulesOf(read.module, profile);
  const found = modules.flatMap((module) =>
    profile
      .functions(read.pattern, module ?? undefined)
      .filter((name) => !read.exported || profile.exports(name))
      .map((name) => boundTo(read, name, module, true)),
  );
  if (found.length > 0 || WILDCARD.test(read.pattern) || read.exported) return found;
  // Without types the name may still be that of a function; only the kernel can tell.
  const unknownModule = read.module !== null && !WILDCARD.test(read.module) && modules.length === 0;
  if (!read.untyped && !unknownModule) return [];
  diagnostics.warning(
    'function-untyped',
    point.span,
    unknownModule
      ? `the types of the module "${read.module}" are not known: "${read.pattern}" is taken as it is, without its parameters`
      : `the types of ${profile.release} know no function "${read.pattern}": it is taken as it is, without its parameters`,
    {
      hints: [
        unknownModule
          ? `the probe waits until a module "${read.module}" is loaded that has it`
          : 'loading fails where the kernel has no such function',
      ],
    },
  );
  return [boundTo(read, read.pattern, read.module, false)];
}

function modulesOf(pattern: string, profile: KernelProfile): readonly string[] {
  const glob = compileGlob(pattern);
  return profile.modules().filter((name) => glob.test(name));
}

function boundTo(read: FunctionPoint, symbol: string, module: string | null, typed: boolean): BoundPoint {
  const suffix = read.isReturn ? '.return' : read.call ? '.call' : '';
  return {
    text: `${read.prefix}("${symbol}")${suffix}`,
    function: symbol,
    data: {
      symbol,
      module,
      typed,
      isReturn: read.isReturn,
      maxactive: read.maxactive,
      optional: WILDCARD.test(read.pattern),
      pattern: WILDCARD.test(read.pattern) && !read.exported ? read.pattern : null,
    },
  };
}

interface Owner {
  readonly names: readonly string[];
  readonly prefix: string;
  readonly module: string | undefined;
}

/** Where the functions that a listed pattern means may be. `kprobe` only where it is named: it says nothing new. */
function* owners(components: readonly PatternComponent[], profile: KernelProfile): Iterable<Owner> {
  const kprobe = components[0]?.name === 'kprobe';
  const start = kprobe ? ['kprobe'] : [];
  const before = kprobe ? 'kprobe.' : '';
  yield {
    names: kprobe ? ['kprobe', 'function'] : ['kernel', 'function'],
    prefix: kprobe ? 'kprobe' : 'kernel',
    module: undefined,
  };
  const written = components[start.length];
  if (written === undefined || !compileGlob(written.name).test('module')) return;
  for (const module of modulesOf(written.arg ?? '*', profile)) {
    yield { names: [...start, 'module', 'function'], prefix: `${before}module("${module}")`, module };
  }
}

function* listFunctions(
  pattern: string,
  prefix: string,
  suffix: string,
  module: string | undefined,
  profile: KernelProfile,
): Iterable<ListedPoint> {
  for (const symbol of profile.functions(pattern, module)) {
    yield {
      text: `${prefix}("${symbol}")${suffix}`,
      get variables() {
        const known = functionOf({ symbol, module: module ?? null }, profile);
        const params =
          known?.params.map(({ name, type }) => ({ name: `$${name}`, type: spellType(type) })) ?? [];
        if (suffix === '' || known === undefined || known.returns.kind === 'void') return params;
        return [{ name: '$return', type: spellType(known.returns) }, ...params];
      },
    };
  }
}
