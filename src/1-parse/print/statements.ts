/** Statements as text. Every simple one ends in a semicolon, so that it cannot run on into the next. */
import { unreachable } from '../../unreachable.ts';
import type { Block, ForeachStatement, Identifier, IfStatement, Statement } from '../ast.ts';
import { printExpr, printKeys } from './expressions.ts';

const STEP = '  ';

export function printBlock(block: Block, indent = ''): string {
  if (block.statements.length === 0) return `{\n${indent}}`;
  const inner = indent + STEP;
  const lines = block.statements.map((statement) => `${inner}${printStatement(statement, inner)}\n`);
  return `{\n${lines.join('')}${indent}}`;
}

function printStatement(statement: Statement, indent: string): string {
  switch (statement.kind) {
    case 'block':
      return printBlock(statement, indent);
    case 'expr-statement': {
      const text = printExpr(statement.expr);
      // Embedded C at the beginning would be a statement of its own.
      return text.startsWith('%{') ? `(${text});` : `${text};`;
    }
    case 'if':
      return printIf(statement, indent);
    case 'while':
      return `while (${printExpr(statement.condition)})${printBody(statement.body, indent)}`;
    case 'for': {
      const [init, condition, step] = [statement.init, statement.condition, statement.step].map((part) =>
        part === undefined ? '' : printExpr(part),
      );
      return `for (${init}; ${condition}; ${step})${printBody(statement.body, indent)}`;
    }
    case 'foreach':
      return `${printForeachHead(statement)}${printBody(statement.body, indent)}`;
    case 'return':
      return statement.value === undefined ? 'return;' : `return ${printExpr(statement.value)};`;
    case 'delete':
      return `delete ${printExpr(statement.target)};`;
    case 'try': {
      const name = statement.name === undefined ? '' : ` (${statement.name.name})`;
      return `try ${printBlock(statement.body, indent)} catch${name} ${printBlock(statement.handler, indent)}`;
    }
    case 'embedded-c':
      return `%{${statement.code}%}`;
    case 'next':
    case 'break':
    case 'continue':
      return `${statement.kind};`;
    case 'empty':
      return ';';
    default:
      return unreachable(statement);
  }
}

/** The statement that another one governs: a block on the same line, anything else on the next. */
function printBody(body: Statement, indent: string): string {
  if (body.kind === 'block') return ` ${printBlock(body, indent)}`;
  const inner = indent + STEP;
  return `\n${inner}${printStatement(body, inner)}`;
}

function printIf(statement: IfStatement, indent: string): string {
  const head = `if (${printExpr(statement.condition)})`;
  if (statement.else === undefined) return `${head}${printBody(statement.then, indent)}`;
  // An inner `if` without `else` would take the outer one's.
  const body: Statement = endsInOpenIf(statement.then)
    ? { kind: 'block', span: statement.then.span, statements: [statement.then] }
    : statement.then;
  const otherwise =
    statement.else.kind === 'if'
      ? ` ${printStatement(statement.else, indent)}`
      : printBody(statement.else, indent);
  const between = body.kind === 'block' ? ' ' : `\n${indent}`;
  return `${head}${printBody(body, indent)}${between}else${otherwise}`;
}

function endsInOpenIf(statement: Statement): boolean {
  switch (statement.kind) {
    case 'if':
      return statement.else === undefined || endsInOpenIf(statement.else);
    case 'while':
    case 'for':
    case 'foreach':
      return endsInOpenIf(statement.body);
    default:
      return false;
  }
}

function printForeachHead(statement: ForeachStatement): string {
  const { sort } = statement;
  const mark = sort === undefined ? '' : sort.direction === 'ascending' ? '+' : '-';
  const keys = statement.keys.map((key: Identifier, i) => key.name + (sort?.column === i + 1 ? mark : ''));
  const value = statement.value === undefined ? '' : `${statement.value.name} = `;
  const slice = statement.slice.length === 0 ? '' : printKeys(statement.slice);
  const by = sort?.by === undefined ? '' : ` @${sort.by} `;
  const order = sort?.column === 0 ? `${by}${mark}` : '';
  const limit = statement.limit === undefined ? '' : ` limit ${printExpr(statement.limit)}`;
  return `foreach (${value}[${keys.join(', ')}] in ${printExpr(statement.array)}${slice}${order}${limit})`;
}
