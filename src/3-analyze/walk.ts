/** Typed walks over statements and expressions. */

import type { Access, Expr, Statement } from '../1-parse/ast.ts';
import { STATEMENT_KINDS } from '../1-parse/walk.ts';

export type Node = Statement | Expr;

/** Calls `visit` on every node directly below `node`, in the order of evaluation. */
export function eachChild(node: Node, visit: (child: Node) => void): void {
  switch (node.kind) {
    case 'block':
      for (const s of node.statements) visit(s);
      return;
    case 'expr-statement':
      visit(node.expr);
      return;
    case 'if':
      visit(node.condition);
      visit(node.then);
      if (node.else) visit(node.else);
      return;
    case 'while':
      visit(node.condition);
      visit(node.body);
      return;
    case 'for':
      if (node.init) visit(node.init);
      if (node.condition) visit(node.condition);
      visit(node.body);
      if (node.step) visit(node.step);
      return;
    case 'foreach':
      for (const s of node.slice) if (s) visit(s);
      if (node.limit) visit(node.limit);
      visit(node.array);
      if (node.value) visit(node.value);
      for (const k of node.keys) visit(k);
      visit(node.body);
      return;
    case 'return':
      if (node.value) visit(node.value);
      return;
    case 'delete':
      visit(node.target);
      return;
    case 'try':
      visit(node.body);
      if (node.name) visit(node.name);
      visit(node.handler);
      return;
    case 'index':
      visit(node.base);
      for (const k of node.keys) if (k) visit(k);
      return;
    case 'call':
    case 'at-op':
      for (const a of node.args) visit(a);
      return;
    case 'unary':
      visit(node.operand);
      return;
    case 'binary':
      visit(node.left);
      visit(node.right);
      return;
    case 'ternary':
      visit(node.condition);
      visit(node.then);
      visit(node.else);
      return;
    case 'assign':
      visit(node.target);
      visit(node.value);
      return;
    case 'inc-dec':
      visit(node.target);
      return;
    case 'in':
      for (const k of node.keys) if (k) visit(k);
      visit(node.array);
      return;
    case 'regex-match':
      visit(node.subject);
      visit(node.pattern);
      return;
    case 'stat-op':
      visit(node.stat);
      for (const p of node.params) visit(p);
      return;
    case 'target':
    case 'at-var':
      eachIndex(node.path, visit);
      return;
    case 'cast':
    case 'autocast':
      visit(node.operand);
      eachIndex(node.path, visit);
      return;
    case 'embedded-c':
    case 'break':
    case 'continue':
    case 'next':
    case 'empty':
    case 'number':
    case 'string':
    case 'identifier':
    case 'embedded-c-expr':
      return;
  }
}

function eachIndex(path: readonly Access[], visit: (child: Node) => void): void {
  for (const access of path) if (access.kind === 'index') visit(access.index);
}

/** What has been decided not to run or not to be stored. */
export type Elided = Pick<ReadonlySet<object>, 'has'>;

/**
 * Calls `visit` on `node` and what is below it, parents first, leaving out what is elided; `visit` returns false
 * to leave out what is below.
 */
export function walkLive(node: Node, elided: Elided, visit: (node: Node) => boolean | undefined): void {
  if (elided.has(node) || visit(node) === false) return;
  eachChild(node, (child) => walkLive(child, elided, visit));
}

export function isStatement(node: Node): node is Statement {
  return STATEMENT_KINDS.has(node.kind);
}
