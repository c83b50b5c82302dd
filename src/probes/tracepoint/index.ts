/** `kernel.trace("…")` and `module("…").trace("…")`. */
import type { PointComponent } from '../../1-parse/ast.ts';
import { nearest } from '../../diagnostics/suggest.ts';
import { compileGlob } from '../../kernel/glob.ts';
import type { KernelProfile, Tracepoint } from '../../kernel/profile.ts';
import { type CType, spellType, strip, type TypeTable } from '../../kernel/types.ts';
import { matchesNames, readPattern, rejectArgument, reportComponent, stringArgument } from '../components.ts';
import type { BindEnvironment, BoundPoint, ContextVariable, ListedPoint, ProbeFamily } from '../family.ts';
import { renamedPoint } from '../renamed.ts';
import { planTracepoints } from './plan.ts';
import { type DeclaredParameter, declareParameters, parameterValue } from './prototype.ts';

const WILDCARD = /[*?[{]/;

export const tracepoint: ProbeFamily = {
  name: 'tracepoint',
  types: ['kernel.trace(string)', 'module(string).trace(string)'],

  claims: ([first, second]) =>
    second?.name === 'trace' &&
    (first?.name === 'module' || (first?.name === 'kernel' && first.arg === undefined)),

  bind(point, env) {
    const [owner, trace, extra] = point.components;
    if (owner === undefined) return [];
    if (extra !== undefined) reportComponent(extra, [], env.diagnostics);
    const module = moduleOf(owner, env);
    const pattern = stringArgument(trace, env.diagnostics);
    if (extra !== undefined || pattern === undefined || module === undefined) return [];
    const points = pointsOf(pattern, modulesMatching(module, env.profile), env.profile);
    if (points.length > 0 || module !== null || WILDCARD.test(pattern)) return points;
    // Which module has a tracepoint need not be known to name it.
    return pointsOf(pattern, env.profile.modules(), env.profile);
  },

  suggest(point, { profile }) {
    const [owner, trace] = point.components;
    const written = trace?.arg?.kind === 'string' ? trace.arg.value : '';
    const module = owner?.arg?.kind === 'string' ? owner.arg.value : undefined;
    const prefix = module === undefined ? 'kernel' : `module("${module}")`;
    return suggestNames(written, profile, module).map((name) => `${prefix}.trace("${name}")`);
  },

  renamed: renamedPoint,
  context: () => ({ level: 'nmi', regs: false, task: true }),
  mechanism: () => 'tracepoint',

  variables(point, profile) {
    const found = tracepointOf(point, profile);
    if (found === undefined) return [];
    const types = typesFor(point, profile);
    const parameters = declareParameters(found.params).flatMap((p) => parameterVariable(p, types));
    return [
      ...parameters,
      textVariable('$name', found.name, types),
      textVariable('$system', found.system ?? '', types),
    ];
  },

  signature(point, profile) {
    const found = tracepointOf(point, profile);
    return found === undefined
      ? []
      : declareParameters(found.params).map((parameter) => {
          const { declaration, c, bytes } = parameter;
          const isWord = bytes === 0 && parameterValue(parameter) !== undefined;
          return { declaration, name: c, ...(isWord ? { kept: 'value' } : {}) };
        });
  },

  *list(pattern, profile): Iterable<ListedPoint> {
    const components = readPattern(pattern) ?? [];
    const name = components[1]?.arg ?? '*';
    if (matchesNames(components, ['kernel', 'trace'])) {
      for (const found of profile.tracepoints(name)) yield listed(found, null);
    }
    if (!matchesNames(components, ['module', 'trace'])) return;
    for (const module of modulesMatching(components[0]?.arg ?? '*', profile)) {
      if (module === null) continue;
      for (const found of profile.tracepoints(name, module)) yield listed(found, module);
    }
  },

  plan: (request) => planTracepoints(request, (point) => tracepointOf(point, request.profile)?.params ?? []),
};

/** The name written in `module("…")`, null for the kernel, undefined where it is missing. */
function moduleOf(owner: PointComponent, env: BindEnvironment): string | null | undefined {
  if (owner.name === 'module') return stringArgument(owner, env.diagnostics);
  rejectArgument(owner, env.diagnostics);
  return null;
}

function modulesMatching(module: string | null, profile: KernelProfile): readonly (string | null)[] {
  if (module === null) return [null];
  const glob = compileGlob(module);
  return profile.modules().filter((name) => glob.test(name));
}

function pointsOf(
  pattern: string,
  modules: readonly (string | null)[],
  profile: KernelProfile,
): readonly BoundPoint[] {
  return modules.flatMap((module) =>
    profile.tracepoints(pattern, module ?? undefined).map((found) => bound(found, module)),
  );
}

function bound(found: Tracepoint, module: string | null): BoundPoint {
  return { text: textOf(found, module), data: { tracepoint: found.name, module } };
}

function textOf({ name, system }: Tracepoint, module: string | null): string {
  const owner = module === null ? 'kernel' : `module("${module}")`;
  return `${owner}.trace("${system === undefined ? name : `${system}:${name}`}")`;
}

function tracepointOf(point: BoundPoint, profile: KernelProfile): Tracepoint | undefined {
  const { tracepoint: name, module } = point.data;
  return profile.tracepoints(String(name), typeof module === 'string' ? module : undefined)[0];
}

function typesFor(point: BoundPoint, profile: KernelProfile): TypeTable {
  const { module } = point.data;
  return (typeof module === 'string' ? profile.types(module) : undefined) ?? profile.types();
}

function parameterVariable(parameter: DeclaredParameter, types: TypeTable): ContextVariable[] {
  const c = parameterValue(parameter);
  if (c === undefined) return [];
  const { name, type, bytes } = parameter;
  return [{ name, type: bytes > 0 ? types.pointerTo(type) : decayed(type, types), c, parameter: true }];
}

/** A parameter written as an array is a pointer. */
function decayed(type: CType, types: TypeTable): CType {
  const plain = strip(type);
  return plain.kind === 'array' ? types.pointerTo(plain.element) : type;
}

function textVariable(name: string, text: string, types: TypeTable): ContextVariable {
  const type = types.parse('const char *') ?? { kind: 'void' };
  return { name, type, c: JSON.stringify(text), text: true, parameter: false };
}

function suggestNames(written: string, profile: KernelProfile, module: string | undefined): string[] {
  const colon = written.indexOf(':');
  const name = colon < 0 ? written : written.slice(colon + 1);
  const all = profile.tracepoints('*', module);
  const same = all.filter((found) => found.name === name);
  const near =
    same.length > 0
      ? same
      : nearest(
          name,
          all.map((found) => found.name),
        ).flatMap((n) => all.find((found) => found.name === n) ?? []);
  return near.map((found) => (found.system === undefined ? found.name : `${found.system}:${found.name}`));
}

function listed(found: Tracepoint, module: string | null): ListedPoint {
  return {
    text: textOf(found, module),
    get variables() {
      return found.params.map(({ name, type }) => ({ name: `$${name}`, type: spellType(type) }));
    },
  };
}
