/** Patterns to tables of states. */
import { type ByteClasses, classesOf } from './bytes.ts';
import { buildGraph, type Graph } from './nfa.ts';
import { parseRegex, type RegexProblem } from './parse.ts';
import { buildTagger, type Tagger } from './tagger.ts';
import { buildTester, type Tester } from './tester.ts';

export type { RegexProblem } from './parse.ts';
export { FRESH, type Move, type TaggedStep, type Tagger } from './tagger.ts';
export type { Tester } from './tester.ts';

export interface CompiledRegex {
  readonly pattern: string;
  /** The whole match and the groups in parentheses. */
  readonly groups: number;
  readonly classes: ByteClasses;
  readonly machine: ({ readonly kind: 'tester' } & Tester) | ({ readonly kind: 'tagger' } & Tagger);
}

const MOST_NODES = 20_000;
const MOST_STATES = 4_000;
const MOST_CELLS = 65_000;
/** Tags are bits of 64. */
const MOST_GROUPS = 32;

/** `tooLarge`: the pattern is right, but its table would not be of a reasonable size. */
export type RegexResult = CompiledRegex | ({ readonly tooLarge: boolean } & RegexProblem);

/** `groups`: whether anything asks what the groups hold. */
export function compileRegex(pattern: string, options: { readonly groups: boolean }): RegexResult {
  const parsed = parseRegex(pattern);
  if ('message' in parsed) return { ...parsed, tooLarge: false };
  const groups = parsed.groups + 1;
  if (options.groups && groups > MOST_GROUPS)
    return tooLarge(`it has ${parsed.groups} groups; 31 are the most`);
  const graph = buildGraph(parsed.tree, options.groups, MOST_NODES);
  if (graph === undefined) return tooLarge('its repetitions are too many');
  const classes = classesOf(graph.nodes.flatMap((n) => (n.kind === 'bytes' ? [n.set] : [])));
  const machine = options.groups ? tagger(graph, classes) : tester(graph, classes);
  return machine === undefined ? tooLarge('it needs too many states') : { pattern, groups, classes, machine };
}

function limitOf(classes: ByteClasses): number {
  return Math.min(MOST_STATES, Math.floor(MOST_CELLS / classes.count));
}

function tester(graph: Graph, classes: ByteClasses): CompiledRegex['machine'] | undefined {
  const built = buildTester(graph, classes, limitOf(classes));
  return built === undefined ? undefined : { kind: 'tester', ...built };
}

function tagger(graph: Graph, classes: ByteClasses): CompiledRegex['machine'] | undefined {
  const built = buildTagger(graph, classes, limitOf(classes));
  return built === undefined ? undefined : { kind: 'tagger', ...built };
}

function tooLarge(message: string): RegexResult {
  return { at: 0, message, tooLarge: true };
}
