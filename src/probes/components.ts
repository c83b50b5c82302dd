/** What families share in reading probe points, as scripts and as patterns of `tapc list` write them. */
import type { PointComponent } from '../1-parse/ast.ts';
import type { Diagnostics } from '../diagnostics/diagnostic.ts';
import { didYouMean } from '../diagnostics/suggest.ts';
import { compileGlob } from '../kernel/glob.ts';

/** `kernel.function("vfs_*")` as text, taken apart. */
export interface PatternComponent {
  /** May hold wildcards. */
  readonly name: string;
  /** What stands in the parentheses, without quotes. */
  readonly arg?: string;
}

const component = /([^.("]+)(?:\(\s*(?:"([^"]*)"|([^)"]*))\s*\))?(?:\.|$)/y;

/** Components of a pattern; undefined where it is not written like a probe point. */
export function readPattern(text: string): readonly PatternComponent[] | undefined {
  const found: PatternComponent[] = [];
  let end = 0;
  for (const match of text.matchAll(new RegExp(component, 'gy'))) {
    const [whole, name = '', quoted, bare] = match;
    const arg = quoted ?? bare;
    found.push(arg === undefined ? { name } : { name, arg });
    end = match.index + whole.length;
  }
  return end === text.length && found.length > 0 ? found : undefined;
}

/** Whether the components of a pattern can stand for these names, one each. `**` stands for any rest. */
export function matchesNames(pattern: readonly PatternComponent[], names: readonly string[]): boolean {
  for (const [i, { name }] of pattern.entries()) {
    if (name === '**') return true;
    const other = names[i];
    if (other === undefined || !compileGlob(name).test(other)) return false;
  }
  return pattern.length === names.length;
}

/** The string that a component must carry; reported where it does not. */
export function stringArgument(
  component: PointComponent | undefined,
  diagnostics: Diagnostics,
): string | undefined {
  if (component?.arg?.kind === 'string') return component.arg.value;
  if (component !== undefined) {
    diagnostics.error(
      'probe-argument',
      component.span,
      `"${component.name}" needs a name: ${component.name}("…")`,
    );
  }
  return undefined;
}

/** The number that a component must carry; reported where it does not. */
export function numberArgument(
  component: PointComponent | undefined,
  diagnostics: Diagnostics,
): bigint | undefined {
  if (component?.arg?.kind === 'number') return component.arg.value;
  if (component !== undefined) {
    diagnostics.error(
      'probe-argument',
      component.span,
      `"${component.name}" needs a number: ${component.name}(1)`,
    );
  }
  return undefined;
}

/** Reports a component that cannot stand where it does. */
export function reportComponent(
  component: PointComponent,
  allowed: readonly string[],
  diagnostics: Diagnostics,
): void {
  const near = didYouMean(component.name, allowed);
  const all = allowed.length > 0 ? [`what can stand here: ${allowed.map((a) => `.${a}`).join(' ')}`] : [];
  diagnostics.error(
    'probe-component',
    component.span,
    `".${component.name}" cannot stand here in a probe point`,
    {
      hints: near.length > 0 ? near : all,
    },
  );
}

/** Reports an argument on a component that takes none. */
export function rejectArgument(component: PointComponent, diagnostics: Diagnostics): void {
  if (component.arg === undefined) return;
  diagnostics.error('probe-argument', component.span, `"${component.name}" takes no argument`);
}
