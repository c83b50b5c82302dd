/** Where statements begin, as far as the script can be parsed as it stands. */
import type { Script, Source, Statement } from '../1-parse/ast.ts';
import { type PreprocessorFacts, parse } from '../1-parse/index.ts';
import { isNode, STATEMENT_KINDS, walk } from '../1-parse/walk.ts';
import { Diagnostics } from '../diagnostics/diagnostic.ts';

export interface StatementStart {
  /** How many heads without braces it stands behind, each on a line of its own. */
  readonly depth: number;
  /** It stands directly in a block: on a line of its own, if the block has lines. */
  readonly own: boolean;
}

export interface Statements {
  /** By offset of the first character. */
  readonly starts: ReadonlyMap<number, StatementStart>;
  /** Depth of the `if` that an `else` belongs to, by the offset of what follows the `else`. */
  readonly elses: ReadonlyMap<number, number>;
}

export function statementsOf(source: Source): Statements {
  const script = parseQuietly(source);
  const starts = new Map<number, StatementStart>();
  const elses = new Map<number, number>();
  const seen = new Set<object>();
  const visit = (statement: Statement, depth: number, own: boolean): void => {
    seen.add(statement);
    const { span } = statement;
    if (span.file !== source.file || span.via !== undefined) return;
    if (statement.kind !== 'block' && statement.kind !== 'empty') starts.set(span.start, { depth, own });
    switch (statement.kind) {
      case 'block':
        for (const inner of statement.statements) visit(inner, 0, true);
        return;
      case 'if':
        visit(statement.then, depth + 1, false);
        if (statement.else === undefined) return;
        elses.set(statement.else.span.start, depth);
        visit(statement.else, statement.else.kind === 'if' ? depth : depth + 1, false);
        return;
      case 'for':
      case 'while':
      case 'foreach':
        visit(statement.body, depth + 1, false);
        return;
      case 'try':
        visit(statement.body, depth, false);
        visit(statement.handler, depth, false);
        return;
      default:
        return;
    }
  };
  for (const item of script.items) {
    walk(item, (node) => {
      if (!isNode(node) || !isStatement(node) || seen.has(node)) return true;
      visit(node, 0, false);
      return true;
    });
  }
  return { starts, elses };
}

function isStatement(node: object): node is Statement {
  return 'kind' in node && typeof node.kind === 'string' && STATEMENT_KINDS.has(node.kind);
}

/** What the tree cannot tell (a branch not taken, an unknown macro) is laid out as its lines are. */
function parseQuietly(source: Source): Script {
  const conditions: PreprocessorFacts = {
    kernelRelease: '6.12.0',
    kernelVersion: '6.12.0',
    arch: 'x86_64',
    systemtapVersion: '5.6',
    privilege: 'stapdev',
    guru: true,
    runtime: 'kernel',
    config: () => 'y',
  };
  return parse(source, { args: [], conditions, guru: true }, new Diagnostics());
}
