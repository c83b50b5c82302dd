/** Our trees in the notation of `stap -p1`, without white space, semicolons and what stands in strings. */
import type {
  Access,
  Expr,
  ForeachStatement,
  Item,
  ProbePoint,
  Statement,
} from '../../../src/1-parse/ast.ts';

export function normalize(text: string): string {
  return text
    .replace(/%\{[\s\S]*?%\}/g, '%{%}')
    .replace(/"(?:[^"\\]|\\.)*"/g, '""')
    .replace(/[\s;]+/g, '');
}

export function itemAsSystemTap(item: Item): readonly string[] {
  switch (item.kind) {
    case 'embedded-c-item':
      return ['%{%}'];
    case 'global':
      return item.variables.map((v) => {
        const init = v.init === undefined ? '' : `=${expr(v.init)}`;
        return normalize(
          `global ${v.name}${v.wrap ? '%' : ''}${v.size === undefined ? '' : `[${v.size}]`}${init}`,
        );
      });
    case 'probe':
      return [normalize(`probe ${item.points.map(point).join(',')}${statement(item.body)}`)];
    case 'alias': {
      const operator = item.mode === 'prologue' ? '=' : '+=';
      const points = item.points.map(point).join(',');
      return [
        normalize(`probe ${item.names.map(point).join(',')}${operator}${points}${statement(item.body)}`),
      ];
    }
    case 'function': {
      const body = item.body.kind === 'embedded-c' ? '%{%}' : statement(item.body);
      return [normalize(`function ${item.name}(${item.params.map((p) => p.name).join(',')})${body}`)];
    }
  }
}

function point(p: ProbePoint): string {
  const path = p.components
    .map((c) => (c.arg === undefined ? c.name : `${c.name}(${expr(c.arg)})`))
    .join('.');
  return `${path}${p.suffix ?? ''}${p.condition === undefined ? '' : ` if (${expr(p.condition)})`}`;
}

function statement(s: Statement): string {
  switch (s.kind) {
    case 'block':
      return `{${s.statements.map(statement).join('\n')}}`;
    case 'expr-statement':
      return expr(s.expr);
    case 'if':
      return `if(${expr(s.condition)})${statement(s.then)}${s.else === undefined ? '' : ` else ${statement(s.else)}`}`;
    case 'while':
      return `for(${expr(s.condition)})${statement(s.body)}`;
    case 'for': {
      const [init, step] = [s.init, s.step].map((e) => (e === undefined ? '' : expr(e)));
      return `for(${init} ${s.condition === undefined ? '1' : expr(s.condition)} ${step})${statement(s.body)}`;
    }
    case 'foreach':
      return foreachLoop(s);
    case 'return':
      return `return ${s.value === undefined ? '' : expr(s.value)}`;
    case 'delete':
      return `delete ${expr(s.target)}`;
    case 'try':
      return `try{${statement(s.body)}}catch${s.name === undefined ? '' : `(${s.name.name})`}{${statement(s.handler)}}`;
    case 'embedded-c':
      return '%{%}';
    case 'break':
    case 'continue':
    case 'next':
      return s.kind;
    case 'empty':
      return '';
  }
}

function foreachLoop(s: ForeachStatement): string {
  const mark = s.sort?.direction === 'ascending' ? '+' : '-';
  const names = s.keys.map((k, i) => `${k.name}${s.sort?.column === i + 1 ? mark : ''}`).join(',');
  const value = s.value === undefined ? '' : `${s.value.name}=`;
  const slice = s.slice.length === 0 ? '' : keys(s.slice);
  const order = s.sort?.column === 0 ? `${s.sort.by === undefined ? '' : `@${s.sort.by}`}${mark}` : '';
  const limit = s.limit === undefined ? '' : ` limit ${expr(s.limit)}`;
  return `foreach(${value}[${names}] in ${expr(s.array)}${slice}${order}${limit})${statement(s.body)}`;
}

function keys(list: readonly (Expr | undefined)[]): string {
  return `[${list.map((k) => (k === undefined ? '*' : expr(k))).join(',')}]`;
}

function path(base: string, e: { path: readonly Access[]; addressOf: boolean; pretty?: string }): string {
  const steps = e.path.map((a) => (a.kind === 'member' ? `->${a.name}` : `[${expr(a.index)}]`)).join('');
  return `${e.addressOf ? '&' : ''}${base}${steps}${e.pretty === undefined ? '' : `->${e.pretty}`}`;
}

function args(list: readonly Expr[]): string {
  return list.map(expr).join(',');
}

function expr(e: Expr): string {
  switch (e.kind) {
    case 'number':
      return String(e.value);
    case 'string':
      return '""';
    case 'identifier':
      return e.name;
    case 'index':
      return `${expr(e.base)}${keys(e.keys)}`;
    case 'call':
      return `${e.name}(${args(e.args)})`;
    case 'unary':
      return `${e.op}(${expr(e.operand)})`;
    case 'binary':
      return `(${expr(e.left)})${e.op}(${expr(e.right)})`;
    case 'ternary':
      return `(${expr(e.condition)})?(${expr(e.then)}):(${expr(e.else)})`;
    case 'assign':
      return `(${expr(e.target)})${e.op}(${expr(e.value)})`;
    case 'inc-dec':
      return e.prefix ? `${e.op}(${expr(e.target)})` : `(${expr(e.target)})${e.op}`;
    case 'in':
      return `${keys(e.keys)}in ${expr(e.array)}`;
    case 'regex-match':
      return `(${expr(e.subject)})${e.negated ? '!~' : '=~'}""`;
    case 'stat-op':
      return `@${e.op}(${args([e.stat, ...e.params])})`;
    case 'target':
      return path(e.name, e);
    case 'cast':
      return path(`@cast(${expr(e.operand)},""${e.module === undefined ? '' : ',""'})`, e);
    case 'at-var':
      return path(`@var(""${e.module === undefined ? '' : ',""'})`, e);
    case 'autocast':
      return path(`(${expr(e.operand)})`, e);
    case 'at-op':
      return e.op === 'const' ? '%{%}' : `@${e.op}(${args(e.args)})`;
    case 'embedded-c-expr':
      return '%{%}';
  }
}
