/** Tokens are matched by rules that ohm has read: the trees must be those of ohm's own matcher, and so must the refusals. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import type { IterationNode, Node, NonterminalNode, TerminalNode } from 'ohm-js';
import { expect, test } from 'vitest';
import type { Cst } from '../../src/1-parse/cst.ts';
import { grammar } from '../../src/1-parse/grammar.ts';
import { splitItems } from '../../src/1-parse/items.ts';
import { lex } from '../../src/1-parse/lex.ts';
import { match } from '../../src/1-parse/match.ts';

/** A tree as nested lists: rule, first token, token behind the last, parts. */
type Tree = readonly [string, number, number, readonly Tree[]];

const { rules, ohm } = grammar();

const semantics = ohm.createSemantics().addOperation<Tree>('tree', {
  _nonterminal(this: NonterminalNode, ...parts: Node[]) {
    return treeOf(this, this.ctorName, parts);
  },
  _iter(this: IterationNode, ...parts: Node[]) {
    return treeOf(this, '', parts);
  },
  _terminal(this: TerminalNode) {
    return treeOf(this, '', []);
  },
});

function treeOf(node: Node, rule: string, parts: readonly Node[]): Tree {
  return [rule, node.source.startIdx, node.source.endIdx, parts.map((part): Tree => part.tree())];
}

function treeOfOhm(kinds: string): Tree | undefined {
  const matched = ohm.match(kinds, 'item');
  return matched.succeeded() ? semantics(matched).tree() : undefined;
}

function ownTree(kinds: string): Tree | undefined {
  const root = match(rules, kinds, 'item');
  return root === undefined ? undefined : plain(root);
}

function plain(node: Cst): Tree {
  return [node.rule, node.start, node.end, node.children.map(plain)];
}

const root = join(import.meta.dirname, '..', '..');
const items = ['tests', 'tapsets']
  .flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.stp'))
      .sort()
      .map((name) => readFileSync(join(root, folder, name), 'utf8')),
  )
  .flatMap((text) => splitItems(lex({ file: 'x.stp', text }, ['1', '2']).tokens))
  .map((item) => item.kinds)
  .filter((kinds) => kinds.length < 300);
const different = [...new Set(items)].filter((_, i) => i % 3 === 0);

test('trees are the same', () => {
  expect(different.length).toBeGreaterThan(500);
  for (const kinds of different) expect(ownTree(kinds)).toEqual(treeOfOhm(kinds));
});

test('what is wrong is wrong for both', () => {
  const alphabet = [...new Set(different.join(''))];
  const change = fc.record({
    at: fc.nat(300),
    drop: fc.nat(1),
    put: fc.constantFrom('', ...alphabet),
  });
  const mutant = fc
    .tuple(
      fc.constantFrom(...different.filter((kinds) => kinds.length < 80)),
      fc.array(change, { minLength: 1, maxLength: 2 }),
    )
    .map(([kinds, changes]) =>
      changes.reduce((text, { at, drop, put }) => {
        const i = at % (text.length + 1);
        return text.slice(0, i) + put + text.slice(i + drop);
      }, kinds),
    );
  const matched = { both: 0, none: 0 };
  fc.assert(
    fc.property(mutant, (kinds) => {
      const own = ownTree(kinds);
      expect(own).toEqual(treeOfOhm(kinds));
      matched[own === undefined ? 'none' : 'both']++;
    }),
    { numRuns: 5000 },
  );
  expect(Math.min(matched.both, matched.none)).toBeGreaterThan(100);
});
