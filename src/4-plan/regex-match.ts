/** `=~` and `!~`. */
import type { RegexMatch } from '../1-parse/ast.ts';
import { walk } from '../1-parse/walk.ts';
import { mentionsMatch } from '../3-analyze/regexes.ts';
import { call, HIT, name, not, num, run, unary } from './build.ts';
import { isTree } from './effects.ts';
import { keep, operand } from './operands.ts';
import { type Lowered, plain, type Scope } from './scope.ts';

export function lowerRegex(scope: Scope, node: RegexMatch): Lowered {
  const regex = scope.module.regexes.of(node);
  const subject = operand(scope, node.subject);
  const table = unary('&', name(regex.name));
  const { machine } = regex;
  if (machine.kind === 'tester') {
    const matched = call('tapc_regex_test', table, subject.value);
    return plain(node.negated ? not(matched) : matched, 'int', subject.reads);
  }
  const matched = call('tapc_regex_find', HIT, table, num(Math.max(...machine.threads)), subject.value);
  const found: Lowered = { value: matched, type: 'int', reads: subject.reads, now: true, fails: false };
  if (!node.negated) return found;
  const kept = keep(scope, found);
  return { ...kept, value: not(kept.value), type: 'int' };
}

/** Room for the last match, where what the trees run makes one or asks about it. */
export function beginMatches(scope: Scope, roots: readonly object[]): void {
  const { module, body } = scope;
  const trees = [...roots, ...[...module.usage.functionsReachedFrom(roots)].map((fn) => fn.item.body)];
  if (!trees.some((tree) => usesMatch(scope, tree))) return;
  const match = body.field({ type: 'struct tapc_match ', name: 'match', suffix: '' });
  const text = body.field({ type: 'char ', name: 'match_text', suffix: '[TAPC_STRLEN]' });
  const room = Math.max(1, module.regexes.places);
  const places = body.field({ type: 'u16 ', name: 'match_places', suffix: `[${room}]` });
  body.emit(run(call('tapc_match_begin', HIT, unary('&', match), text, places)));
}

function usesMatch(scope: Scope, root: object): boolean {
  const { checked, regexes } = scope.module;
  let found = false;
  walk(root, (node) => {
    if (checked.isElided(node)) return false;
    if (isTree(node, 'regex-match')) found ||= regexes.of(node).machine.kind === 'tagger';
    else if (isTree(node, 'embedded-c')) found ||= mentionsMatch(node.code);
    return !found;
  });
  return found;
}
