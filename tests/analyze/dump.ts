/** The result of analysis as text, for samples. */
import type { AtOp } from '../../src/1-parse/ast.ts';
import { printExpr } from '../../src/1-parse/index.ts';
import type {
  Checked,
  CheckedProbe,
  FormatPiece,
  MemoryAccess,
  PrettyPiece,
} from '../../src/3-analyze/checked.ts';
import { eachChild, isStatement, type Node } from '../../src/3-analyze/walk.ts';
import { spellType } from '../../src/kernel/btf/spelling.ts';

/** Globals, functions and handlers in order, and below each handler what was found out about its parts. */
export function dump(checked: Checked): string[] {
  return [
    ...[...checked.globals].map(([global, of]) => {
      const keys = of.keys.length > 0 ? `[${of.keys.join(', ')}]` : '';
      const size = of.size === undefined ? '' : ` size ${of.size}`;
      const statistics = of.statistics;
      const ops =
        statistics === undefined
          ? ''
          : ` {${[...statistics.ops].join(' ')}${histogram(statistics.histogram)}}`;
      return `global ${global.id}${keys}: ${of.type}${size}${of.wrap ? ' wrap' : ''}${ops} ${of.storage}`;
    }),
    ...[...checked.functions].flatMap(([fn, of]) => {
      if (fn.trusted) return [];
      const flags = `${of.recursive ? ' recursive' : ''}${of.canFail ? ' fails' : ''}${prints(of.prints)}`;
      const head = `function ${fn.id}(${of.params.join(', ')}): ${of.returns ?? 'nothing'}${flags}${locals(of.locals)}`;
      const body = fn.item.body.kind === 'block' ? details(checked, [fn.item.body]) : [];
      return [head, ...body];
    }),
    ...checked.probes.flatMap((probe) => handler(checked, probe)),
  ];
}

function handler(checked: Checked, of: CheckedProbe): string[] {
  const because = of.because === undefined ? '' : ` because of ${textOf(of.because)}`;
  const locks = locksText(of.locks);
  const entryLocks = locksText(of.entryLocks);
  return [
    `probe ${of.probe.points.map((p) => p.text).join(', ')}: ${of.class}${because}${prints(of.prints)}${of.canFail ? ' fails' : ''}${locals(of.locals)}`,
    ...(locks === '' ? [] : [`  locks${locks}`]),
    ...(entryLocks === '' ? [] : [`  at the entry locks${entryLocks}`]),
    ...of.entryValues.map((node, slot) => {
      const access = node.kind === 'target' ? ` = ${accessText(checked.accessOf(node))}` : '';
      return `  entry ${slot}: ${checked.typeOf(node)} ${printExpr(node)}${access}`;
    }),
    ...details(checked, [...of.probe.conditions, ...of.probe.blocks]),
  ];
}

function locksText(locks: CheckedProbe['locks']): string {
  return locks.map((l) => ` ${l.mode} ${l.global.id}`).join(',');
}

function prints(count: 'none' | 'one' | 'many'): string {
  return count === 'none' ? '' : ` prints ${count}`;
}

function locals(types: ReadonlyMap<string, string>): string {
  return types.size === 0 ? '' : ` (${[...types].map(([name, type]) => `${name} ${type}`).join(', ')})`;
}

function histogram(of: { readonly kind: string } | undefined): string {
  if (of === undefined || !('low' in of && 'high' in of && 'width' in of)) return '';
  return ` ${of.low}..${of.high} by ${of.width}`;
}

function details(checked: Checked, roots: readonly Node[]): string[] {
  const lines: string[] = [];
  const visit = (node: Node): void => {
    if (checked.isElided(node)) {
      lines.push(`  without ${textOf(node)}`);
      return;
    }
    if (
      node.kind === 'target' ||
      node.kind === 'cast' ||
      node.kind === 'at-var' ||
      node.kind === 'autocast'
    ) {
      lines.push(`  ${printExpr(node)} = ${accessText(checked.accessOf(node))}`);
    } else if (node.kind === 'at-op') lines.push(...operator(checked, node));
    else if (node.kind === 'call') {
      const print = checked.formatOf(node);
      if (print !== undefined) lines.push(`  ${node.name} ${print.pieces.map(pieceText).join(' ')}`);
    }
    eachChild(node, visit);
  };
  for (const root of roots) visit(root);
  return lines;
}

function operator(checked: Checked, node: AtOp): string[] {
  const value = checked.constantOf(node);
  const slot = checked.slotOf(node);
  if (value !== undefined) return [`  ${printExpr(node)} is ${value}`];
  return slot === undefined ? [] : [`  ${printExpr(node)} is entry ${slot}`];
}

function pieceText(piece: FormatPiece): string {
  if (piece.kind === 'text') return JSON.stringify(piece.text);
  const size = (n: number | 'argument' | undefined) => (n === 'argument' ? '*' : (n ?? ''));
  const precision = piece.precision === undefined ? '' : `.${size(piece.precision)}`;
  return `%${piece.flags}${size(piece.width)}${precision}${piece.conversion}`;
}

/** `file +32 *8 +104 load u4`: offsets, loads of pointers between them, the last load. */
function accessText(access: MemoryAccess): string {
  if (access.pretty !== undefined) return access.pretty.map(prettyText).join('');
  const { base } = access;
  const start =
    base.kind === 'variable'
      ? base.variable.name
      : base.kind === 'expression'
        ? printExpr(base.expr)
        : base.kind === 'symbol'
          ? `${base.percpu ? 'percpu ' : ''}${base.symbol}`
          : base.kind === 'entry'
            ? `entry ${base.slot}`
            : 'nothing';
  const hops = access.hops.map((hop) => {
    const indices = hop.indices.map((i) => `+${printExpr(i.expr)}*${i.scale}`).join('');
    const check = hop.check === undefined ? '' : ` (${hop.check.type} ${hop.check.member})`;
    return `${hop.text}${indices}${check}`;
  });
  const { load } = access;
  const bits = load?.bits === undefined ? '' : ` bits ${load.bits.offset}+${load.bits.size}`;
  const last =
    load === undefined
      ? ''
      : load.size === 0
        ? ' address'
        : ` load ${load.signed ? 's' : 'u'}${load.size * 8}${bits}`;
  return `${[start, ...hops].join(' * ')}${last}: ${spellType(access.type)}`;
}

function prettyText(piece: PrettyPiece): string {
  if (piece.kind === 'text') return piece.text;
  if (piece.kind === 'group') return piece.pieces.map(prettyText).join('');
  return piece.kind === 'string' ? '%s' : piece.format;
}

function textOf(node: Node): string {
  return isStatement(node) ? node.kind : printExpr(node);
}
