import { damaged } from '../error.ts';
import { btfKind } from './format.ts';
import type { Records } from './records.ts';

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
  }
  checkCycles(records);
}

/** No C compiler nests deeper; only a damaged file does. */
const maximumDepth = 64;

/** In C every circle of types goes through a struct or union; every other one leads readers round for ever. */
function checkCycles(records: Records): void {
  const seen = new Uint8Array(records.endId);
  const open = 1;
  const done = 2;
  const visit = (id: number, depth: number): void => {
    if (id < records.firstId || seen[id] === done) return;
    if (seen[id] === open || depth > maximumDepth) throw damaged('BTF', `type ${id} leads to itself`);
    seen[id] = open;
    for (const target of targetsOf(records, id)) visit(target, depth + 1);
    seen[id] = done;
  };
  for (let id = records.firstId; id < records.endId; id++) visit(id, 0);
}

/** What a type is made of, where that is not a struct or union of its own. */
function targetsOf(records: Records, id: number): readonly number[] {
  switch (records.kind(id)) {
    case btfKind.pointer:
    case btfKind.typedef:
    case btfKind.volatile:
    case btfKind.const:
    case btfKind.restrict:
    case btfKind.typeTag:
      return [records.sizeOrType(id)];
    case btfKind.array:
      return [records.extra(id, 0)];
    case btfKind.funcProto: {
      const params = Array.from({ length: records.length(id) }, (_, index) =>
        records.extra(id, index * 2 + 1),
      );
      return [records.sizeOrType(id), ...params];
    }
    default:
      return [];
  }
}
