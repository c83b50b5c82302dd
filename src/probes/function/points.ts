/** The written forms of function probes. */
import type { PointComponent, ProbePoint } from '../../1-parse/ast.ts';
import { numberArgument, rejectArgument, reportComponent, stringArgument } from '../components.ts';
import type { BindEnvironment } from '../family.ts';

/** A function probe as it is written. */
export interface FunctionPoint {
  /** `kernel.function`, `module("ext4").function`, `kprobe.function`: as the texts of bound points begin. */
  readonly prefix: string;
  readonly module: string | null;
  /** `kprobe.…`: functions without types are good too, wildcards are not. */
  readonly untyped: boolean;
  readonly pattern: string;
  readonly isReturn: boolean;
  readonly exported: boolean;
  readonly call: boolean;
  readonly maxactive: number | null;
}

const SUFFIXES = ['call', 'return', 'exported', 'maxactive'];

/** Whether the components are of a function or statement probe. */
export function isFunctionPoint([first, second]: readonly PointComponent[]): boolean {
  if (first?.name === 'kprobe') return first.arg === undefined;
  const owner = first?.name === 'module' || (first?.name === 'kernel' && first.arg === undefined);
  return owner && (second?.name === 'function' || second?.name === 'statement');
}

/** Reads a point; what is wrong with it is reported, and undefined returned. */
export function readPoint(point: ProbePoint, env: BindEnvironment): FunctionPoint | undefined {
  const [first, ...others] = point.components;
  if (first === undefined) return undefined;
  const untyped = first.name === 'kprobe';
  const [owner, ...rest] = untyped ? others : [first, ...others];
  if (owner === undefined) {
    env.diagnostics.error('probe-component', first.span, '"kprobe" needs a function: kprobe.function("…")');
    return undefined;
  }
  const named = owner.name === 'module' ? stringArgument(owner, env.diagnostics) : null;
  const [target, ...suffixes] = untyped && owner.name !== 'module' ? [owner, ...rest] : rest;
  if (named === undefined || target === undefined) {
    if (target === undefined) reportComponent(owner, ['function'], env.diagnostics);
    return undefined;
  }
  if (target.name === 'statement') {
    reportStatement(target, env);
    return undefined;
  }
  if (target.name !== 'function') {
    reportComponent(target, ['function', 'module'], env.diagnostics);
    return undefined;
  }
  const written = stringArgument(target, env.diagnostics);
  const pattern = written === undefined ? undefined : functionPattern(written, target, env);
  const how = readSuffixes(suffixes, env);
  if (pattern === undefined || how === undefined) return undefined;
  const place = named === null ? '' : `module("${named}").`;
  const prefix = untyped
    ? `kprobe.${place}function`
    : named === null
      ? 'kernel.function'
      : `${place}function`;
  return { prefix, module: named, untyped, pattern, ...how };
}

/** The function's part of `name@file:line`. */
function functionPattern(written: string, target: PointComponent, env: BindEnvironment): string | undefined {
  const [, name = '', file, line] = /^([^@:+]*)(@[^:+]*)?([:+].*)?$/.exec(written) ?? [];
  if (line !== undefined) {
    reportStatement(target, env);
    return undefined;
  }
  if (file !== undefined && /[*?[{]/.test(name)) {
    const what = `which functions "${file.slice(1)}" has is not known without debuginfo`;
    env.diagnostics.error('probe-file-unknown', target.span, what, {
      hints: ['name the functions: `tapc list` shows what matches a pattern of names'],
    });
    return undefined;
  }
  if (file !== undefined) {
    env.diagnostics.warning(
      'probe-file-ignored',
      target.span,
      `which file a function is in is not known without debuginfo: "${file}" is ignored`,
    );
  }
  return name;
}

function reportStatement(target: PointComponent, env: BindEnvironment): void {
  env.diagnostics.error('probe-statement', target.span, 'places inside a function cannot be probed', {
    hints: ['probe its entry or its return: kernel.function("…").return'],
  });
}

const UNKNOWN_PLACES: ReadonlyMap<string, string> = new Map([
  ['label', 'labels inside a function'],
  ['callee', 'the functions that another calls'],
  ['callees', 'the functions that another calls'],
]);

type Suffixes = Pick<FunctionPoint, 'isReturn' | 'exported' | 'call' | 'maxactive'>;

function readSuffixes(suffixes: readonly PointComponent[], env: BindEnvironment): Suffixes | undefined {
  const { diagnostics } = env;
  const seen = new Map(suffixes.map((component) => [component.name, component]));
  for (const component of suffixes) {
    const { name, span } = component;
    if (name === 'inline') {
      diagnostics.error(
        'probe-inline',
        span,
        'inlined copies of a function cannot be found without debuginfo',
        {
          hints: ['leave ".inline" out to probe the calls that are left'],
        },
      );
      return undefined;
    }
    const unknown = UNKNOWN_PLACES.get(name);
    if (unknown !== undefined) {
      diagnostics.error('probe-statement', span, `${unknown} are not known without debuginfo`, {
        hints: ['probe the function itself, its return, or the functions that it calls'],
      });
      return undefined;
    }
    if (
      !SUFFIXES.includes(name) ||
      (name === 'maxactive' && !seen.has('return')) ||
      seen.get(name) !== component
    ) {
      reportComponent(component, name === 'maxactive' ? ['return.maxactive'] : SUFFIXES, diagnostics);
      return undefined;
    }
    if (name !== 'maxactive') rejectArgument(component, diagnostics);
  }
  const isReturn = seen.has('return');
  const call = seen.has('call');
  const both = seen.get('call');
  if (isReturn && both !== undefined) {
    reportComponent(both, ['exported'], diagnostics);
    return undefined;
  }
  const limit = seen.get('maxactive');
  const maxactive = limit === undefined ? null : readMaxactive(limit, env);
  return maxactive === undefined ? undefined : { isReturn, call, exported: seen.has('exported'), maxactive };
}

/** The kernel keeps that many records for each function. */
const MOST_ACTIVE = 4096n;

function readMaxactive(component: PointComponent, env: BindEnvironment): number | undefined {
  const count = numberArgument(component, env.diagnostics);
  if (count === undefined) return undefined;
  if (count >= 1n && count <= MOST_ACTIVE) return Number(count);
  env.diagnostics.error(
    'probe-argument',
    component.span,
    `maxactive is how many calls may be under way at once: 1 to ${MOST_ACTIVE}`,
  );
  return undefined;
}
