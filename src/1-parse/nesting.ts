/** Bounds on how deep a script may nest, for matching and every later phase use recursion. */
import { KIND, type Token } from './tokens.ts';

/** Brackets within brackets. Matching takes about 6 KB of stack for each. */
const MAX_BRACKETS = 100;

/** The bracket that is one too many. */
export function firstTooDeep(tokens: readonly Token[]): Token | undefined {
  let depth = 0;
  for (const token of tokens) {
    if (token.kind === KIND.openParen || token.kind === KIND.openBracket || token.kind === KIND.openBrace) {
      if (++depth > MAX_BRACKETS) return token;
    } else if (
      token.kind === KIND.closeParen ||
      token.kind === KIND.closeBracket ||
      token.kind === KIND.closeBrace
    ) {
      depth -= 1;
    }
  }
  return undefined;
}

/** How deep a tree of objects and arrays is; arrays do not count. */
export function treeDepth(root: object): number {
  let deepest = 0;
  const open: { readonly node: object; readonly depth: number }[] = [{ node: root, depth: 1 }];
  for (let top = open.pop(); top !== undefined; top = open.pop()) {
    deepest = Math.max(deepest, top.depth);
    const depth = Array.isArray(top.node) ? top.depth : top.depth + 1;
    for (const child of Object.values(top.node)) {
      if (typeof child === 'object' && child !== null) open.push({ node: child, depth });
    }
  }
  return deepest;
}
