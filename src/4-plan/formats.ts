/** Format tables: what the reader of the output makes text of, named once however often it is used. */

import type { FormatPiece } from '../3-analyze/checked.ts';
import { unreachable } from '../unreachable.ts';
import type { PlanFormat, PlanPiece } from './plan.ts';

export class FormatTable {
  readonly #byText = new Map<string, PlanFormat>();

  /** Name of the table for these pieces. */
  add(pieces: readonly FormatPiece[]): string {
    const planned = merge(pieces.map(planPiece));
    const key = JSON.stringify(planned);
    const known = this.#byText.get(key);
    if (known !== undefined) return known.name;
    const format = { name: `fmt_${this.#byText.size + 1}`, pieces: planned };
    this.#byText.set(key, format);
    return format.name;
  }

  get all(): readonly PlanFormat[] {
    return [...this.#byText.values()];
  }
}

/** Neighbouring texts are one. */
function merge(pieces: readonly PlanPiece[]): PlanPiece[] {
  const merged: PlanPiece[] = [];
  for (const piece of pieces) {
    const last = merged.at(-1);
    if (piece.kind === 'text' && last?.kind === 'text') {
      merged[merged.length - 1] = { kind: 'text', text: last.text + piece.text };
    } else if (piece.kind !== 'text' || piece.text !== '') merged.push(piece);
  }
  return merged;
}

const FLAGS: readonly (readonly [string, string])[] = [
  ['-', 'TAPC_LEFT'],
  ['+', 'TAPC_PLUS'],
  [' ', 'TAPC_SPACE'],
  ['#', 'TAPC_ALTERNATE'],
  ['0', 'TAPC_ZERO'],
];

function planPiece(piece: FormatPiece): PlanPiece {
  if (piece.kind === 'text') return piece;
  const isDump = piece.conversion === 'm' || piece.conversion === 'M';
  const flags = FLAGS.filter(([char]) => piece.flags.includes(char)).map(([, macro]) => macro);
  return {
    kind: 'directive',
    put: putOf(piece.conversion),
    flags,
    ...(piece.width === undefined ? {} : { width: piece.width }),
    // Memory comes with its length, which is what the precision says.
    ...(piece.precision === undefined || isDump ? {} : { precision: piece.precision }),
  };
}

type Conversion = Extract<FormatPiece, { kind: 'directive' }>['conversion'];

function putOf(conversion: Conversion): string {
  switch (conversion) {
    case 'd':
    case 'i':
      return 'tapc_put_decimal';
    case 'u':
      return 'tapc_put_unsigned';
    case 'x':
      return 'tapc_put_hex';
    case 'X':
      return 'tapc_put_hex_upper';
    case 'o':
      return 'tapc_put_octal';
    case 'b':
      return 'tapc_put_binary';
    case 'p':
    case 'P':
      return 'tapc_put_pointer';
    case 's':
      return 'tapc_put_string';
    case 'c':
      return 'tapc_put_char';
    case 'm':
      return 'tapc_put_memory';
    case 'M':
      return 'tapc_put_memory_hex';
    case 'hist_log':
      return 'tapc_put_hist_log';
    case 'hist_linear':
      return 'tapc_put_hist_linear';
    default:
      return unreachable(conversion);
  }
}
