/** Reading and writing what a name stands for. */

import type { Identifier } from '../1-parse/ast.ts';
import { unreachable } from '../unreachable.ts';
import { call, HIT, name, num, run, set } from './build.ts';
import { READS_STATE, readsLocal } from './effects.ts';
import type { GlobalInfo } from './globals.ts';
import { keep } from './operands.ts';
import type { Value } from './plan.ts';
import { type Lowered, plain, type Scope } from './scope.ts';
import { localName } from './spelling.ts';

interface LocalPlace {
  readonly kind: 'local';
  readonly name: string;
  readonly lvalue: Value;
  readonly isString: boolean;
}

/** A scalar that can be read and assigned. */
export type Place = LocalPlace | { readonly kind: 'global'; readonly info: GlobalInfo };

export function placeOf(scope: Scope, node: Identifier): Place {
  const resolved = scope.module.checked.symbols.get(node);
  if (resolved?.kind === 'global') {
    const { id } = resolved.global;
    if (scope.snapshots?.has(id) !== true) {
      return { kind: 'global', info: scope.module.globals.info(resolved.global) };
    }
    return { kind: 'local', name: snapshotName(id), lvalue: name(snapshotName(id)), isString: false };
  }
  return localPlace(scope, node.name);
}

/** What a body keeps of a number that it read when it began. */
export function snapshotName(id: string): string {
  return `now_${id}`;
}

/** C in the midst of a function, with what it names of the parameters. */
export function withParameters(scope: Scope, code: string): string {
  return code.replaceAll(/\bSTAP_ARG_([\w$]+)/g, (written, parameter: string) => {
    const known = scope.params.has(parameter) || scope.locals.has(parameter);
    const place = known ? localPlace(scope, parameter) : undefined;
    return place?.lvalue.kind === 'name' ? place.lvalue.name : written;
  });
}

function localPlace(scope: Scope, local: string): LocalPlace {
  const isString = scope.locals.get(local) === 'string';
  if (scope.params.has(local))
    return { kind: 'local', name: local, lvalue: name(localName(local)), isString };
  const lvalue = isString
    ? scope.body.field({ type: 'char ', name: localName(local), suffix: '[TAPC_STRLEN]' })
    : scope.body.variable({ type: 's64 ', name: localName(local), suffix: '', init: num(0) });
  return { kind: 'local', name: local, lvalue, isString };
}

export function readPlace(place: Place): Lowered {
  if (place.kind === 'local') {
    return plain(place.lvalue, place.isString ? 'string' : 'long', readsLocal(place.name));
  }
  const { id, form } = place.info;
  switch (form) {
    case 'atomic':
      return plain(call('READ_ONCE', name(`g_${id}`)), 'long', READS_STATE);
    // Whoever reads a counter has merged its parts.
    case 'number':
    case 'counter':
      return plain(name(`g_${id}`), 'long', READS_STATE);
    case 'string':
      return plain(name(`g_${id}`), 'string', READS_STATE);
    case 'statistic':
    case 'array':
      throw new Error(`${id} has no value of its own`);
    default:
      return unreachable(form);
  }
}

/** `place = value`, after which the place is as before if making the value failed. */
export function writePlace(scope: Scope, place: Place, value: Lowered): void {
  if (place.kind === 'local') {
    if (place.isString) {
      if (value.value !== place.lvalue)
        scope.body.emit(run(call('tapc_copy', HIT, place.lvalue, value.value)));
      return;
    }
    const safe = value.fails && scope.body.inTry ? keep(scope, value) : value;
    scope.body.emit(set(place.lvalue, safe.value), { fails: safe.fails });
    return;
  }
  const { id, form } = place.info;
  const settled = value.fails ? keep(scope, value) : value;
  switch (form) {
    case 'atomic':
      scope.body.emit(run(call('WRITE_ONCE', name(`g_${id}`), settled.value)));
      return;
    case 'number':
    case 'counter':
      scope.body.emit(set(name(`g_${id}`), settled.value));
      return;
    case 'string':
      scope.body.emit(run(call('tapc_copy', HIT, name(`g_${id}`), settled.value)));
      return;
    case 'statistic':
    case 'array':
      throw new Error(`${id} cannot be assigned`);
    default:
      unreachable(form);
  }
}

/** What a variable is before anything is assigned. */
export function clearPlace(scope: Scope, place: Place): void {
  const isString = place.kind === 'local' ? place.isString : place.info.form === 'string';
  const lvalue = place.kind === 'local' ? place.lvalue : name(`g_${place.info.id}`);
  if (isString) scope.body.emit(emptyString(lvalue));
  else writePlace(scope, place, plain(num(0), 'int', { locals: new Set(), state: false }));
}

export function emptyString(lvalue: Value) {
  if (lvalue.kind !== 'name') throw new Error('only a named buffer can be emptied');
  return set(name(`${lvalue.name}[0]`), { kind: 'c', text: "'\\0'" });
}
