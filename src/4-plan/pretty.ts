/** `$$parms`, `$x$`, `$x$$`: text made of what is there. What cannot be read prints as `?`, and is no error. */
import type { FormatPiece, PrettyPiece } from '../3-analyze/checked.ts';
import { type LoadedPointers, loadAccess } from './access.ts';
import { call, cast, HIT, name, run } from './build.ts';
import { NO_READS } from './effects.ts';
import { keep, settle } from './operands.ts';
import type { Value } from './plan.ts';
import { type Lowered, plain, type Scope } from './scope.ts';

export function lowerPretty(
  scope: Scope,
  pieces: readonly PrettyPiece[],
  where: Value,
  into?: Value,
): Lowered {
  const items: Value[] = [];
  const loaded: LoadedPointers = new Map();
  const format = pieces.map((piece): FormatPiece => {
    if (piece.kind === 'text') return piece;
    if (piece.kind === 'value') {
      const value = settle(scope, loadAccess(scope, piece.access, where, loaded));
      items.push(value.type === 'string' ? cast('s64', value.value) : value.value);
      return directiveOf(piece.format);
    }
    const address = keep(scope, loadAccess(scope, piece.access, where, loaded));
    const buffer = scope.body.stringTemporary();
    const callee = piece.access.user ? 'tapc_load_user_string' : 'tapc_load_string';
    scope.body.emit(run(call(callee, HIT, where, buffer, address.value)), { fails: true, quiet: true });
    items.push(cast('s64', buffer));
    return directiveOf('%s');
  });
  const target = into ?? scope.body.stringTemporary();
  const list: Value = items.length === 0 ? name('NULL') : { kind: 'list', type: 'const s64[]', items };
  const table = scope.module.formats.add(format);
  scope.body.emit(run(call('tapc_sprint', HIT, target, name(table), list)), { quiet: true });
  return plain(target, 'string', NO_READS);
}

/** `%d`, `%#x`, `%s` … as analysis writes them. */
function directiveOf(format: string): FormatPiece {
  const [, flags = '', precision, letter = ''] = /^%([-+ #0]*)(?:\.(\d+))?([a-zA-Z])$/.exec(format) ?? [];
  const extra = precision === undefined ? {} : { precision: Number(precision) };
  switch (letter) {
    case 'd':
    case 'i':
    case 'u':
    case 'x':
    case 'X':
    case 'o':
    case 'p':
    case 's':
    case 'c':
      return { kind: 'directive', conversion: letter, flags, ...extra };
    default:
      throw new Error(`unknown format ${format}`);
  }
}
