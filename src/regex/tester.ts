/** States that tell whether a string matches, and nothing else: sets of places in the graph. */
import { type ByteClasses, hasByte } from './bytes.ts';
import type { Graph } from './nfa.ts';

/** The string cannot match any more; it has matched. */
const FAILED = 0;
const MATCHED = 1;

export interface Tester {
  /** `next[state][class]`; state 0 is failure, state 1 success. Class 0 is the end of the string. */
  readonly next: readonly (readonly number[])[];
  readonly first: number;
}

interface Places {
  /** Nodes that wait for a byte, or for the end; sorted. */
  readonly nodes: readonly number[];
  readonly matches: boolean;
}

/** Undefined where there would be more than `limit` states. */
export function buildTester(graph: Graph, classes: ByteClasses, limit: number): Tester | undefined {
  const { nodes, start } = graph;
  const again = close(graph, [start], false, false);
  const numbers = new Map<string, number>();
  const states: Places[] = [
    { nodes: [], matches: false },
    { nodes: [], matches: true },
  ];
  const numberOf = (places: Places): number => {
    if (places.matches) return MATCHED;
    if (places.nodes.length === 0) return FAILED;
    const key = places.nodes.join();
    const known = numbers.get(key);
    if (known !== undefined) return known;
    numbers.set(key, states.length);
    states.push(places);
    return states.length - 1;
  };
  const first = numberOf(close(graph, [start], true, false));
  const next: number[][] = [classes.examples.map(() => FAILED), classes.examples.map(() => MATCHED)];
  for (let i = 2; i < states.length; i++) {
    if (states.length > limit) return undefined;
    const state = states[i];
    if (state === undefined) break;
    next.push(
      classes.examples.map((byte, number) => {
        if (number === 0) return close(graph, state.nodes, false, true).matches ? MATCHED : FAILED;
        const targets = state.nodes.flatMap((n) => {
          const node = nodes[n];
          return node?.kind === 'bytes' && hasByte(node.set, byte) ? [node.next] : [];
        });
        const moved = close(graph, targets, false, false);
        return numberOf({
          nodes: [...new Set([...moved.nodes, ...again.nodes])].sort((a, b) => a - b),
          matches: moved.matches || again.matches,
        });
      }),
    );
  }
  return minimise({ next, first });
}

/** What is reached without a byte. */
function close(graph: Graph, from: readonly number[], atStart: boolean, atEnd: boolean): Places {
  const seen = new Set<number>();
  const waiting: number[] = [];
  let matches = false;
  const queue = [...from];
  for (let n = queue.pop(); n !== undefined; n = queue.pop()) {
    const node = graph.nodes[n];
    if (node === undefined || seen.has(n)) continue;
    seen.add(n);
    if (node.kind === 'match') matches = true;
    else if (node.kind === 'fork') queue.push(...node.next);
    else if (node.kind === 'tag') queue.push(node.next);
    else if (node.kind === 'start') {
      if (atStart) queue.push(node.next);
    } else {
      waiting.push(n);
      if (node.kind === 'end' && atEnd) queue.push(node.next);
    }
  }
  return { nodes: waiting.sort((a, b) => a - b), matches };
}

/** States that no string tells apart become one. */
function minimise({ next, first }: Tester): Tester {
  let group = next.map((_, i) => Math.min(i, 2));
  for (let count = 0; ; ) {
    const numbers = new Map<string, number>();
    const refined = next.map((row, i) => {
      const key = `${group[i]}:${row.map((target) => group[target]).join()}`;
      const number = numbers.get(key) ?? numbers.size;
      numbers.set(key, number);
      return number;
    });
    group = refined;
    if (numbers.size === count) break;
    count = numbers.size;
  }
  const rows: number[][] = [];
  next.forEach((row, i) => {
    rows[group[i] ?? 0] ??= row.map((target) => group[target] ?? 0);
  });
  return { next: rows, first: group[first] ?? 0 };
}
