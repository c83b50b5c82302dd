/** One top-level item: match, then build. */
import type { Diagnostics } from '../diagnostics/diagnostic.ts';
import type { Item, Source } from './ast.ts';
import type { Cst } from './cst.ts';
import type { ScriptGrammar } from './grammar.ts';
import type { RawItem } from './items.ts';
import { condense, LARGE_ITEM } from './large-item.ts';
import { LITERAL_MISTAKES } from './literals.ts';
import { match } from './match.ts';
import { firstTooDeep, treeDepth } from './nesting.ts';
import { reportSyntaxError } from './syntax-error.ts';
import { BuildContext } from './to-ast/context.ts';
import { buildItem } from './to-ast/items.ts';
import { buildStatements } from './to-ast/statements.ts';
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
/** Tokens matched at once: a statement without a block, or the blocks' sum in one that is never closed. */
const MAX_MATCHED = 50_000;

/** The item, or undefined when its syntax is wrong, which `diagnostics` is told. */
export function parseItem(
  grammar: ScriptGrammar,
  item: RawItem,
  around: ItemSurroundings,
  diagnostics: Diagnostics,
): Item | undefined {
  const deep = firstTooDeep(item.tokens);
  if (deep !== undefined) {
    reportTooDeep(deep, diagnostics);
    return undefined;
  }
  const parser = new Parser(grammar, around, diagnostics);
  const built =
    item.tokens.length > LARGE_ITEM ? parser.large(item.tokens) : parser.item(item.tokens, item.kinds);
  if (built === undefined || item.tokens.length <= MAX_TREE_DEPTH) return built;
  if (treeDepth(built) <= MAX_TREE_DEPTH) return built;
  reportTooDeep(item.tokens[0], diagnostics);
  return undefined;
}

class Parser {
  readonly #grammar: ScriptGrammar;
  readonly #around: ItemSurroundings;
  readonly #diagnostics: Diagnostics;

  constructor(grammar: ScriptGrammar, around: ItemSurroundings, diagnostics: Diagnostics) {
    this.#grammar = grammar;
    this.#around = around;
    this.#diagnostics = diagnostics;
  }

  item(tokens: readonly Token[], kinds: string): Item | undefined {
    return this.#parse('item', tokens, kinds, this.#around.next, (context, root) =>
      buildItem(context, root, this.#around.doc),
    );
  }

  large(tokens: readonly Token[]): Item | undefined {
    const { tokens: rest, sound } = condense(tokens, (part, next) =>
      this.#parse('statements', part, kindsOf(part), next, (context, root) =>
        buildStatements(context, root.child(0)),
      ),
    );
    const item = this.item(rest, kindsOf(rest));
    return sound ? item : undefined;
  }

  #parse<T>(
    rule: string,
    tokens: readonly Token[],
    kinds: string,
    next: Token | undefined,
    build: (context: BuildContext, root: Cst) => T,
  ): T | undefined {
    if (tokens.length > MAX_MATCHED) {
      reportTooLong(tokens[0], this.#diagnostics);
      return undefined;
    }
    try {
      const root = match(this.#grammar.rules, kinds, rule);
      if (root !== undefined) {
        const context = new BuildContext(tokens, this.#diagnostics, this.#around.guru);
        const built = build(context, root);
        context.finish();
        return built;
      }
      // What a string or a comment without an end swallowed is missed only because of that.
      if (tokens.some(({ problem }) => problem !== undefined && !LITERAL_MISTAKES.has(problem.code)))
        return undefined;
      const failure = this.#grammar.ohm.match(kinds, rule);
      if (!failure.failed()) throw new Error(`ohm alone matches ${rule} at ${tokens[0]?.start}`);
      reportSyntaxError(failure, tokens, { ...this.#around, next }, this.#diagnostics);
    } catch (error) {
      // What nests without brackets, such as `if (a) if (b) …`, can still use up the stack.
      if (!(error instanceof RangeError) || !/call stack/.test(error.message)) throw error;
      reportTooDeep(tokens[0], this.#diagnostics);
    }
    return undefined;
  }
}

function kindsOf(tokens: readonly Token[]): string {
  return tokens.map((token) => token.kind).join('');
}

function reportTooDeep(token: Token | undefined, diagnostics: Diagnostics): void {
  const span = token === undefined ? undefined : tokenSpan(token);
  diagnostics.error('nesting-too-deep', span, 'this nests too deep', {
    hints: ['Move an inner part into a function.'],
  });
}

function reportTooLong(token: Token | undefined, diagnostics: Diagnostics): void {
  const span = token === undefined ? undefined : tokenSpan(token);
  const message = `what begins here has more than ${MAX_MATCHED} words and signs in one statement`;
  diagnostics.error('statement-too-long', span, message, { hints: ['Is a closing brace missing?'] });
}
