/** The tree as a graph: branches in the order of preference. */
import { unreachable } from '../unreachable.ts';
import type { ByteSet } from './bytes.ts';
import type { RegexTree } from './parse.ts';

export type Node =
  | { readonly kind: 'bytes'; readonly set: ByteSet; readonly next: number }
  /** All of them, the first one preferred. */
  | { readonly kind: 'fork'; readonly next: readonly number[] }
  /** Here a group begins (even) or ends (odd): tag 2n and 2n + 1 of group n, 0 being the whole match. */
  | { readonly kind: 'tag'; readonly tag: number; readonly next: number }
  /** Passed only at that end of the string. */
  | { readonly kind: 'start' | 'end'; readonly next: number }
  | { readonly kind: 'match' };

export interface Graph {
  readonly nodes: readonly Node[];
  readonly start: number;
}

/** Undefined where the graph would have more than `limit` nodes. Without `tagged`, groups leave no trace. */
export function buildGraph(tree: RegexTree, tagged: boolean, limit: number): Graph | undefined {
  const nodes: Node[] = [];
  let full = false;
  const add = (node: Node): number => {
    if (nodes.length >= limit) full = true;
    else nodes.push(node);
    return nodes.length - 1;
  };
  const tag = (number: number, next: number): number =>
    tagged ? add({ kind: 'tag', tag: number, next }) : next;

  /** From the end to the beginning: `next` is what follows. */
  const build = (part: RegexTree, next: number): number => {
    if (full) return next;
    switch (part.kind) {
      case 'bytes':
        return add({ kind: 'bytes', set: part.set, next });
      case 'start':
      case 'end':
        return add({ kind: part.kind, next });
      case 'sequence':
        return part.parts.reduceRight((after, each) => build(each, after), next);
      case 'choice':
        return add({ kind: 'fork', next: part.branches.map((branch) => build(branch, next)) });
      case 'group':
        return tag(2 * part.index, build(part.part, tag(2 * part.index + 1, next)));
      case 'repeat':
        return repeat(part.part, part.least, part.most, next);
      default:
        return unreachable(part);
    }
  };

  const repeat = (part: RegexTree, least: number, most: number | undefined, next: number): number => {
    let after = next;
    if (most === undefined) {
      const targets = [next];
      const fork = add({ kind: 'fork', next: targets });
      const body = build(part, fork);
      targets.unshift(body);
      // The last of the turns that must be is the loop's own first one.
      after = least === 0 ? fork : body;
      for (let turn = 1; turn < least && !full; turn++) after = build(part, after);
      return after;
    }
    for (let turn = least; turn < most && !full; turn++) {
      after = add({ kind: 'fork', next: [build(part, after), next] });
    }
    for (let turn = 0; turn < least && !full; turn++) after = build(part, after);
    return after;
  };

  const start = tag(0, build(tree, tag(1, add({ kind: 'match' }))));
  return full ? undefined : { nodes, start };
}
