/** One side of a comparison: what a module is made of, from a plan or from its C. */
import { readFileSync } from 'node:fs';
import { conditionText, importOf } from '../../4-plan/link/manifest.ts';
import type { ModulePlan } from '../../4-plan/plan.ts';
import { withoutLiterals } from '../../4-plan/tree.ts';
import { emit } from '../../5-emit/index.ts';
import { type Api, COMPILER } from '../../api/manifest.ts';
import { ProfileError } from '../../kernel/error.ts';
import type { KernelProfile } from '../../kernel/profile.ts';
import { selectProfile } from '../../kernel/select.ts';
import type { PlanResult } from '../../pipeline.ts';
import { usageError } from '../exit.ts';
import { errorCode } from '../files.ts';

export interface Side {
  /** The release, or the file's name. */
  readonly label: string;
  /** The C, without the lines that name the kernel; undefined where the script does not compile. */
  readonly text?: string;
  /** Why it does not compile: one message an entry. */
  readonly errors: readonly string[];
  /** Imported symbols, and what for. */
  readonly symbols: ReadonlyMap<string, string>;
  /** Files of the runtime that not every kernel gets, and the fact that decides. */
  readonly variants: ReadonlyMap<string, string>;
  /** Offset by `struct file.f_flags`. */
  readonly offsets: ReadonlyMap<string, number>;
  readonly points: ReadonlySet<string>;
}

/** Of a script that was planned for a kernel. */
export function sideOfResult(result: PlanResult, profile: KernelProfile, api: Api): Side {
  const { plan, checked, diagnostics } = result;
  const label = `${profile.release} (${profile.arch})`;
  const points = new Set(checked?.probes.flatMap(({ probe }) => probe.points.map((p) => p.text)));
  if (plan === undefined) {
    const errors = diagnostics.filter((d) => d.severity === 'error').map((d) => `${d.code}: ${d.message}`);
    return { label, errors, symbols: new Map(), variants: new Map(), offsets: new Map(), points };
  }
  const text = emit(plan).find((file) => file.path.endsWith('.c'))?.text ?? '';
  const facilities = new Set(plan.runtime.map((part) => part.facility));
  return {
    label,
    text: withoutKernel(text),
    errors: [],
    symbols: new Map(plan.imports.map((symbol) => [symbol, purposeOf(symbol, api, facilities)])),
    variants: variantsOf(api, (facility, file) => usesFile(plan, facility, file)),
    offsets: new Map(plan.members.map((m) => [`${m.type}.${m.member}`, m.offset])),
    points,
  };
}

/** Of a module's C that was kept. What C does not show (offsets that nothing asserts) is missing. */
export function sideOfFile(file: string, api: Api): Side {
  const text = readText(file);
  const [, release] = /^ \* for Linux (\S+) \(\w+\)\.$/m.exec(text) ?? [];
  if (release === undefined) {
    throw usageError(`${file} is no module that tapc wrote`, 'give the C that `tapc compile -o` writes');
  }
  const profile = profileOf(release);
  const names = new Set(
    withoutLiterals(text.replaceAll(/\/\*[\s\S]*?\*\/|^#include .*$/gm, ' ')).match(/[A-Za-z_]\w*/g) ?? [],
  );
  const uses = api.runtime.uses.filter((use) => use.facility !== COMPILER && names.has(use.name));
  const symbols = uses.flatMap(
    (use) => (profile === undefined ? use.imports[0] : importOf(use, profile)) ?? [],
  );
  const facilities = new Set(
    api.runtime.files
      .filter((f) => f.items.some((item) => text.includes(item.text)))
      .map(({ facility }) => facility),
  );
  const offsets = text.matchAll(/static_assert\(offsetof\(([^,]+),\s*(\S+)\)\s*==\s*(\d+)\);/g);
  const items = api.runtime.files.filter((f) => f.when !== undefined);
  return {
    label: file,
    text: withoutKernel(text),
    errors: [],
    symbols: new Map(symbols.sort().map((symbol) => [symbol, purposeOf(symbol, api, facilities)])),
    variants: variantsOf(api, (facility, name) =>
      items.some(
        (f) => f.facility === facility && f.file === name && f.items.some((i) => text.includes(i.text)),
      ),
    ),
    offsets: new Map([...offsets].map(([, type, member, offset]) => [`${type}.${member}`, Number(offset)])),
    points: pointsIn(text),
  };
}

/** A compiled side as its C shows it, where the other is C that was kept: wildcards as they are written. */
export function asKept(side: Side): Side {
  return side.text === undefined ? side : { ...side, points: pointsIn(side.text) };
}

function pointsIn(text: string): ReadonlySet<string> {
  const table = /^static const struct tapc_probe tapc_probes\[TAPC_PROBES\] = \{\n([\s\S]*?)^\};/m;
  const points = (table.exec(text)?.[1] ?? '').matchAll(/^\t\{ "((?:[^"\\]|\\.)*)"/gm);
  return new Set([...points].map(([, point]) => (point ?? '').replaceAll(/\\(.)/g, '$1')));
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw usageError(`cannot read ${file}: ${errorCode(error) || String(error)}`);
  }
}

function profileOf(release: string): KernelProfile | undefined {
  try {
    return selectProfile(release).profile;
  } catch (error) {
    if (error instanceof ProfileError) return undefined;
    throw error;
  }
}

/** The comment at the top names the kernel: that is told already. */
function withoutKernel(text: string): string {
  return text
    .replace(/^ \* for Linux \S+ \(\w+\)\.$/m, ' * for the kernel of this side.')
    .replace(/^ \*\tmake -C \S+ M=/m, ' *\tmake -C BUILD M=');
}

function usesFile(plan: ModulePlan, facility: string, file: string): boolean {
  return plan.runtime.some((part) => part.facility === facility && part.file === file);
}

function variantsOf(
  api: Api,
  isIn: (facility: string, file: string) => boolean,
): ReadonlyMap<string, string> {
  const files = api.runtime.files.flatMap(({ facility, file, when }) =>
    when === undefined || !isIn(facility, file)
      ? []
      : [[`${facility}/${file}`, conditionText(when)] as const],
  );
  return new Map(files);
}

/** What for, as a facility that is in the module says; else as one of them does. */
function purposeOf(symbol: string, api: Api, facilities: ReadonlySet<string>): string {
  const uses = api.runtime.uses.filter((use) => use.imports.includes(symbol));
  return (uses.find((use) => facilities.has(use.facility)) ?? uses[0])?.for ?? '';
}
