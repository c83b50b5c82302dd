/** Probe points to bound probes: aliases expanded, families asked. */
import type { AliasItem, Block, Expr, ProbePoint, Script, Span } from '../1-parse/ast.ts';
import { cloneTree } from '../1-parse/walk.ts';
import { Diagnostics, type Note } from '../diagnostics/diagnostic.ts';
import { didYouMean } from '../diagnostics/suggest.ts';
import type { KernelProfile } from '../kernel/profile.ts';
import type { BoundPoint, ProbeFamily } from '../probes/family.ts';
import { aliasMatcher, hasWildcard } from './glob.ts';
import { groupPoints, targetsOf } from './group.ts';
import type { NamedAlias, TapsetLibrary } from './library.ts';
import { type MeantPoint, pointsMeant } from './meant.ts';
import { componentsText, pointText } from './point-text.ts';
import type { BoundProbe } from './program.ts';

/** Aliases inside aliases; deeper is taken for a cycle. */
const MAX_ALIAS_DEPTH = 20;

/** Points that one probe may lead to, those on the way counted: aliases of aliases multiply. */
const MAX_POINTS = 20_000;

/** What is said of an optional point, too. */
const NEVER_FORGIVEN: ReadonlySet<string> = new Set(['alias-cycle', 'too-many-points']);

/** What a wildcard that found something else passes over. An optional point passes over all that is wrong with it. */
const NOTHING_THERE: ReadonlySet<string> = new Set(['no-such-probe-point', 'probe-unavailable']);

export interface ExpandEnvironment {
  readonly userScript: Script;
  /** Those of `userScript`. */
  readonly userAliases: readonly NamedAlias[];
  readonly library: TapsetLibrary;
  readonly profile: KernelProfile;
  readonly families: readonly ProbeFamily[];
}

/** A handler piece and the file whose globals it sees. */
export interface ScopedBlock {
  readonly block: Block;
  readonly script: Script;
}

/** A bound probe, with the scope of each of its blocks and conditions. */
export interface ExpandedProbe {
  readonly probe: BoundProbe;
  readonly scopes: ReadonlyMap<Block | Expr, Script>;
}

/** The way from what the user wrote to the point that is being expanded. */
interface Trail {
  readonly blocks: readonly ScopedBlock[];
  readonly conditions: readonly { readonly expr: Expr; readonly script: Script }[];
  readonly origin: BoundProbe['origin'];
  readonly written: string;
  readonly span: Span;
  /** What is missing is forgiven: nobody reads the report, and the kernel may refuse it. */
  readonly optional: boolean;
  /** Shared by all points of a probe. */
  readonly budget: { points: number };
}

/** All handlers that the points of one `probe` item stand for; what does not exist is reported. */
export function expandProbe(
  points: readonly ProbePoint[],
  body: Block,
  script: Script,
  env: ExpandEnvironment,
  diagnostics: Diagnostics,
): ExpandedProbe[] {
  const budget = { points: MAX_POINTS };
  return expandList(points, env, diagnostics, (point) => ({
    budget,
    blocks: [{ block: body, script }],
    conditions: point.condition === undefined ? [] : [{ expr: point.condition, script }],
    origin: [],
    written: componentsText(point.components),
    span: point.span,
    optional: point.suffix !== undefined,
  }));
}

function expandList(
  points: readonly ProbePoint[],
  env: ExpandEnvironment,
  diagnostics: Diagnostics,
  trailOf: (point: ProbePoint) => Trail,
): ExpandedProbe[] {
  const all: ExpandedProbe[] = [];
  for (const point of points) {
    const attempt = new Diagnostics();
    const trail = trailOf(point);
    if (trail.budget.points-- <= 0) {
      reportTooMany(point, trail, diagnostics);
      break;
    }
    const found = expandPoint(point, trail, env, attempt);
    // An optional point, or a wildcard that found something else, may leave some places unmatched.
    const forgiven = point.suffix !== undefined || (found.length > 0 && isWild(point));
    if (!forgiven) diagnostics.adopt(attempt.list);
    else if (point.suffix === undefined) {
      diagnostics.adopt(attempt.list.filter((d) => !NOTHING_THERE.has(d.code)));
    } else {
      diagnostics.adopt(attempt.list.filter((d) => NEVER_FORGIVEN.has(d.code) || d.severity !== 'error'));
    }
    all.push(...found);
    if (point.suffix === '!' && found.length > 0) break;
  }
  return all;
}

