/** `$$parms`, `$$vars`, `$$locals`, `$$return`: texts made of all that is there. */
import { strip } from '../../kernel/btf/ctype.ts';
import type { ContextVariable } from '../../probes/family.ts';
import type { MemoryAccess, PrettyPiece } from '../checked.ts';
import type { Surroundings } from './base.ts';
import { joined, prettyPieces } from './pretty.ts';

/** The lists by name; undefined where the name is none of them. */
export function listingOf(name: string, around: Surroundings): readonly ContextVariable[] | undefined {
  if (around.where === 'function') return undefined;
  const here = [...around.variables.values()].filter((v) => v.text !== true);
  const atEntry = [...(around.entry?.values() ?? [])].filter((v) => v.text !== true);
  const parms = (around.entry === undefined ? here : atEntry).filter((v) => v.parameter);
  const returns = here.filter((v) => v.name === 'return');
  // A function of the kernel may have no parameters; a timer has nothing that could have some.
  if (!around.listed) return undefined;
  switch (name) {
    case '$$parms':
      return parms;
    case '$$return':
      return around.entry === undefined ? undefined : returns;
    case '$$vars':
      return [...parms, ...returns];
    case '$$locals':
      // Type information knows no local variables.
      return [];
    default:
      return undefined;
  }
}

/** `a=0x1 b=0xffff…`; with `$` or `$$` the values are shown by type. */
export function listingPieces(
  variables: readonly ContextVariable[],
  baseOf: (variable: ContextVariable) => MemoryAccess['base'],
  pretty: '$' | '$$' | undefined,
  around: Surroundings,
): PrettyPiece[] {
  const pieces = variables.flatMap((variable, i): PrettyPiece[] => {
    const name: PrettyPiece = { kind: 'text', text: `${i > 0 ? ' ' : ''}${variable.name}=` };
    const base = baseOf(variable);
    const { type } = variable;
    if (pretty !== undefined) {
      return [name, ...grouped(prettyPieces(base, { type, hops: [] }, pretty === '$' ? 1 : 8, around.table))];
    }
    const plain = strip(type);
    if (plain.kind === 'struct' || plain.kind === 'union' || plain.kind === 'float') {
      return [name, { kind: 'text', text: '?' }];
    }
    return [name, { kind: 'value', access: { base, hops: [], type, user: false }, format: '%#x' }];
  });
  return joined(pieces);
}

function grouped(pieces: readonly PrettyPiece[]): readonly PrettyPiece[] {
  const loads = pieces.some((p) => (p.kind === 'value' || p.kind === 'string') && p.access.hops.length > 0);
  return loads ? [{ kind: 'group', pieces }] : pieces;
}
