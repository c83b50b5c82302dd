/** `-l` and `-L`: the probe points that a pattern matches, with their variables. */
import type { Block } from '../../1-parse/ast.ts';
import { walk } from '../../1-parse/walk.ts';
import type { BoundProbe } from '../../2-resolve/program.ts';
import type { Checked, CheckedProbe } from '../../3-analyze/checked.ts';
import { spellType } from '../../kernel/btf/spelling.ts';
import { checkScript, type ScriptRequest } from '../../pipeline.ts';
import { CliError, EXIT } from '../exit.ts';
import { stdout } from '../output.ts';
import { say } from '../report.ts';
import type { PreparedRequest } from '../request.ts';
import { stapError } from './options.ts';
import type { Listing, StapSettings } from './settings.ts';

/** Prints them sorted; throws where there are none. */
export function listPoints(
  { pattern, variables }: Extract<Listing, { kind: 'points' }>,
  { request, announcement }: PreparedRequest,
  { verbose }: StapSettings,
): void {
  if (verbose > 0) say(announcement);
  const checked = checkPattern(request, pattern, '');
  if (checked === undefined) throw new CliError(EXIT.script, `no probe point matches ${pattern}`);
  const names = variables ? assignedNames(checked.probes.map((p) => p.probe)) : [];
  // A variable that nothing reads is left out, and its type with it: a handler that prints it has the type.
  const typed = variables && names.length > 0 ? typesOf(request, pattern, names) : new Map<string, string>();
  const lines = checked.probes.flatMap(({ probe }) => linesOf(probe, variables, typed, request));
  stdout().write(
    [...new Set(lines)]
      .sort()
      .map((line) => `${line}\n`)
      .join(''),
  );
}

function checkPattern(request: ScriptRequest, pattern: string, body: string): Checked | undefined {
  const text = `probe ${pattern} { ${body} }`;
  const result = checkScript({ ...request, source: { file: '<-l>', text }, refuseIdle: false });
  const syntax = result.diagnostics.find(
    (d) => d.severity === 'error' && /^(?:parse-|stray-|unmatched)/.test(d.code),
  );
  if (syntax !== undefined) throw stapError(`${pattern} is no probe point: ${syntax.message}`);
  return result.checked;
}

function linesOf(
  probe: BoundProbe,
  variables: boolean,
  typed: ReadonlyMap<string, string>,
  { profile }: ScriptRequest,
): string[] {
  const { family, points, origin, written } = probe;
  if (!variables) return origin.length > 0 ? [written] : points.map((p) => p.text);
  const locals = (origin.length === 0 ? [] : assignedNames([probe])).flatMap((name) => {
    const type = typed.get(`${written} ${name}`);
    return type === undefined ? [] : [` ${name}:${type}`];
  });
  return points.map((point) => {
    const kernel = family.variables(point, profile).map((v) => {
      const type = v.text === true ? 'string' : spellType(v.type).replace(/ (\**)$/, '$1');
      return ` $${v.name}:${type}`;
    });
    return `${origin.length > 0 ? written : point.text}${locals.join('')}${kernel.join('')}`;
  });
}

/** Types of the variables that aliases set, by `POINT NAME`. */
function typesOf(
  request: ScriptRequest,
  pattern: string,
  names: readonly string[],
): ReadonlyMap<string, string> {
  const types = new Map<string, string>();
  for (const name of names) {
    const checked = checkPattern(request, pattern, `print(${name})`);
    for (const probe of checked?.probes ?? []) add(types, probe, name);
  }
  return types;
}

function add(types: Map<string, string>, { probe, locals }: CheckedProbe, name: string): void {
  const type = locals.get(name);
  if (type !== undefined) types.set(`${probe.written} ${name}`, type);
}

function assignedNames(probes: readonly BoundProbe[]): string[] {
  const names = new Set<string>();
  for (const block of probes.flatMap((probe): readonly Block[] => probe.blocks)) {
    walk(block, (node) => {
      if (node.kind === 'assign' && 'target' in node) {
        const { target } = node;
        if (isName(target)) names.add(target.name);
      }
      return undefined;
    });
  }
  return [...names];
}

function isName(node: unknown): node is { readonly kind: 'identifier'; readonly name: string } {
  return (
    typeof node === 'object' &&
    node !== null &&
    'kind' in node &&
    node.kind === 'identifier' &&
    'name' in node
  );
}
