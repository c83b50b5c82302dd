/** Functions of the tapset that only guru mode may call. */
import type { Symbols } from '../2-resolve/program.ts';
import type { Diagnostics } from '../diagnostics/diagnostic.ts';
import { overloadsOf } from './calls.ts';
import { isForGurus } from './pragmas.ts';
import { rootsOf, type Unit } from './units.ts';
import { type Elided, walkLive } from './walk.ts';

export function checkGuru(
  units: readonly Unit[],
  symbols: Symbols,
  elided: Elided,
  diagnostics: Diagnostics,
): void {
  for (const unit of units) {
    for (const root of rootsOf(unit)) {
      walkLive(root, elided, (node) => {
        if (node.kind !== 'call') return true;
        const unsafe = overloadsOf(node, symbols, elided).some(
          ({ item }) => item.body.kind === 'embedded-c' && isForGurus(item.body.code),
        );
        if (unsafe) {
          diagnostics.error('guru-function', node.span, `${node.name}() is for guru mode alone`, {
            hints: ['run with -g if you know what it does to the machine'],
          });
        }
        return true;
      });
    }
  }
}
