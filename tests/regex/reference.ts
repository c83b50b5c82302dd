/** A matcher that tries every way through the tree, in the order of preference. Slow, and plain to see through. */
import { hasByte } from '../../src/regex/bytes.ts';
import type { ParsedRegex, RegexTree } from '../../src/regex/parse.ts';
import type { Places } from './machine.ts';

type Groups = readonly number[];

interface Way {
  readonly at: number;
  readonly groups: Groups;
}

/** The leftmost match, of these the longest, of these the first. */
export function referenceFind({ tree, groups }: ParsedRegex, text: string): Places {
  const none = new Array<number>(2 * (groups + 1)).fill(-1);
  for (let start = 0; start <= text.length; start++) {
    let best: Way | undefined;
    for (const way of ways(tree, text, { at: start, groups: none })) {
      if (best === undefined || way.at > best.at) best = way;
    }
    if (best !== undefined) return put(put(best.groups, 0, start), 1, best.at);
  }
  return undefined;
}

function* ways(tree: RegexTree, text: string, from: Way): Generator<Way> {
  switch (tree.kind) {
    case 'bytes':
      if (from.at < text.length && hasByte(tree.set, text.charCodeAt(from.at))) {
        yield { at: from.at + 1, groups: from.groups };
      }
      return;
    case 'start':
      if (from.at === 0) yield from;
      return;
    case 'end':
      if (from.at === text.length) yield from;
      return;
    case 'sequence':
      yield* sequence(tree.parts, text, from);
      return;
    case 'choice':
      for (const branch of tree.branches) yield* ways(branch, text, from);
      return;
    case 'group': {
      const begun = { at: from.at, groups: put(from.groups, 2 * tree.index, from.at) };
      for (const way of ways(tree.part, text, begun)) {
        yield { at: way.at, groups: put(way.groups, 2 * tree.index + 1, way.at) };
      }
      return;
    }
    case 'repeat':
      yield* repeat(tree, 0, text, from);
      return;
    default:
      throw new Error(`unknown ${JSON.stringify(tree)}`);
  }
}

function* sequence(parts: readonly RegexTree[], text: string, from: Way): Generator<Way> {
  const [first, ...rest] = parts;
  if (first === undefined) yield from;
  else for (const way of ways(first, text, from)) yield* sequence(rest, text, way);
}

function* repeat(
  tree: Extract<RegexTree, { kind: 'repeat' }>,
  turn: number,
  text: string,
  from: Way,
): Generator<Way> {
  if (turn < (tree.most ?? Number.POSITIVE_INFINITY)) {
    for (const way of ways(tree.part, text, from)) {
      // A turn that takes nothing leads nowhere, once it need not be.
      if (way.at > from.at || turn < tree.least) yield* repeat(tree, turn + 1, text, way);
    }
  }
  if (turn >= tree.least) yield from;
}

function put(groups: Groups, index: number, value: number): Groups {
  return groups.map((old, i) => (i === index ? value : old));
}
