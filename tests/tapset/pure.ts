/** Which functions of the tapset are pure, and which of them a sample holds against the value that they must give. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Call, FunctionItem, Identifier } from '../../src/1-parse/ast.ts';
import { parse } from '../../src/1-parse/index.ts';
import { type AnyNode, walk } from '../../src/1-parse/walk.ts';
import { Diagnostics } from '../../src/diagnostics/diagnostic.ts';
import { preprocessorFacts } from '../../src/pipeline.ts';
import { moduleRequest } from '../support/check.ts';
import { allFunctions, changingGlobals, type TapsetFunction } from './functions.ts';

const SAMPLES = fileURLToPath(new URL('../kernel/samples/tapset/', import.meta.url));

/**
 * What C names that looks at more than the arguments: the task, the hit, the clock, memory, the script's own state. C that is not known to
 * do so counts as pure: a new function is asked for its value, never forgotten.
 */
const STATE =
  /\bcurrent\b|\btapc_self\b|\bhit->|\btapc_(?:load|peek|quote_(?:kernel|user)|store|record|print|log|exit|kernel_log|delay)|\btapc_(?:\w+_)?(?:ns|cycles|jiffies|random|loadavg|backtrace|callers?|symbol\w*|pid|tid|ppid|uid|euid|gid|egid|execname|parent_execname|cpu_number|text_of_point|point_text|named_function|probed_\w+|is_return|in_user_mode|address|user_address|stack_used|syscall_\w+|register|return_value|argument|target|task_of|match_groups?|overload_rests|set_register)\(|\btapc_target\b|\btapc_west\b|\bKBUILD_MODNAME\b|\bsend_sig\b|\bpanic\b/;

/** Functions of the language that make a text of their arguments; the others print. */
const BUILT_IN = /^sprint/;

/** A call with so many arguments. */
const key = (name: string, args: number): string => `${name}/${args}`;

/** `name/arity` of the public functions whose result depends on their arguments alone, and that do nothing else. */
export function pureFunctions(): string[] {
  const globals = changingGlobals();
  const byKey = new Map<string, TapsetFunction[]>();
  for (const one of allFunctions()) {
    const at = key(one.item.name, one.item.params.length);
    byKey.set(at, [...(byKey.get(at) ?? []), one]);
  }
  const known = new Map<string, boolean>();
  const isPure = (at: string): boolean => {
    const all = byKey.get(at);
    if (all === undefined) return BUILT_IN.test(at);
    const before = known.get(at);
    if (before !== undefined) return before;
    // A function that calls itself is as pure as the rest of it.
    known.set(at, true);
    const pure = all.every(({ item, file }) => isPureItem(item, globals.get(file) ?? new Set(), isPure));
    known.set(at, pure);
    return pure;
  };
  const gives = ({ item }: TapsetFunction): boolean => !item.private && item.type !== undefined;
  return [...byKey].flatMap(([at, all]) => (all.some(gives) && isPure(at) ? [at] : [])).sort();
}

function isPureItem(
  { body, params }: FunctionItem,
  globals: ReadonlySet<string>,
  isPure: (at: string) => boolean,
): boolean {
  if (body.kind === 'embedded-c') return /\/\* pure \*\//.test(body.code) && !STATE.test(body.code);
  const own = new Set(params.map(({ name }) => name));
  let pure = true;
  walk(body, (node) => {
    if (MEMORY.has(node.kind)) pure = false;
    if (isIdentifier(node)) pure &&= own.has(node.name) || !globals.has(node.name);
    if (isCall(node)) pure &&= isPure(key(node.name, node.args.length));
    return pure;
  });
  return pure;
}

const isIdentifier = (node: AnyNode): node is Identifier => node.kind === 'identifier';
const isCall = (node: AnyNode): node is Call => node.kind === 'call';

/**
 * `name/arity` of the functions that samples hold against a value: `is("expected", f(1, "a"))`, or `is_number`, with the value
 * written out.
 */
export function functionsWithValues(): Set<string> {
  const conditions = preprocessorFacts(moduleRequest('').profile, true);
  const found = new Set<string>();
  for (const name of readdirSync(SAMPLES)) {
    const file = join(SAMPLES, name, 'script.stp');
    const options = { args: [], conditions, macros: new Map(), guru: true };
    const script = parse({ file, text: readFileSync(file, 'utf8') }, options, new Diagnostics());
    walk(script, (node) => {
      if (!isCall(node) || !/^is(?:_number)?$/.test(node.name)) return true;
      const [expected, got] = node.args;
      if (expected !== undefined && LITERAL.has(expected.kind) && got?.kind === 'call') {
        found.add(key(got.name, got.args.length));
      }
      return true;
    });
  }
  return found;
}

/** Kinds of nodes that look at memory, or at more than that. */
const MEMORY: ReadonlySet<string> = new Set([
  'target',
  'cast',
  'at-op',
  'at-var',
  'autocast',
  'embedded-c',
  'embedded-c-expr',
]);

/** Kinds of nodes that a value is written as: a negative number is a minus before a number. */
const LITERAL: ReadonlySet<string> = new Set(['number', 'string', 'unary']);
