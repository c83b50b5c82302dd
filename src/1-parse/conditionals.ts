/** `%( condition %? tokens %: tokens %)`: keeps the tokens of the branch that the condition selects. */
import { evaluateCondition, type PreprocessorFacts } from './conditions.ts';
import { definitionEnd } from './macros.ts';
import { KIND, type Problem, type Token } from './tokens.ts';

interface Frame {
  readonly open: Token;
  /** Whether the branch that stands now is kept. */
  keep: boolean;
  /** Whether the other branch would be kept. */
  readonly keepElse: boolean;
  inElse: boolean;
}

export interface ConditionalOptions {
  /** Leave the bodies of macro definitions as they are: their conditions are decided where they are used. */
  readonly opaqueDefinitions: boolean;
}

export function resolveConditionals(
  tokens: readonly Token[],
  facts: PreprocessorFacts,
  options: ConditionalOptions = { opaqueDefinitions: false },
): readonly Token[] {
  if (!tokens.some((t) => isMark(t.kind))) return tokens;
  const out: Token[] = [];
  const frames: Frame[] = [];
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i];
    if (token === undefined) break;
    const frame = frames.at(-1);
    const keep = frame === undefined || frame.keep;
    if (token.kind === KIND.ppOpen) {
      const end = conditionEnd(tokens, i);
      const verdict = keep ? judge(tokens, i, end, facts) : false;
      if (typeof verdict === 'object') out.push(verdict);
      frames.push({
        open: token,
        keep: verdict === true,
        keepElse: keep && verdict === false,
        inElse: false,
      });
      i = tokens[end]?.kind === KIND.ppThen ? end : end - 1;
    } else if (token.kind === KIND.ppElse && frame !== undefined) {
      if (frame.inElse) {
        out.push(broken(token, 'this conditional has a second ‘%:’'));
        frame.keep = false;
      } else {
        frame.keep = frame.keepElse;
      }
      frame.inElse = true;
    } else if (token.kind === KIND.ppClose && frame !== undefined) {
      frames.pop();
    } else if (isMark(token.kind)) {
      if (keep) out.push(broken(token, `‘${token.text}’ belongs to no conditional`));
    } else if (options.opaqueDefinitions && token.kind === KIND.macro && token.text === '@define') {
      const end = definitionEnd(tokens, i) ?? i + 1;
      if (keep) out.push(...tokens.slice(i, end));
      i = end - 1;
    } else if (keep) {
      out.push(token);
    }
  }
  for (const frame of frames) out.push(broken(frame.open, 'this conditional is never closed with ‘%)’'));
  return out;
}

/**
 * Decides the conditionals that have macro definitions in their branches, so that those of a branch that is not taken are none. Conditions
 * that use macros are left: which macros there are is not known yet.
 */
export function decideDefinitions(tokens: readonly Token[], facts: PreprocessorFacts): readonly Token[] {
  if (!tokens.some((t) => t.kind === KIND.ppOpen) || !tokens.some(isDefine)) return tokens;
  const out: Token[] = [];
  for (let i = 0; i < tokens.length; ) {
    const token = tokens[i];
    if (token === undefined) break;
    let end = i + 1;
    if (isDefine(token)) end = definitionEnd(tokens, i) ?? end;
    else if (token.kind === KIND.ppOpen) end = closingEnd(tokens, i);
    const part = tokens.slice(i, end);
    const decided = token.kind === KIND.ppOpen && part.some(isDefine) && !part.some(isMacroInCondition);
    out.push(...(decided ? resolveConditionals(part, facts, { opaqueDefinitions: true }) : part));
    i = end;
  }
  return out;
}

function isDefine(token: Token): boolean {
  return token.kind === KIND.macro && token.text === '@define';
}

/** Whether a macro stands between a `%(` and its `%?`. */
function isMacroInCondition(token: Token, i: number, tokens: readonly Token[]): boolean {
  if (token.kind !== KIND.ppOpen) return false;
  const end = conditionEnd(tokens, i);
  if (tokens[end]?.kind !== KIND.ppThen) return false;
  return tokens.slice(i, end).some((t) => t.text.startsWith('@') && t.kind !== KIND.string);
}

/** The place behind the `%)` of the `%(` at `open`; behind the last token where there is none. */
function closingEnd(tokens: readonly Token[], open: number): number {
  let depth = 0;
  for (let i = open; i < tokens.length; i++) {
    const kind = tokens[i]?.kind;
    if (kind === KIND.ppOpen) depth += 1;
    else if (kind === KIND.ppClose && --depth === 0) return i + 1;
  }
  return tokens.length;
}

function isMark(kind: string): boolean {
  return kind === KIND.ppOpen || kind === KIND.ppThen || kind === KIND.ppElse || kind === KIND.ppClose;
}

/** The place of the first mark after the `%(` at `open`. */
function conditionEnd(tokens: readonly Token[], open: number): number {
  let i = open + 1;
  while (i < tokens.length && !isMark(tokens[i]?.kind ?? KIND.ppClose)) i += 1;
  return i;
}

function judge(
  tokens: readonly Token[],
  open: number,
  end: number,
  facts: PreprocessorFacts,
): boolean | Token {
  const token = tokens[open];
  if (token !== undefined && tokens[end]?.kind !== KIND.ppThen) {
    return broken(token, 'this conditional has no ‘%?’ after its condition');
  }
  const verdict = evaluateCondition(tokens.slice(open + 1, end), facts);
  if (typeof verdict === 'boolean') return verdict;
  const place = tokens[open + 1 + verdict.at] ?? token;
  return place === undefined ? false : { ...place, kind: KIND.bad, problem: verdict.problem };
}

function broken(token: Token, message: string): Token {
  const hints = [
    'A conditional is written %( CONDITION %? TOKENS %) or %( CONDITION %? TOKENS %: TOKENS %).',
  ];
  const problem: Problem = { code: 'bad-conditional', message, hints };
  return { ...token, kind: KIND.bad, problem };
}
