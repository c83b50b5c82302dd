/** Templates hold fields, each, if, unless and else, and nothing else: what they print is decided in the plan. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Handlebars from 'handlebars';
import { describe, expect, it } from 'vitest';
import { templateFiles } from '../../src/5-emit/precompile.ts';
import { packageRoot } from '../../src/assets.ts';

const root = packageRoot();
const templates = templateFiles();

const BLOCKS: ReadonlySet<string> = new Set(['each', 'if', 'unless']);

/** What a template has that it must not have. */
function violations(text: string): string[] {
  const found: string[] = [];
  visitProgram(Handlebars.parse(text), found);
  return found;
}

function visitProgram(program: hbs.AST.Program, found: string[]): void {
  for (const statement of program.body) visitStatement(statement, found);
}

function visitStatement(statement: hbs.AST.Statement, found: string[]): void {
  if (isKind<hbs.AST.ContentStatement>(statement, 'ContentStatement')) return;
  if (isKind<hbs.AST.MustacheStatement>(statement, 'MustacheStatement')) {
    if (statement.params.length > 0 || statement.hash !== undefined)
      found.push(`helper ${nameOf(statement.path)}`);
    if (!isKind<hbs.AST.PathExpression>(statement.path, 'PathExpression')) found.push('a literal as a field');
    return;
  }
  if (isKind<hbs.AST.BlockStatement>(statement, 'BlockStatement')) {
    const name = nameOf(statement.path);
    if (!BLOCKS.has(name)) found.push(`block ${name}`);
    const [subject] = statement.params;
    if (statement.params.length !== 1 || subject === undefined || statement.hash !== undefined) {
      found.push(`${name} with other than one field`);
    } else if (!isKind<hbs.AST.PathExpression>(subject, 'PathExpression')) found.push(`${name} of no field`);
    visitProgram(statement.program, found);
    if (statement.inverse !== undefined) visitProgram(statement.inverse, found);
    return;
  }
  found.push(statement.type);
}

function isKind<T extends hbs.AST.Node>(node: hbs.AST.Node, type: T['type']): node is T {
  return node.type === type;
}

function nameOf(path: hbs.AST.Node): string {
  return isKind<hbs.AST.PathExpression>(path, 'PathExpression') ? path.original : path.type;
}

describe('templates', () => {
  it('are there', () => {
    expect(templates.length).toBeGreaterThan(4);
  });

  it.each(templates)('%s has only fields and plain blocks', (template) => {
    expect(violations(readFileSync(join(root, template), 'utf8'))).toEqual([]);
  });

  it.each([
    ['{{lookup a b}}', 'helper lookup'],
    ['{{#with a}}{{/with}}', 'block with'],
    ['{{#if (eq a b)}}{{/if}}', 'if of no field'],
    ['{{{a}}}{{> part}}', 'PartialStatement'],
    ['{{#each a as |x|}}{{helper x}}{{/each}}', 'helper helper'],
  ])('%s is refused', (text, why) => {
    expect(violations(text)).toContain(why);
  });
});
