/** Profiles of kernels that lack something: a bundled one, with a damaged `Module.symvers`. */
import { withExports } from '../../src/kernel/overlay.ts';
import type { KernelProfile } from '../../src/kernel/profile.ts';
import { selectProfile } from '../../src/kernel/select.ts';
import { readSymvers } from '../../src/kernel/symvers.ts';

/** The text of a kernel's `Module.symvers` without some symbols. */
export function symversWithout(line: string, symbols: readonly string[]): string {
  return [...selectProfile(line).profile.exportedSymbols()]
    .filter(({ name }) => !symbols.includes(name))
    .map(
      ({ name, gpl, namespace }) =>
        `0x00000000\t${name}\tvmlinux\tEXPORT_SYMBOL${gpl ? '_GPL' : ''}\t${namespace}\n`,
    )
    .join('');
}

export function kernelWithout(line: string, symbols: readonly string[]): KernelProfile {
  return withExports(selectProfile(line).profile, readSymvers(symversWithout(line, symbols)));
}
