/** What the builders of the tree share. */
import type { Diagnostics } from '../../diagnostics/diagnostic.ts';
import type { Identifier, NumberLiteral, Span, StatOp, StringLiteral } from '../ast.ts';
import type { Cst } from '../cst.ts';
import { decodeNumber, decodeString } from '../literals.ts';
import { spanAcross, spanBetween, type Token, tokenSpan } from '../tokens.ts';

/** Longer spans are those between their first and their last token. */
const MOST_COMPARED = 1000;

/** How often, up to each token, one did not come from where the one before it did. */
function countChanges(tokens: readonly Token[]): Uint32Array {
  const changes = new Uint32Array(tokens.length);
  let count = 0;
  for (const [i, token] of tokens.entries()) {
    const before = tokens[i - 1];
    if (before !== undefined && (before.via !== token.via || before.file !== token.file)) count++;
    changes[i] = count;
  }
  return changes;
}

export class BuildContext {
  #changes: Uint32Array | undefined;
  readonly #tokens: readonly Token[];
  readonly diagnostics: Diagnostics;
  readonly #guru: boolean;
  /** Histograms that stand where only a value can; what is allowed to hold one takes it out again. */
  readonly bareHistograms = new Set<StatOp>();

  constructor(tokens: readonly Token[], diagnostics: Diagnostics, guru: boolean) {
    this.#tokens = tokens;
    this.diagnostics = diagnostics;
    this.#guru = guru;
  }

  token(i: number): Token {
    const token = this.#tokens[i];
    if (token === undefined) throw new RangeError(`the item has no token ${i}`);
    return token;
  }

  text(node: Cst): string {
    return this.token(node.start).text;
  }

  span(node: Cst): Span {
    return this.spanOf(node.start, node.end);
  }

  /** The span of the tokens from `start` up to but not including `end`. */
  spanOf(start: number, end: number): Span {
    const first = this.token(start);
    if (end <= start + 1) return tokenSpan(first);
    if (end - start <= MOST_COMPARED && this.#isMixed(start, end)) {
      return spanAcross(this.#tokens.slice(start, end));
    }
    return spanBetween(first, this.token(end - 1));
  }

  /** Whether tokens of different macro uses stand there. */
  #isMixed(start: number, end: number): boolean {
    this.#changes ??= countChanges(this.#tokens);
    return this.#changes[start] !== this.#changes[end - 1];
  }

  error(code: string, span: Span, message: string, hints: readonly string[] = []): void {
    this.diagnostics.error(code, span, message, { hints });
  }

  identifier(node: Cst): Identifier {
    return { kind: 'identifier', span: this.span(node), name: this.text(node) };
  }

  /** A node that covers one number, perhaps with a sign before it. */
  number(node: Cst): NumberLiteral {
    const span = this.span(node);
    const negative = node.end - node.start === 2;
    const digits = this.token(node.end - 1).text;
    const { value, problem } = decodeNumber(digits);
    if (problem !== undefined) this.error(problem.code, span, problem.message, problem.hints);
    return {
      kind: 'number',
      span,
      value: negative ? BigInt.asIntN(64, -value) : value,
      text: negative ? `-${digits}` : digits,
    };
  }

  /** A node that covers one or more strings, which are joined. */
  string(node: Cst): StringLiteral {
    let value = '';
    for (let i = node.start; i < node.end; i++) value += decodeString(this.token(i).text).value;
    return { kind: 'string', span: this.span(node), value };
  }

  /** The code of embedded C, which guru mode alone may hold. */
  embedded(node: Cst): string {
    this.needsGuru(this.span(node), 'embedded C');
    return this.text(node);
  }

  needsGuru(span: Span, what: string): void {
    if (this.#guru) return;
    const code = what === 'embedded C' ? 'embedded-c-without-guru' : 'operator-without-guru';
    this.error(code, span, `${what} is accepted in guru mode alone`, [
      'Run with -g if you trust this script with the whole kernel.',
    ]);
  }

  /** Tells of the histograms that are left where they mean nothing. */
  finish(): void {
    for (const histogram of this.bareHistograms) {
      const message = `@${histogram.op} is a whole histogram, not a value`;
      this.error('histogram-as-value', histogram.span, message, [
        `print(@${histogram.op}(…)) prints it, @${histogram.op}(…)[n] is the count of a bucket, foreach walks the buckets`,
      ]);
    }
  }
}
