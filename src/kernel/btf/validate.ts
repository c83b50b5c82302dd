import { damaged } from '../error.ts';
import { btfKind } from './format.ts';
import type { Records } from './records.ts';

/** Kinds that are another type with something added: a chain of them has to end. */
const wrappers: ReadonlySet<number> = new Set([
  btfKind.typedef,
  btfKind.volatile,
  btfKind.const,
  btfKind.restrict,
  btfKind.typeTag,
  btfKind.array,
]);

/** Checks everything that a BTF's own records refer to, so that an import fails rather than a later look-up. */
export function validateRecords(records: Records): void {
  const type = (id: number): void => {
    if (id >= records.endId) throw damaged('BTF', `it refers to a type ${id} that it does not have`);
  };
  const name = (offset: number): void => {
    if (offset >= records.strings.length) throw damaged('BTF', 'a name lies outside the strings');
  };
  for (let id = records.firstId; id < records.endId; id++) {
    const kind = records.kind(id);
    const length = records.length(id);
    name(records.nameOffset(id));
    switch (kind) {
      case btfKind.pointer:
      case btfKind.typedef:
      case btfKind.volatile:
      case btfKind.const:
      case btfKind.restrict:
      case btfKind.func:
      case btfKind.funcProto:
      case btfKind.variable:
      case btfKind.typeTag:
      case btfKind.declTag:
        type(records.sizeOrType(id));
        break;
      default:
        break;
    }
    switch (kind) {
      case btfKind.array:
        type(records.extra(id, 0));
        break;
      case btfKind.struct:
      case btfKind.union:
      case btfKind.funcProto:
      case btfKind.enum:
      case btfKind.enum64: {
        const words = kind === btfKind.funcProto || kind === btfKind.enum ? 2 : 3;
        const typed = kind !== btfKind.enum && kind !== btfKind.enum64;
        for (let index = 0; index < length; index++) {
          name(records.extra(id, index * words));
          if (typed) type(records.extra(id, index * words + 1));
        }
        break;
      }
      default:
        break;
    }
    if (kind === btfKind.func && records.kind(records.sizeOrType(id)) !== btfKind.funcProto) {
      throw damaged('BTF', 'a function has a type that is none of a function');
    }
    if (wrappers.has(kind)) checkChain(records, id);
  }
}

function checkChain(records: Records, start: number): void {
  let id = start;
  for (let steps = 0; wrappers.has(records.kind(id)); steps++) {
    if (steps > 64) throw damaged('BTF', `type ${start} leads to itself`);
    id = records.kind(id) === btfKind.array ? records.extra(id, 0) : records.sizeOrType(id);
  }
}
