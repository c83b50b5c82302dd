/** Places that kernels have renamed. */
import { describe, expect, test } from 'vitest';
import { openBundled } from '../../src/kernel/bundled.ts';
import { hasPlace, renamedPlaces } from '../../src/probes/renamed.ts';
import { check, diagnosticLines } from '../support/check.ts';

const kernels = ['5.10', '6.1', '6.12', '7.2', '7.3'].map((name) => openBundled(name));

describe('places under other names', () => {
  test.each(renamedPlaces)('$was is gone somewhere, and there by its new name', ({ place, was, now }) => {
    const without = kernels.filter((kernel) => !hasPlace(place, was, kernel));
    expect(without).not.toEqual([]);
    const helped = without.filter((kernel) => now.some((name) => hasPlace(place, name, kernel)));
    expect(helped).toEqual(without);
  });

  test.each([
    ['kernel.function("clear_huge_page")', ['warning probe-renamed']],
    ['kernel.function("clear_huge_page").return', ['warning probe-renamed']],
    [
      'kernel.function("clear_huge_page@mm/memory.c")',
      ['warning probe-file-ignored', 'warning probe-renamed'],
    ],
    ['kernel.trace("mm_vmscan_writepage")', ['warning probe-renamed']],
    ['kernel.trace("vmscan:mm_vmscan_writepage")', ['warning probe-renamed']],
    ['kernel.function("folio_zero_user")', []],
    ['kernel.function("clear_huge_page") ?', []],
    ['kernel.function("clear_huge_page") !, kernel.function("vfs_read")', []],
    ['kernel.function("clear_huge_pages")', ['error no-such-probe-point']],
  ])('%s', (points, expected) => {
    const result = check(`probe ${points} { println(1) } probe begin { }`, { kernel: '6.12' });
    const said = diagnosticLines(result).map((line) => line.split(' ').slice(0, 2).join(' '));
    expect(said.sort()).toEqual(expected);
  });
});
