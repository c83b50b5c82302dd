/** The grammar of script.ohm, as an object that matches strings of token kinds. */
import { existsSync, readFileSync } from 'node:fs';
import * as ohm from 'ohm-js';
import { BINARY_OPERATORS, kindOfText, STATEMENT_WORDS } from './tokens.ts';

/** File name of the compiled grammar, beside the module that loads it. */
export const RECIPE_FILE = 'script.recipe.json';

/** The grammar, loaded at the first call and then kept, for it never changes. */
export const grammar: () => ohm.Grammar = once(loadGrammar);

function once<T>(make: () => T): () => T {
  const made: T[] = [];
  return () => {
    const value = made[0] ?? make();
    made[0] = value;
    return value;
  };
}

/**
 * The grammar: from the recipe beside this module where the build wrote one, which is five times as
 * fast as compiling the text.
 */
function loadGrammar(): ohm.Grammar {
  const recipe = new URL(RECIPE_FILE, import.meta.url);
  return existsSync(recipe) ? ohm.makeRecipe(readFileSync(recipe, 'utf8')) : compileGrammar();
}

/** Compiles script.ohm. Throws on a mistake in it. */
function compileGrammar(): ohm.Grammar {
  return ohm.grammar(spellInKinds(readFileSync(new URL('script.ohm', import.meta.url), 'utf8')));
}

/** The compiled grammar in the form that `loadGrammar` reads. */
export function grammarRecipe(): string {
  return compileGrammar().toRecipe();
}

/** Puts the one-character kinds where the grammar has the spelling of a token, and adds the rules for ranges of them. */
function spellInKinds(text: string): string {
  const spelled = text.replace(/\/\/.*|"([^"\n]+)"/g, (whole: string, terminal: string | undefined) => {
    if (terminal === undefined) return whole;
    const kind = kindOfText(terminal);
    if (kind === undefined) throw new Error(`script.ohm: ${whole} is in no table of tokens.ts`);
    return quote(kind);
  });
  const ranges = `  binaryOperator (an operator) = ${range(BINARY_OPERATORS)}
  statementWord (a word) = ${range(STATEMENT_WORDS)}`;
  return spelled.replace(/\}\s*$/, `${ranges}\n}\n`);
}

/** Terminals that follow each other in the table, as one test. */
function range(terminals: readonly string[]): string {
  const kinds = terminals.map((terminal) => quote(kindOfText(terminal) ?? ''));
  return `${kinds[0]}..${kinds.at(-1)}`;
}

function quote(kind: string): string {
  return `"\\u{${kind.charCodeAt(0).toString(16)}}"`;
}
