/** Phase 2: a script and the tapset become a program in which every name is resolved. */
import type { Block, NumberLiteral, ProbePoint, Script, Source, StringLiteral } from '../1-parse/ast.ts';
import { Diagnostics } from '../diagnostics/diagnostic.ts';
import type { KernelProfile } from '../kernel/profile.ts';
import type { ProbeFamily } from '../probes/family.ts';
import { type ExpandEnvironment, type ExpandedProbe, expandProbe } from './expand.ts';
import { hasWildcard } from './glob.ts';
import { aliasesByName, type TapsetLibrary } from './library.ts';
import { NameResolver } from './names.ts';
import { scalarOverrides } from './overrides.ts';
import type { BoundProbe, ResolvedProgram } from './program.ts';

export interface ResolveRequest {
  readonly source: Source;
  readonly script: Script;
  readonly library: TapsetLibrary;
  readonly profile: KernelProfile;
  readonly families: readonly ProbeFamily[];
  /** `-G NAME=VALUE`: initial values that replace the script's. */
  readonly overrides: ReadonlyMap<string, NumberLiteral | StringLiteral>;
  /** Those that name nothing that could be set are told of with a warning. */
  readonly forgiveOverrides?: boolean;
}

/** Resolves all that the script's probes lead to. What is not found is reported and left out of the side table. */
export function resolve(request: ResolveRequest, diagnostics: Diagnostics): ResolvedProgram {
  const { script, library, profile, families } = request;
  const userAliases = [...aliasesByName(script).values()].flat();
  const env: ExpandEnvironment = { userScript: script, userAliases, library, profile, families };
  const overrides = scalarOverrides(request, diagnostics);
  const names = new NameResolver(script, library, overrides, diagnostics);
  const expanded: ExpandedProbe[] = [];
  // A tapset file that comes into use brings its own probes, which may bring more files.
  for (const used of names.usedScripts) {
    for (const item of used.items) {
      if (item.kind !== 'probe') continue;
      for (const one of expandProbe(item.points, item.body, used, env, diagnostics)) {
        expanded.push(one);
        for (const [root, scope] of one.scopes) {
          names.usedScripts.add(scope);
          names.resolve(root, scope);
        }
      }
    }
  }
  if (expanded.length === 0 && !diagnostics.hasErrors) reportNoProbes(script, diagnostics);
  for (const family of families) {
    const own = expanded.flatMap(({ probe }) => (probe.family === family ? [probe] : []));
    family.together?.(own, diagnostics);
  }
  checkAliasNames(script, diagnostics);
  reportUnused(script, names, diagnostics);
  const embeddedC = [...names.usedScripts].flatMap((used) =>
    used.items.flatMap((item) =>
      item.kind === 'embedded-c-item' ? [{ code: item.code, span: item.span }] : [],
    ),
  );
  const sources = new Map([[request.source.file, request.source], ...library.sources]);
  return {
    program: {
      sources,
      profile,
      probes: expanded.map((e) => e.probe),
      functions: names.functions,
      globals: names.globals,
      endings: ['end', 'error'].flatMap((name) => bindBare(name, env)),
      embeddedC,
    },
    symbols: names.symbols,
  };
}

function checkAliasNames(script: Script, diagnostics: Diagnostics): void {
  for (const item of script.items) {
    if (item.kind !== 'alias') continue;
    for (const component of item.names.flatMap((name) => name.components)) {
      if (hasWildcard(component.name)) {
        diagnostics.error('bad-alias-name', component.span, 'the name of an alias has no wildcards', {
          hints: ['the probe points it stands for may: write them behind the ‘=’'],
        });
      }
      if (component.arg === undefined) continue;
      diagnostics.error('bad-alias-name', component.span, 'the parts of an alias take no argument', {
        hints: ['the probe points it stands for may: write them behind the ‘=’'],
      });
    }
  }
}

function reportNoProbes(script: Script, diagnostics: Diagnostics): void {
  const written = script.items.find((item) => item.kind === 'probe');
  if (written === undefined) {
    diagnostics.error('no-probes', undefined, `${script.file} has no probe: nothing would ever run`, {
      hints: ['start with `probe begin { println("hello") }`'],
    });
    return;
  }
  diagnostics.error('no-probes', written.points[0]?.span, 'no probe point is left: nothing would ever run', {
    hints: ['all points are optional, and none of them exists on this kernel'],
  });
}

/** A point of one word, with nothing to run there. */
function bindBare(name: string, env: ExpandEnvironment): BoundProbe[] {
  const span = { file: env.userScript.file, start: 0, end: 0 };
  const point: ProbePoint = {
    kind: 'probe-point',
    span,
    components: [{ kind: 'point-component', span, name }],
  };
  const empty: Block = { kind: 'block', span, statements: [] };
  const none = new Diagnostics();
  return expandProbe([point], empty, env.userScript, { ...env, userAliases: [] }, none).map((e) => e.probe);
}

function reportUnused(script: Script, names: NameResolver, diagnostics: Diagnostics): void {
  const unreached = script.items.flatMap((item) =>
    item.kind === 'function' && !names.isReached(item) ? [item] : [],
  );
  const unused = script.items.flatMap((item) => {
    return item.kind === 'global' ? item.variables.filter((variable) => !names.isUsed(variable)) : [];
  });
  for (const item of unreached) {
    diagnostics.warning('unused-function', item.span, `nothing calls the function "${item.name}"`);
  }
  for (const variable of unused) {
    diagnostics.warning('unused-global', variable.span, `nothing uses the global "${variable.name}"`);
  }
}