/** Said once: whoever finds the budget used up later is silent. */
function reportTooMany(point: ProbePoint, trail: Trail, diagnostics: Diagnostics): void {
  if (trail.budget.points < -1) return;
  diagnostics.error('too-many-points', trail.span, `this leads to more than ${MAX_POINTS} probe points`, {
    hints: [`the last one was "${pointText(point)}"`],
  });
}

/** Whether a script cannot do without the point. Where it can, it has its own ways for other kernels. */
function isRequired(point: ProbePoint, trail: Trail): boolean {
  return !trail.optional && trail.origin.length === 0 && point.suffix === undefined;
}

function isWild(point: ProbePoint): boolean {
  return point.components.some((c) => hasWildcard(c.name));
}

function expandPoint(
  point: ProbePoint,
  trail: Trail,
  env: ExpandEnvironment,
  diagnostics: Diagnostics,
): ExpandedProbe[] {
  if (trail.origin.length > MAX_ALIAS_DEPTH) {
    diagnostics.error('alias-cycle', point.span, `the alias "${pointText(point)}" leads back to itself`, {
      notes: originNotes(trail),
    });
    return [];
  }
  const aliases = matchingAliases(point, env);
  const family = env.families.find((f) => f.claims(point.components));
  const throughAliases = aliases.full.flatMap((match) => throughAlias(match, point, trail, env, diagnostics));
  const meant = pointsMeant(point, env.families);
  const found = [
    ...throughAliases,
    ...(meant.length > 0
      ? bindMeant(meant, throughAliases.length > 0, trail, env, diagnostics)
      : family === undefined
        ? []
        : bindTo(family, point, trail, env, diagnostics)),
  ];
  if (found.length > 0 || aliases.full.length > 0) return found;
  if (family === undefined) {
    const suffixed = aliases.partial.flatMap((m) => throughAlias(m, point, trail, env, diagnostics));
    if (suffixed.length > 0 || aliases.partial.length > 0) return suffixed;
  }
  if (diagnostics.hasErrors) return [];
  const renamed = isRequired(point, trail) ? family?.renamed?.(point, env.profile) : undefined;
  if (renamed !== undefined) {
    const { was, now } = renamed;
    diagnostics.warning(
      'probe-renamed',
      point.span,
      `${env.profile.release} has no "${was}": the probe is on "${now}", which took its place`,
      { hints: ['what the place is called with may have changed too: `tapc list` shows its variables'] },
    );
    return expandPoint(renamed.point, trail, env, diagnostics);
  }
  reportNoMatch(point, family, trail, env, diagnostics);
  return [];
}

interface AliasMatch {
  readonly alias: AliasItem;
  readonly script: Script;
  readonly name: ProbePoint;
  readonly rest: ProbePoint['components'];
}

function matchingAliases(
  point: ProbePoint,
  env: ExpandEnvironment,
): { full: AliasMatch[]; partial: AliasMatch[] } {
  const matcher = aliasMatcher(point.components);
  const candidates = [...env.userAliases, ...env.library.aliases(point.components)];
  const full: AliasMatch[] = [];
  let partial: AliasMatch[] = [];
  for (const { script, item, name } of candidates) {
    const rest = matcher.match(name.components);
    if (rest === undefined) continue;
    const match = { alias: item, script, name, rest };
    if (rest.length === 0) full.push(match);
    else {
      // The longest name wins; among equals all do.
      const longest = partial[0]?.rest.length ?? Number.POSITIVE_INFINITY;
      if (rest.length < longest) partial = [match];
      else if (rest.length === longest) partial.push(match);
    }
  }
  return { full, partial };
}

