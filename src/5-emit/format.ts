/** Format tables in C. */
import type { PlanFormat, PlanPiece } from '../4-plan/plan.ts';
import { cString, cStrings } from './literal.ts';
import { columns, WIDTH } from './wrap.ts';

export function printFormat(format: PlanFormat): string {
  const head = `static const struct tapc_piece ${format.name}[] = {`;
  const rows = [...format.pieces.map(row), '{ }'];
  const line = `${head} ${rows.join(', ')} };`;
  if (rows.length <= 2 && columns(line) <= WIDTH) return line;
  return `${head}\n\t${rows.join(',\n\t')}\n};`;
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
  return `{ ${members.join(', ')} }`;
}

function textRow(text: string): string {
  const line = `{ TAPC_TEXT(${cString(text)}) }`;
  if (columns(`\t${line}`) < WIDTH) return line;
  const parts = cStrings(text, WIDTH - 20);
  return `{\n\t\tTAPC_TEXT(${parts.join('\n\t\t\t  ')}),\n\t}`;
}
