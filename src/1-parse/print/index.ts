/** The text of a tree: parsing it gives the same tree again, but for the spans. */
import type { Script } from '../ast.ts';
import { printItem } from './items.ts';

export { printExpr } from './expressions.ts';

export function print(script: Script): string {
  return script.items.map((item) => `${printItem(item)}\n`).join('\n');
}
