/** `@probewrite(x)`: whether the handler behind an alias assigns a variable. */
import type { AtOp, Expr } from '../1-parse/ast.ts';
import { ownBlock, type Unit } from './units.ts';
import { eachChild, type Node } from './walk.ts';

/** Undefined where there is no handler to ask about, or no variable. */
export function probeWrites(node: AtOp, unit: Unit): boolean | undefined {
  const own = unit.kind === 'probe' ? ownBlock(unit.probe) : undefined;
  const [asked] = node.args;
  const name = nameOf(asked);
  if (own === undefined || name === undefined) return undefined;
  const { file, start, end } = node.span;
  if (file === own.span.file && start >= own.span.start && end <= own.span.end) return undefined;
  let written = false;
  const visit = (at: Node): void => {
    if (at.kind === 'assign' || at.kind === 'inc-dec') written ||= nameOf(at.target) === name;
    eachChild(at, visit);
  };
  visit(own);
  return written;
}

/** The name of a variable, or of a value of the kernel. */
export function nameOf(node: Expr | undefined): string | undefined {
  return node?.kind === 'target' || node?.kind === 'identifier' ? node.name : undefined;
}
