/** Probe points as text, as they are written in a script. */
import type { PointComponent, ProbePoint } from '../1-parse/ast.ts';

/** `kernel.function("vfs_read").call?`, without its condition. */
export function pointText(point: Pick<ProbePoint, 'components' | 'suffix'>): string {
  return componentsText(point.components) + (point.suffix ?? '');
}

/** `a.b("x").c(3)` */
export function componentsText(components: readonly PointComponent[]): string {
  return components.map((c) => c.name + argumentText(c)).join('.');
}

function argumentText({ arg }: PointComponent): string {
  if (arg === undefined) return '';
  return arg.kind === 'number' ? `(${arg.text})` : `(${JSON.stringify(arg.value)})`;
}
