/** `$$parms`, `$x$`, `$x$$`: text made of what is there. */
import type { FormatPiece, MemoryAccess, PrettyPiece } from '../3-analyze/checked.ts';
import { loadAccess, type MadeOnce, makeOnce } from './access.ts';
import { call, cast, HIT, name, num, run } from './build.ts';
import { NO_READS } from './effects.ts';
import { keep, settle } from './operands.ts';
import type { Value } from './plan.ts';
import { type Lowered, plain, type Scope } from './scope.ts';

/**
 * The text of `pieces`. As in SystemTap, what cannot be read makes it ERROR, and is no error of the handler; one parameter of several
 * (a group) alone. Strings are the kernel's or the process's, told by the address, and show that where there is none.
 */
export function lowerPretty(
  scope: Scope,
  pieces: readonly PrettyPiece[],
  where: Value,
  into?: Value,
): Lowered {
  const once = makeOnce(scope, pieces.flatMap(accessesOf));
  // The script's own expressions fail as they do elsewhere.
  scope.body.check();
  return plain(textOf(scope, pieces, where, once, into), 'string', NO_READS);
}

function accessesOf(piece: PrettyPiece): readonly MemoryAccess[] {
  if (piece.kind === 'text') return [];
  return piece.kind === 'group' ? piece.pieces.flatMap(accessesOf) : [piece.access];
}

function textOf(
  scope: Scope,
  pieces: readonly PrettyPiece[],
  where: Value,
  once: MadeOnce,
  into?: Value,
): Value {
  const { body } = scope;
  const items: Value[] = [];
  let loads = false;
  const format = pieces.map((piece): FormatPiece => {
    if (piece.kind === 'text') return piece;
    if (piece.kind === 'group') {
      items.push(cast('s64', textOf(scope, piece.pieces, where, once)));
      return directiveOf('%s');
    }
    const loaded = loadAccess(scope, piece.access, where, once);
    loads ||= loaded.fails || piece.access.hops.length > 1;
    if (piece.kind === 'value') {
      const value = settle(scope, loaded);
      items.push(value.type === 'string' ? cast('s64', value.value) : value.value);
      return directiveOf(piece.format);
    }
    const text = body.stringTemporary();
    const quote = call('tapc_quote_either', text, keep(scope, loaded).value, num(piece.length ?? 0));
    body.emit(run(quote), { quiet: true });
    items.push(cast('s64', text));
    return directiveOf('%s');
  });
  const target = into ?? body.stringTemporary();
  const list: Value = items.length === 0 ? name('NULL') : { kind: 'list', type: 'const s64[]', items };
  const table = scope.module.formats.add(format);
  body.emit(run(call('tapc_sprint', HIT, target, name(table), list)), { quiet: true });
  if (loads) body.emit(run(call('tapc_unreadable', HIT, target)), { quiet: true, mends: true });
  return target;
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
