/**
 * Items of many thousand tokens. Matching takes some 2.5 KB of memory for each token, so their blocks are
 * matched by themselves, a few statements at a time, and stand in the item as one token each.
 */
import type { Statement } from './ast.ts';
import { KIND, spanBetween, type Token } from './tokens.ts';

/** Items of more tokens are cut up. */
export const LARGE_ITEM = 4000;
/** Blocks of fewer tokens stay in what surrounds them. */
const SMALL_BLOCK = 64;
const CHUNK = 1000;

/** Parses statements that stand between the tokens given; undefined when their syntax is wrong. */
export type ParseStatements = (
  tokens: readonly Token[],
  next: Token | undefined,
) => readonly Statement[] | undefined;

export interface Condensed {
  readonly tokens: readonly Token[];
  /** Whether every block that was cut out could be parsed. */
  readonly sound: boolean;
}

interface Level {
  readonly tokens: Token[];
  /** Whether a `}` ends a block of statements here, not a group of probe points. */
  readonly body: boolean;
  parens: number;
}

/** The item with its blocks replaced by single tokens, innermost first. */
export function condense(tokens: readonly Token[], parseStatements: ParseStatements): Condensed {
  let level: Level = { tokens: [], body: false, parens: 0 };
  const outer: Level[] = [];
  let sound = true;
  for (const token of tokens) {
    if (token.kind === KIND.openBrace) {
      const body = level.tokens.at(-1)?.kind !== KIND.dot;
      outer.push(level);
      level = { tokens: [token], body, parens: 0 };
      continue;
    }
    level.tokens.push(token);
    const surrounding = token.kind === KIND.closeBrace ? outer.pop() : undefined;
    if (surrounding === undefined) continue;
    const inner = level;
    level = surrounding;
    if (!inner.body || inner.tokens.length < SMALL_BLOCK) {
      for (const t of inner.tokens) level.tokens.push(t);
      continue;
    }
    const statements = parseInChunks(inner.tokens, parseStatements);
    sound &&= statements !== undefined;
    level.tokens.push(blockToken(inner.tokens, statements ?? []));
  }
  // Braces that were never closed leave their levels open.
  const rest = [...outer, level].flatMap((l) => l.tokens);
  return { tokens: rest, sound };
}

function blockToken(tokens: readonly Token[], statements: readonly Statement[]): Token {
  const open = tokens[0];
  const close = tokens.at(-1);
  if (open === undefined || close === undefined) throw new RangeError('a block has braces');
  const span = spanBetween(open, close);
  return { ...span, kind: KIND.block, text: '{', block: { kind: 'block', span, statements } };
}

/** The statements between the braces that `tokens` begins and ends with. */
function parseInChunks(tokens: readonly Token[], parse: ParseStatements): readonly Statement[] | undefined {
  const statements: Statement[] = [];
  let sound = true;
  for (let from = 1; from < tokens.length - 1; ) {
    const to = chunkEnd(tokens, from);
    const parsed = parse(tokens.slice(from, to), tokens[to]);
    sound &&= parsed !== undefined;
    for (const statement of parsed ?? []) statements.push(statement);
    from = to;
  }
  return sound ? statements : undefined;
}

/** Where a statement surely ends after at least CHUNK tokens; at most before the closing brace. */
function chunkEnd(tokens: readonly Token[], from: number): number {
  let depth = 0;
  for (let i = from; i < tokens.length - 1; i++) {
    const kind = tokens[i]?.kind ?? '';
    if (kind === KIND.openParen || kind === KIND.openBracket || kind === KIND.openBrace) depth += 1;
    else if (kind === KIND.closeParen || kind === KIND.closeBracket || kind === KIND.closeBrace) depth -= 1;
    if (depth > 0 || i - from < CHUNK) continue;
    const ends = kind === KIND.semicolon || kind === KIND.closeBrace || kind === KIND.block;
    const next = tokens[i + 1]?.kind;
    if (ends && next !== KIND.else && next !== KIND.catch) return i + 1;
  }
  return tokens.length - 1;
}
