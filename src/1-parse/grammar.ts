/** The grammar of script.ohm over strings of token kinds. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as ohm from 'ohm-js';
import { packageRoot } from '../assets.ts';
import { once } from '../once.ts';
import { type Rules, readRules } from './rules.ts';
import { BINARY_OPERATORS, kindOfText, STATEMENT_WORDS } from './tokens.ts';

export interface ScriptGrammar {
  /** What scripts are matched by. */
  readonly rules: Rules;
  /** What says where one fails to match, and what was expected there. */
  readonly ohm: ohm.Grammar;
}

/** The grammar. Throws on a mistake in script.ohm. */
export const grammar: () => ScriptGrammar = once(() => {
  const text = readFileSync(join(packageRoot(), 'src/1-parse/script.ohm'), 'utf8');
  const read = ohm.grammar(spellInKinds(text));
  return { rules: readRules(read), ohm: read };
});

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
