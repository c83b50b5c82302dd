/** The patterns of `=~` and `!~`, as tables of states. */
import type { RegexMatch } from '../1-parse/ast.ts';
import type { Diagnostics } from '../diagnostics/diagnostic.ts';
import { type CompiledRegex, compileRegex } from '../regex/index.ts';
import { rootsOf, type Unit } from './units.ts';
import { type Elided, walkLive } from './walk.ts';

/** Numbers that the groups of all threads take at most; they are in the handler's frame. */
const MOST_PLACES = 4096;

export function compileRegexes(
  units: readonly Unit[],
  elided: Elided,
  diagnostics: Diagnostics,
): Map<RegexMatch, CompiledRegex> {
  const groups = units.some(asksForGroups);
  const byPattern = new Map<string, CompiledRegex | undefined>();
  const compiled = new Map<RegexMatch, CompiledRegex>();
  const compile = (node: RegexMatch): CompiledRegex | undefined => {
    const result = compileRegex(node.pattern.value, { groups });
    if (!('message' in result)) {
      if (placesOf(result) <= MOST_PLACES) return result;
      reportTooLarge(node, 'its groups need too much room', diagnostics);
    } else if (result.tooLarge) reportTooLarge(node, result.message, diagnostics);
    else {
      const { pattern } = node;
      const where = pattern.value === '' ? '' : ` (character ${result.at + 1} of the pattern)`;
      diagnostics.error('bad-regex', pattern.span, `${result.message}${where}`);
    }
    return undefined;
  };
  for (const unit of units) {
    for (const root of rootsOf(unit)) {
      walkLive(root, elided, (node) => {
        if (node.kind !== 'regex-match') return true;
        const { value } = node.pattern;
        const regex = byPattern.get(value) ?? compile(node);
        byPattern.set(value, regex);
        if (regex !== undefined) compiled.set(node, regex);
        return true;
      });
    }
  }
  return compiled;
}

/** How many numbers a match with groups works on: its own tags, and two banks of those of all threads. */
export function placesOf(regex: CompiledRegex): number {
  if (regex.machine.kind === 'tester') return 0;
  return 2 * regex.groups * (1 + 2 * Math.max(...regex.machine.threads));
}

/** Whether C that is in use looks at the last match: `matched()` and its kin. */
function asksForGroups(unit: Unit): boolean {
  if (unit.kind !== 'function') return false;
  const { body } = unit.fn.item;
  return body.kind === 'embedded-c' && mentionsMatch(body.code);
}

/** Whether C looks at the last match. */
export function mentionsMatch(code: string): boolean {
  return /\btapc_match_|\bhit->match\b/.test(code);
}

function reportTooLarge(node: RegexMatch, why: string, diagnostics: Diagnostics): void {
  diagnostics.error('regex-too-large', node.pattern.span, `this pattern is too large: ${why}`);
}
