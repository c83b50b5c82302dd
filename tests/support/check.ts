/** Runs the phases over a script text, as the command line would, against a bundled profile and the real tapset. */
import { scanDefinitions, type TapsetFile } from '../../src/2-resolve/library.ts';
import { parseForAllTargets, standardTapset } from '../../src/cli/tapset.ts';
import { selectProfile } from '../../src/kernel/select.ts';
import { once } from '../../src/once.ts';
import {
  type CheckResult,
  checkScript,
  type ModuleRequest,
  type PlanResult,
  planModule,
} from '../../src/pipeline.ts';

export interface CheckOptions {
  readonly file?: string;
  readonly args?: readonly string[];
  readonly guru?: boolean;
  /** A bundled kernel line. */
  readonly kernel?: string;
  readonly overrides?: ModuleRequest['overrides'];
  readonly defines?: ReadonlyMap<string, string>;
}

/** Read, indexed and parsed once: some tests compile by the thousand. */
const tapset = standardTapset().map((file): TapsetFile => {
  const text = file.read();
  const tree = once(() => parseForAllTargets(file.file, text));
  return { ...file, names: scanDefinitions(text), read: () => text, tree };
});

export function moduleRequest(text: string, options: CheckOptions = {}): ModuleRequest {
  return {
    source: { file: options.file ?? 'test.stp', text },
    args: options.args ?? [],
    guru: options.guru ?? false,
    profile: selectProfile(options.kernel ?? '6.12').profile,
    tapset: tapset.filter((f) => f.file.endsWith('.stp')),
    macroFiles: tapset.filter((f) => f.file.endsWith('.stpm')),
    overrides: options.overrides ?? new Map(),
    module: 'tapc_test',
    defines: options.defines ?? new Map(),
    version: '0.0.0-test',
  };
}

/** Phases 1 to 3. */
export function check(text: string, options: CheckOptions = {}): CheckResult {
  return checkScript(moduleRequest(text, options));
}

/** Phases 1 to 4. */
export function planOf(text: string, options: CheckOptions = {}): PlanResult {
  return planModule(moduleRequest(text, options));
}

/** `error code line:column message`, one a diagnostic, in the order they were reported. */
export function diagnosticLines(result: CheckResult): string[] {
  return result.diagnostics.map((d) => {
    const text = d.span === undefined ? '' : (result.sources.get(d.span.file)?.text ?? '');
    const before = text.slice(0, d.span?.start ?? 0);
    const place =
      d.span === undefined ? '-' : `${before.split('\n').length}:${before.length - before.lastIndexOf('\n')}`;
    return `${d.severity} ${d.code} ${place} ${d.message}`;
  });
}
