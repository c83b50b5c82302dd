/** What `tapc build` tells make of a compiler that is not the kernel's own. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { overridesFor } from '../../src/cli/toolchain.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'tapc-toolchain-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A compiler that takes every option but those that `pattern` (of a shell's case) says. */
function compiler(name: string, pattern: string): string {
  const file = path.join(folder, name);
  writeFileSync(file, `#!/bin/sh\nfor option; do case $option in ${pattern}) exit 1;; esac; done\n`, {
    mode: 0o755,
  });
  return file;
}

const CONFIG = '\nCONFIG_64BIT=y\nCONFIG_CC_HAS_MIN_FUNCTION_ALIGNMENT=y\nCONFIG_SMP=y\n';

test('what the configuration claims and the compiler cannot do is taken back', () => {
  const old = compiler('old', '-fmin-function-alignment=*');
  expect(overridesFor(CONFIG, old)).toEqual(['CONFIG_CC_HAS_MIN_FUNCTION_ALIGNMENT=']);
  expect(overridesFor(CONFIG.replace('_ALIGNMENT=y', '_ALIGNMENT_X=y'), old)).toEqual([]);
});

test('what it can do stays', () => {
  expect(overridesFor(CONFIG, compiler('new', 'none'))).toEqual([]);
});
