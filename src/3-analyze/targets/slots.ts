/** What a return probe wants to know from the entry: one slot for each different value. */
import type { AtOp, TargetVariable } from '../../1-parse/ast.ts';

export class EntrySlots {
  readonly #values: (AtOp | TargetVariable)[] = [];
  readonly #byText = new Map<string, number>();

  get values(): readonly (AtOp | TargetVariable)[] {
    return this.#values;
  }

  /** The slot of a value; the same text read twice shares one. */
  add(node: AtOp | TargetVariable): number {
    const text = node.kind === 'target' ? textOf(node) : undefined;
    const known = text === undefined ? undefined : this.#byText.get(text);
    if (known !== undefined) return known;
    const slot = this.#values.length;
    this.#values.push(node);
    if (text !== undefined) this.#byText.set(text, slot);
    return slot;
  }

  /** A node for a parameter that `$$parms` reads without naming it. */
  parameter(name: string): TargetVariable {
    return {
      kind: 'target',
      name: `$${name}`,
      path: [],
      addressOf: false,
      span: { file: '', start: 0, end: 0 },
    };
  }
}

/** An index computed by the handler cannot be computed at the entry: then only the variable itself is kept. */
export function needsRootOnly(node: TargetVariable): boolean {
  return node.path.some((access) => access.kind === 'index' && access.index.kind !== 'number');
}

export function rootOf(node: TargetVariable): TargetVariable {
  const { pretty: _, ...rest } = node;
  return { ...rest, path: [], addressOf: false };
}

function textOf(node: TargetVariable): string {
  const path = node.path.map((access) => {
    if (access.kind === 'member') return `->${access.name}`;
    return `[${access.index.kind === 'number' ? access.index.value : '?'}]`;
  });
  return `${node.addressOf ? '&' : ''}${node.name}${path.join('')}${node.pretty ?? ''}`;
}
