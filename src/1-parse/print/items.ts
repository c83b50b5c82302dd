/** Top-level items as text. */
import { unreachable } from '../../unreachable.ts';
import type {
  AliasItem,
  FunctionItem,
  GlobalVariable,
  Item,
  PointComponent,
  ProbePoint,
  TypeName,
} from '../ast.ts';
import { printExpr } from './expressions.ts';
import { printBlock } from './statements.ts';

export function printItem(item: Item): string {
  switch (item.kind) {
    case 'probe':
      return `${printDoc(item.doc)}probe ${printPoints(item.points)} ${printBlock(item.body)}`;
    case 'alias':
      return printAlias(item);
    case 'function':
      return printFunction(item);
    case 'global': {
      const scope = item.private ? 'private global' : 'global';
      return `${scope} ${item.variables.map(printGlobal).join(', ')}`;
    }
    case 'embedded-c-item':
      return `%{${item.code}%}`;
    default:
      return unreachable(item);
  }
}

function printDoc(doc: string | undefined): string {
  if (doc === undefined) return '';
  return doc
    .split('\n')
    .map((line) => (line === '' ? '//\n' : `// ${line}\n`))
    .join('');
}

function printPoints(points: readonly ProbePoint[]): string {
  return points.map(printPoint).join(', ');
}

function printPoint(point: ProbePoint): string {
  const path = point.components.map(printComponent).join('.');
  const condition = point.condition === undefined ? '' : ` if (${printExpr(point.condition)})`;
  return `${path}${point.suffix ?? ''}${condition}`;
}

function printComponent(component: PointComponent): string {
  return component.arg === undefined ? component.name : `${component.name}(${printExpr(component.arg)})`;
}

function printAlias(item: AliasItem): string {
  const operator = item.mode === 'prologue' ? '=' : '+=';
  const names = item.names.map((name) => printPoints([name])).join(` ${operator} `);
  const epilogue = item.epilogue === undefined ? '' : `, ${printBlock(item.epilogue)}`;
  const head = `${printDoc(item.doc)}probe ${names} ${operator} ${printPoints(item.points)}`;
  return `${head} ${printBlock(item.body)}${epilogue}`;
}

function printFunction(item: FunctionItem): string {
  const scope = item.private ? 'private ' : '';
  const params = item.params.map((param) => `${param.name}${printType(param.type)}`).join(', ');
  const priority = item.priority === undefined ? '' : `:${item.priority}`;
  const body = item.body.kind === 'block' ? printBlock(item.body) : `%{${item.body.code}%}`;
  const head = `${printDoc(item.doc)}${scope}function ${item.name}${printType(item.type)}(${params})${priority}`;
  return `${head} ${body}`;
}

function printType(type: TypeName | undefined): string {
  return type === undefined ? '' : `:${type}`;
}

function printGlobal(variable: GlobalVariable): string {
  const size = variable.size === undefined ? '' : `[${variable.size}]`;
  const init = variable.init === undefined ? '' : ` = ${printExpr(variable.init)}`;
  return `${variable.name}${printType(variable.type)}${variable.wrap ? '%' : ''}${size}${init}`;
}
