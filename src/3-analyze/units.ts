/** The pieces of a program that are analysed on their own: handlers and script functions. */
import type { Block, Expr, Span, Statement } from '../1-parse/ast.ts';
import type { BoundProbe, Program, ProgramFunction } from '../2-resolve/program.ts';
import type { Node } from './walk.ts';

export type Unit = ProbeUnit | FunctionUnit;

export interface ProbeUnit {
  readonly kind: 'probe';
  readonly probe: BoundProbe;
  readonly conditions: readonly Expr[];
  readonly body: readonly Statement[];
  readonly span: Span;
}

export interface FunctionUnit {
  readonly kind: 'function';
  readonly fn: ProgramFunction;
  readonly conditions: readonly Expr[];
  readonly body: readonly Statement[];
  readonly span: Span;
}

/** Functions first: what they return is known when handlers are read. */
export function unitsOf(program: Program): Unit[] {
  return [
    ...program.functions.map((fn): Unit => {
      return { kind: 'function', fn, conditions: [], body: [fn.item.body], span: fn.item.span };
    }),
    ...program.probes.map(probeUnit),
  ];
}

export function probeUnit(probe: BoundProbe): ProbeUnit {
  return { kind: 'probe', probe, conditions: probe.conditions, body: probe.blocks, span: probe.span };
}

/** Conditions and statements, in the order they run. */
export function rootsOf(unit: Unit): readonly Node[] {
  return [...unit.conditions, ...unit.body];
}

/**
 * The block that the user wrote for this probe, not a prologue or epilogue that came through an alias: the first that
 * follows the probe point.
 */
export function ownBlock(probe: BoundProbe): Block | undefined {
  let own: Block | undefined;
  for (const block of probe.blocks) {
    if (block.span.file !== probe.span.file || block.span.start < probe.span.end) continue;
    if (own === undefined || block.span.start < own.span.start) own = block;
  }
  return own;
}