function throughAlias(
  { alias, script, name, rest }: AliasMatch,
  point: ProbePoint,
  trail: Trail,
  env: ExpandEnvironment,
  diagnostics: Diagnostics,
): ExpandedProbe[] {
  const own = { block: alias.body, script };
  const behind = alias.epilogue === undefined ? [] : [{ block: alias.epilogue, script }];
  const blocks =
    alias.mode === 'prologue' ? [own, ...trail.blocks, ...behind] : [...trail.blocks, own, ...behind];
  const origin = [...trail.origin, { name: pointText(name), span: name.span }];
  const points = alias.points.map((p) =>
    rest.length === 0 ? p : { ...p, components: [...p.components, ...rest] },
  );
  return expandList(points, env, diagnostics, (inner) => ({
    budget: trail.budget,
    blocks,
    origin,
    conditions:
      inner.condition === undefined
        ? trail.conditions
        : [...trail.conditions, { expr: inner.condition, script }],
    written: isWild(point) && trail.origin.length === 0 ? pointText(name) : trail.written,
    span: trail.span,
    optional: trail.optional || inner.suffix !== undefined || isWild(point),
  }));
}

function bindTo(
  family: ProbeFamily,
  point: ProbePoint,
  trail: Trail,
  env: ExpandEnvironment,
  diagnostics: Diagnostics,
): ExpandedProbe[] {
  const points = family.bind(point, { profile: env.profile, diagnostics });
  if (points.length === 0) return [];
  const use = targetsOf([...trail.blocks.map(({ block }) => block), ...trail.conditions.map((c) => c.expr)]);
  const groups = use === undefined ? [points] : groupPoints(family, points, env.profile, use);
  return groups.map((group) => boundProbe(family, group, trail));
}

/** What the wildcards in the names of a point stand for; where one of those is there, what is wrong with others is passed over. */
function bindMeant(
  meant: readonly MeantPoint[],
  isFound: boolean,
  trail: Trail,
  env: ExpandEnvironment,
  diagnostics: Diagnostics,
): ExpandedProbe[] {
  const attempt = new Diagnostics();
  const found = meant.flatMap(({ family, point }) => bindTo(family, point, trail, env, attempt));
  if (!isFound && found.length === 0) diagnostics.adopt(attempt.list);
  return found;
}

/** Side tables are keyed by node, so every bound probe owns its nodes. */
function boundProbe(family: ProbeFamily, points: readonly BoundPoint[], trail: Trail): ExpandedProbe {
  const scopes = new Map<Block | Expr, Script>();
  const blocks = trail.blocks.map(({ block, script }) => {
    const own = cloneTree(block);
    scopes.set(own, script);
    return own;
  });
  const conditions = trail.conditions.map(({ expr, script }) => {
    const own = cloneTree(expr);
    scopes.set(own, script);
    return own;
  });
  const { written, optional, span, origin } = trail;
  return { probe: { family, points, written, conditions, blocks, optional, span, origin }, scopes };
}

function reportNoMatch(
  point: ProbePoint,
  family: ProbeFamily | undefined,
  trail: Trail,
  env: ExpandEnvironment,
  diagnostics: Diagnostics,
): void {
  const written = componentsText(point.components);
  const message = `nothing matches the probe point ${written}`;
  if (trail.optional) {
    diagnostics.error('no-such-probe-point', point.span, message);
    return;
  }
  const suggestions = family?.suggest(point, { profile: env.profile, diagnostics }) ?? [];
  const hints =
    suggestions.length > 0
      ? [`did you mean ${suggestions.slice(0, 3).join(' or ')}?`]
      : didYouMean(written.replace(/\([^)]*\)/g, ''), knownNames(env));
  diagnostics.error('no-such-probe-point', point.span, message, {
    hints: [
      ...hints,
      ...(hints.length > 0
        ? []
        : ['`tapc list PATTERN` shows what there is; a `?` behind the point makes it optional']),
    ],
    notes: originNotes(trail),
  });
}

function* knownNames(env: ExpandEnvironment): Iterable<string> {
  yield* env.library.names('aliases');
  for (const item of env.userScript.items) {
    if (item.kind === 'alias') for (const name of item.names) yield componentsText(name.components);
  }
  for (const family of env.families) for (const point of family.list('*', env.profile)) yield point.text;
}

function originNotes(trail: Trail): Note[] {
  if (trail.origin.length === 0) return [];
  return [{ message: `through the alias ${trail.origin.map((o) => o.name).join(' → ')}`, span: trail.span }];
}
