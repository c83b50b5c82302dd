/** Phase 1: from the text of a script to its tree. */
import type { Diagnostics } from '../diagnostics/diagnostic.ts';
import type { GlobalVariable, Item, Script, Source } from './ast.ts';
import { docBefore } from './comments.ts';
import { decideDefinitions, resolveConditionals } from './conditionals.ts';
import type { PreprocessorFacts } from './conditions.ts';
import { grammar } from './grammar.ts';
import { parseItem } from './item-parser.ts';
import { splitItems } from './items.ts';
import { lex } from './lex.ts';
import { expandMacros, type Macro, type MacroTable } from './macros.ts';
import { reportStrayTokens } from './syntax-error.ts';
import { KIND, kindOfText, type Token, tokenSpan } from './tokens.ts';

export type { PreprocessorFacts } from './conditions.ts';
export type { Macro, MacroTable } from './macros.ts';
export { print, printExpr } from './print/index.ts';

/** Past this many errors of a kind, nobody reads on. */
const MAX_ERRORS = 100;

export interface ParseOptions {
  /** What `$1 @1 $# @#` and their kin stand for. */
  readonly args: readonly string[];
  readonly conditions: PreprocessorFacts;
  /** The macros of `.stpm` files. */
  readonly macros?: MacroTable;
  /** Receives the numbers of the arguments that a source names, from 1, whether it comes to use them or not. */
  readonly named?: Set<number>;
  /** Whether embedded C is accepted; tapsets are parsed so. Default: it is not. */
  readonly guru?: boolean;
}

/**
 * The tree of a script. Every mistake goes to `diagnostics` as an error; an item with a mistake in its
 * syntax is left out, and the items after it are parsed all the same. Never throws.
 */
export function parse(source: Source, options: ParseOptions, diagnostics: Diagnostics): Script {
  const { tokens, comments, named } = lex(source, options.args);
  for (const number of named) options.named?.add(number);
  const chosen = decideDefinitions(tokens, options.conditions);
  const expanded = expandMacros(chosen, options.macros ?? new Map());
  warnOfHiddenOperators(expanded.defined.values(), diagnostics);
  const kept = resolveConditionals(expanded.tokens, options.conditions);
  const raw = splitItems(reportProblems(kept, diagnostics));
  const guru = options.guru ?? false;
  const items: Item[] = [];
  const before = diagnostics.list.length;
  for (const [i, item] of raw.entries()) {
    if (diagnostics.list.length - before >= MAX_ERRORS) {
      reportTooMany(item.tokens[0], diagnostics);
      break;
    }
    const next = raw[i + 1]?.tokens[0];
    if (!item.startsItem) {
      reportStrayTokens(item.tokens, diagnostics);
      continue;
    }
    const first = item.tokens[0];
    const inPlace = first !== undefined && first.file === source.file && first.via === undefined;
    const doc = inPlace ? docBefore(source.text, comments, first.start) : undefined;
    const parsed = parseItem(grammar(), item, { next, doc, guru, source }, diagnostics);
    if (parsed !== undefined) items.push(parsed);
  }
  reportDuplicateGlobals(items, diagnostics);
  return { file: source.file, items };
}

function warnOfHiddenOperators(macros: Iterable<Macro>, diagnostics: Diagnostics): void {
  for (const { name, span } of macros) {
    // SystemTap had @choose_defined as a macro before it had the operator.
    if (kindOfText(`@${name}`) === undefined || name === 'choose_defined') continue;
    diagnostics.warning('hidden-operator', span, `this macro takes the place of the operator @${name}`, {
      hints: ['give it a name of its own'],
    });
  }
}

function reportDuplicateGlobals(items: readonly Item[], diagnostics: Diagnostics): void {
  const seen = new Map<string, GlobalVariable>();
  for (const item of items) {
    if (item.kind !== 'global') continue;
    for (const variable of item.variables) {
      const earlier = seen.get(variable.name);
      if (earlier === undefined) seen.set(variable.name, variable);
      else {
        diagnostics.error(
          'duplicate-global',
          variable.span,
          `the global “${variable.name}” is declared twice`,
          {
            notes: [{ message: 'first declared here', span: earlier.span }],
          },
        );
      }
    }
  }
}

/**
 * The macros that a `.stpm` file defines, its conditions decided by `options`. Whatever else stands in
 * such a file is an error.
 */
export function parseMacros(
  source: Source,
  options: ParseOptions,
  diagnostics: Diagnostics,
): ReadonlyMap<string, Macro> {
  const { tokens } = lex(source, options.args);
  const kept = resolveConditionals(tokens, options.conditions, { opaqueDefinitions: true });
  const { tokens: rest, defined } = expandMacros(kept, options.macros ?? new Map());
  warnOfHiddenOperators(defined.values(), diagnostics);
  const stray = reportProblems(rest, diagnostics)[0];
  if (stray !== undefined) {
    const message = `a macro file holds @define alone, not ‘${stray.text}’`;
    diagnostics.error('stray-in-macro-file', tokenSpan(stray), message);
  }
  return defined;
}

function reportTooMany(token: Token | undefined, diagnostics: Diagnostics): void {
  if (token === undefined) return;
  diagnostics.error(
    'too-many-errors',
    tokenSpan(token),
    `more than ${MAX_ERRORS} errors: the rest is not read`,
  );
}

/** Tells what is wrong with single tokens, and returns the tokens that the grammar can go on with. */
function reportProblems(tokens: readonly Token[], diagnostics: Diagnostics): readonly Token[] {
  let told = 0;
  for (const token of tokens) {
    if (token.problem === undefined) continue;
    told += 1;
    if (told > MAX_ERRORS) {
      reportTooMany(token, diagnostics);
      break;
    }
    const { code, message, hints = [], notes = [], severity } = token.problem;
    if (severity === 'warning') diagnostics.warning(code, tokenSpan(token), message, { hints, notes });
    else diagnostics.error(code, tokenSpan(token), message, { hints, notes });
  }
  return told > 0 ? tokens.filter((token) => token.kind !== KIND.bad) : tokens;
}
