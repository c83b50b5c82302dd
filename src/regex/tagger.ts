/** States that know where the groups of a match are: ordered lists of threads, none of them at the same place of the graph. */
import { unreachable } from '../unreachable.ts';
import { type ByteClasses, hasByte } from './bytes.ts';
import type { Graph } from './nfa.ts';

/** No text matches from here on. */
const FAILED = 0;
/** `from` of a thread that begins here. */
export const FRESH = 255;

/** Where a thread of the new state comes from, and which of its tags are here. */
export interface Move {
  readonly from: number;
  readonly tags: bigint;
}

export interface TaggedStep {
  readonly next: number;
  /** Of the threads of `next`, in their order. */
  readonly moves: readonly Move[];
}

export interface Tagger {
  /** `steps[state][class]`; class 0 is the end of the string. Nothing leads on from state 0. */
  readonly steps: readonly (readonly TaggedStep[])[];
  readonly first: TaggedStep;
  /** How many threads each state has. */
  readonly threads: readonly number[];
  /** Which thread of each state has matched; -1 for none. */
  readonly matched: readonly number[];
}

interface Thread {
  readonly node: number;
  /** Threads that began at the same byte have the same number; those that began later, a higher one. */
  readonly begun: number;
}

interface State {
  readonly threads: readonly Thread[];
  /** Something has matched: nothing begins any more. */
  readonly settled: boolean;
}

/** Undefined where there would be more than `limit` states, or more threads in a state than a byte can number. */
export function buildTagger(graph: Graph, classes: ByteClasses, limit: number): Tagger | undefined {
  const numbers = new Map<string, number>();
  const states: State[] = [{ threads: [], settled: true }];
  const { nodes } = graph;
  let tooMany = false;
  // Where a pattern is tied to the start, nothing begins later.
  const begins = new Closure(graph, 'inside').add(graph.start, FRESH, 0).threads.length > 0;

  const numberOf = (state: State): number => {
    if (state.threads.length === 0 && (state.settled || !begins)) return FAILED;
    if (state.threads.length >= FRESH) tooMany = true;
    const key = `${state.settled}:${state.threads.map((t) => `${t.node}/${t.begun}`).join()}`;
    const known = numbers.get(key);
    if (known !== undefined) return known;
    numbers.set(key, states.length);
    states.push(state);
    return states.length - 1;
  };
  const arrive = (closure: Closure, settled: boolean): TaggedStep => {
    const state = { threads: dense(closure.threads), settled: settled || closure.matched };
    return { next: numberOf(state), moves: closure.moves };
  };

  const first = arrive(new Closure(graph, 'start').add(graph.start, FRESH, 0), false);
  const steps: TaggedStep[][] = [classes.examples.map(() => ({ next: FAILED, moves: [] }))];
  for (let i = 1; i < states.length; i++) {
    if (tooMany || states.length > limit) return undefined;
    const state = states[i];
    if (state === undefined) break;
    steps.push(
      classes.examples.map((byte, number) => {
        const closure = new Closure(graph, number === 0 ? 'end' : 'inside');
        state.threads.forEach((thread, from) => {
          const node = nodes[thread.node];
          if (number === 0) {
            // What has matched here stays, if it is preferred.
            if (node?.kind === 'end' || node?.kind === 'match') closure.add(thread.node, from, thread.begun);
          } else if (node?.kind === 'bytes' && hasByte(node.set, byte)) {
            closure.add(node.next, from, thread.begun);
          }
        });
        if (number !== 0 && !state.settled) closure.add(graph.start, FRESH, Number.MAX_SAFE_INTEGER);
        return arrive(closure, state.settled || number === 0);
      }),
    );
  }
  return {
    steps,
    first,
    threads: states.map((s) => s.threads.length),
    matched: states.map((s) => s.threads.findIndex((t) => nodes[t.node]?.kind === 'match')),
  };
}

/** `begun` counted from 0 without gaps. */
function dense(threads: readonly Thread[]): Thread[] {
  const order = [...new Set(threads.map((t) => t.begun))].sort((a, b) => a - b);
  return threads.map((t) => ({ node: t.node, begun: order.indexOf(t.begun) }));
}

/** What is reached without a byte, in the order of preference. */
class Closure {
  readonly threads: Thread[] = [];
  readonly moves: Move[] = [];
  readonly #graph: Graph;
  readonly #place: 'start' | 'inside' | 'end';
  readonly #seen = new Set<number>();
  #matchedBegun = Number.POSITIVE_INFINITY;

  constructor(graph: Graph, place: 'start' | 'inside' | 'end') {
    this.#graph = graph;
    this.#place = place;
  }

  get matched(): boolean {
    return this.#matchedBegun !== Number.POSITIVE_INFINITY;
  }

  /** Threads from a node on, below all that are there; none where one that began earlier has matched. */
  add(start: number, from: number, begun: number): this {
    if (begun > this.#matchedBegun) return this;
    const stack: { readonly n: number; readonly tags: bigint }[] = [{ n: start, tags: 0n }];
    for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
      const { n, tags } = at;
      const node = this.#graph.nodes[n];
      if (node === undefined || this.#seen.has(n)) continue;
      this.#seen.add(n);
      switch (node.kind) {
        case 'fork':
          for (const next of [...node.next].reverse()) stack.push({ n: next, tags });
          break;
        case 'tag':
          stack.push({ n: node.next, tags: tags | (1n << BigInt(node.tag)) });
          break;
        case 'start':
          if (this.#place === 'start') stack.push({ n: node.next, tags });
          break;
        case 'end':
          if (this.#place === 'end') stack.push({ n: node.next, tags });
          else this.#arrive(n, from, begun, tags);
          break;
        case 'bytes':
          this.#arrive(n, from, begun, tags);
          break;
        case 'match':
          this.#matchedBegun = begun;
          this.#arrive(n, from, begun, tags);
          break;
        default:
          unreachable(node);
      }
    }
    return this;
  }

  #arrive(node: number, from: number, begun: number, tags: bigint): void {
    this.threads.push({ node, begun });
    this.moves.push({ from, tags });
  }
}
