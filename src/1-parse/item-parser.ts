/** One top-level item: match, then build. */
import type { Grammar } from 'ohm-js';
import type { Diagnostics } from '../diagnostics/diagnostic.ts';
import type { Item, Source } from './ast.ts';
import { Cst } from './cst.ts';
import type { RawItem } from './items.ts';
import { firstTooDeep, treeDepth } from './nesting.ts';
import { reportSyntaxError } from './syntax-error.ts';
import { BuildContext } from './to-ast/context.ts';
import { buildItem } from './to-ast/items.ts';
import { type Token, tokenSpan } from './tokens.ts';

export interface ItemSurroundings {
  /** The first token of the item after this one. */
  readonly next: Token | undefined;
  readonly doc: string | undefined;
  readonly guru: boolean;
  readonly source: Source;
}

/** How deep a tree may be; later phases walk it by recursion. */
const MAX_TREE_DEPTH = 1000;

/** The item, or undefined when its syntax is wrong, which `diagnostics` is told. */
export function parseItem(
  grammar: Grammar,
  item: RawItem,
  around: ItemSurroundings,
  diagnostics: Diagnostics,
): Item | undefined {
  const deep = firstTooDeep(item.tokens);
  if (deep !== undefined) {
    reportTooDeep(deep, diagnostics);
    return undefined;
  }
  try {
    const match = grammar.match(item.kinds, 'item');
    if (match.failed()) {
      reportSyntaxError(match, item.tokens, around, diagnostics);
      return undefined;
    }
    if (!match.succeeded()) return undefined;
    const context = new BuildContext(item.tokens, diagnostics, around.guru);
    const built = buildItem(context, new Cst(match._cst), around.doc);
    if (item.tokens.length <= MAX_TREE_DEPTH || treeDepth(built) <= MAX_TREE_DEPTH) return built;
    reportTooDeep(item.tokens[0], diagnostics);
  } catch (error) {
    // What nests without brackets, such as `if (a) if (b) …`, can still use up the stack.
    if (!(error instanceof RangeError) || !/call stack/.test(error.message)) throw error;
    reportTooDeep(item.tokens[0], diagnostics);
  }
  return undefined;
}

function reportTooDeep(token: Token | undefined, diagnostics: Diagnostics): void {
  const span = token === undefined ? undefined : tokenSpan(token);
  diagnostics.error('nesting-too-deep', span, 'this nests too deep', {
    hints: ['Move an inner part into a function.'],
  });
}
