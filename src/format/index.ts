/** `tapc fmt`: a script in one style. What it means is in its tokens, and they stay what they are. */
import type { Source } from '../1-parse/ast.ts';
import { tokenSpan } from '../1-parse/tokens.ts';
import type { Diagnostics } from '../diagnostics/diagnostic.ts';
import { elementsOf, meaningOf } from './elements.ts';
import { layout } from './layout.ts';
import { statementsOf } from './statements.ts';

/**
 * The text of a script in the one style, comments kept. Undefined, with errors in `diagnostics`, where the text cannot be
 * taken apart.
 */
export function format(source: Source, diagnostics: Diagnostics): string | undefined {
  const { list, problems } = elementsOf(source);
  for (const { token, problem } of problems) {
    const { code, message, hints = [] } = problem;
    diagnostics.error(code, tokenSpan(token), message, { hints });
  }
  if (problems.length > 0) return undefined;
  const text = layout(list, statementsOf(source));
  const again = meaningOf(elementsOf({ file: source.file, text }).list);
  const meant = meaningOf(list);
  const at = meant.findIndex((what, i) => what !== again[i]);
  if (at !== -1 || again.length !== meant.length) {
    throw new Error(`formatting ${source.file} would change ${meant[at] ?? 'its end'}`);
  }
  return text;
}
