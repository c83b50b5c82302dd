/** `-G NAME=VALUE`: which of them there is something to set for. */
import type { NumberLiteral, StringLiteral } from '../1-parse/ast.ts';
import { type AnyNode, isNode, walk } from '../1-parse/walk.ts';
import type { Diagnostics } from '../diagnostics/diagnostic.ts';
import { didYouMean } from '../diagnostics/suggest.ts';
import type { ResolveRequest } from './index.ts';

/** Those that name a single value, of the script or of the tapset; the others are reported. */
export function scalarOverrides(
  { script, library, overrides, forgiveOverrides }: ResolveRequest,
  diagnostics: Diagnostics,
): ResolveRequest['overrides'] {
  if (overrides.size === 0) return overrides;
  const declared = new Map(
    script.items.flatMap((item) => (item.kind === 'global' ? item.variables : [])).map((v) => [v.name, v]),
  );
  const arrays = arrayNames(script);
  const report = (message: string, hints: readonly string[] = []): void => {
    if (forgiveOverrides === true) {
      diagnostics.warning('unknown-global-override', undefined, message, { hints });
    } else diagnostics.error('unknown-global-override', undefined, message, { hints });
  };
  const fitting = new Map<string, Literal>();
  for (const [name, value] of overrides) {
    const variable =
      declared.get(name) ?? library.global(name)?.item.variables.find((each) => each.name === name);
    if (variable === undefined) {
      report(`-G names "${name}", but the script has no such global`, didYouMean(name, [...declared.keys()]));
    } else if (arrays.has(name)) {
      report(`-G names "${name}", but that is an array, and only single values can be set`);
    } else if (variable.init?.kind === 'number' && value.kind === 'string') {
      report(`-G gives "${name}" the text "${value.value}", but that is a number`);
    } else fitting.set(name, variable.init?.kind === 'string' ? asText(value) : value);
  }
  return fitting;
}

type Literal = NumberLiteral | StringLiteral;

/** What looks like a number is text, where the first value is. */
function asText(value: Literal): StringLiteral {
  return value.kind === 'string' ? value : { kind: 'string', span: value.span, value: value.text };
}

/** The globals of a script that are declared or indexed as arrays. */
function arrayNames(script: ResolveRequest['script']): ReadonlySet<string> {
  const names = new Set<string>();
  const add = (node: AnyNode): void => {
    if ('name' in node && typeof node.name === 'string') names.add(node.name);
  };
  walk(script, (node) => {
    if (node.kind === 'global-variable' && 'size' in node) add(node);
    if (node.kind === 'index' && 'base' in node && isNode(node.base)) add(node.base);
    return undefined;
  });
  return names;
}
