import { type Parameter, strip } from './btf/ctype.ts';
import type { TypeTable } from './btf/table.ts';
import { compileGlob } from './glob.ts';
import type { NamedLines } from './lines.ts';
import type { Tracepoint } from './profile.ts';

const typedefPrefix = 'btf_trace_';
const functionPrefix = '__traceiter_';

/**
 * The tracepoints of a kernel or module that match a pattern. Each has a typedef for the type of its probe
 * functions, whose parameters have no names; the function that calls them has the names.
 */
export function findTracepoints(
  types: TypeTable,
  systems: NamedLines,
  pattern: string,
): readonly Tracepoint[] {
  const [system, name] = splitPattern(pattern);
  const glob = compileGlob(name);
  const systemGlob = system === undefined ? undefined : compileGlob(system);
  const names = glob.literal ? [name] : tracepointNames(types).filter((candidate) => glob.test(candidate));
  return names.flatMap((candidate): Tracepoint[] => {
    const params = parametersOf(types, candidate);
    if (params === undefined) return [];
    const known = systemOf(systems, candidate);
    if (systemGlob !== undefined && !systemGlob.test(known ?? '')) return [];
    return [{ name: candidate, params, ...(known === undefined ? {} : { system: known }) }];
  });
}

/** All names, sorted. */
export function tracepointNames(types: TypeTable): readonly string[] {
  return types
    .typedefNames()
    .filter((name) => name.startsWith(typedefPrefix))
    .map((name) => name.slice(typedefPrefix.length));
}

function splitPattern(pattern: string): readonly [system: string | undefined, name: string] {
  const colon = pattern.indexOf(':');
  return colon < 0 ? [undefined, pattern] : [pattern.slice(0, colon), pattern.slice(colon + 1)];
}

/** A tracepoint without a trace event has `_tp` behind its name from 6.16 on, but not in the header. */
function systemOf(systems: NamedLines, name: string): string | undefined {
  return (systems.find(name) ?? systems.find(name.replace(/_tp$/, '')))?.[0];
}

function parametersOf(types: TypeTable, name: string): readonly Parameter[] | undefined {
  const caller = types.func(`${functionPrefix}${name}`);
  const typedef = types.typedef(`${typedefPrefix}${name}`);
  if (caller !== undefined) return caller.params.slice(1);
  if (typedef === undefined) return undefined;
  const pointer = strip(typedef);
  const proto = pointer.kind === 'pointer' ? strip(pointer.target) : pointer;
  if (proto.kind !== 'function') return undefined;
  return proto.params
    .slice(1)
    .map(({ type, name: given }, index) => ({ type, name: given || `arg${index + 1}` }));
}
