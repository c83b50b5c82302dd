/** The parts of the selftest: scripts in `runtime/selftest/parts`, one for each facility. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot, packageVersion } from '../../assets.ts';
import type { KernelProfile } from '../../kernel/profile.ts';
import { type PlanResult, planModule } from '../../pipeline.ts';
import { standardTapset } from '../tapset.ts';

export interface Part {
  /** File name without `.stp`: a C identifier. */
  readonly name: string;
  /** What of the language it stands for. */
  readonly title: string;
  /** That is kinds of probe points. */
  readonly isFamily: boolean;
  readonly text: string;
}

export function selftestFolder(): string {
  return join(packageRoot(), 'runtime', 'selftest');
}

/** Sorted by name. */
export function readParts(): readonly Part[] {
  const folder = join(selftestFolder(), 'parts');
  return readdirSync(folder)
    .filter((file) => file.endsWith('.stp'))
    .sort()
    .map((file) => {
      const text = readFileSync(join(folder, file), 'utf8');
      const [, probes, title] = /^# (probes: )?(.*)$/m.exec(text) ?? [];
      return {
        name: file.slice(0, -'.stp'.length),
        title: title ?? '',
        isFamily: probes !== undefined,
        text,
      };
    });
}

/** The phases over a part, as for a script of a user's. */
export function planPart(part: Part, profile: KernelProfile): PlanResult {
  const tapset = standardTapset();
  return planModule({
    source: { file: `${part.name}.stp`, text: part.text },
    args: [],
    guru: true,
    profile,
    tapset: tapset.filter((f) => f.file.endsWith('.stp')),
    macroFiles: tapset.filter((f) => f.file.endsWith('.stpm')),
    overrides: new Map(),
    module: `tapc_selftest_${part.name}`,
    defines: new Map(),
    version: packageVersion(),
    display: false,
  });
}
