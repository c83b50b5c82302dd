/** Format tables in C. */
import type { PlanFormat, PlanPiece } from '../4-plan/plan.ts';
import { cString, cStrings } from './literal.ts';
import { columns, WIDTH } from './wrap.ts';

export function printFormat(format: PlanFormat): string {
  const rows = format.pieces.map((piece) => `${row(piece)},\n`);
  return `static const struct tapc_piece ${format.name}[] = {\n${rows.join('')}\t{ }\n};`;
}

function row(piece: PlanPiece): string {
  if (piece.kind === 'text') return textRow(piece.text);
  const members = [`.put = ${piece.put}`];
  if (piece.width !== undefined && piece.width !== 0) {
    members.push(`.width = ${piece.width === 'argument' ? 'TAPC_FROM_ARGUMENT' : piece.width}`);
  }
  if (piece.precision !== undefined) {
    const precision =
      piece.precision === 'argument' ? 'TAPC_FROM_ARGUMENT' : `TAPC_PRECISION(${piece.precision})`;
    members.push(`.precision = ${precision}`);
  }
  if (piece.flags.length > 0) members.push(`.flags = ${piece.flags.join(' | ')}`);
  return `\t{ ${members.join(', ')} }`;
}

function textRow(text: string): string {
  const line = `\t{ TAPC_TEXT(${cString(text)}) }`;
  if (columns(line) < WIDTH) return line;
  const parts = cStrings(text, WIDTH - 20);
  return `\t{\n\t\tTAPC_TEXT(${parts.join('\n\t\t\t  ')}),\n\t}`;
}
