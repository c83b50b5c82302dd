/** Functions of the script to C functions. */
import type { AtOp, Span, Statement, TypeName } from '../1-parse/ast.ts';
import { walk } from '../1-parse/walk.ts';
import type { ProgramFunction } from '../2-resolve/program.ts';
import type { CheckedFunction } from '../3-analyze/checked.ts';
import { Body, OUT } from './body.ts';
import { call, HIT, name, not, num, run, text, toLabel, unlikely } from './build.ts';
import { functionName, leadArguments } from './calls.ts';
import { isTree } from './effects.ts';
import { embeddedBody } from './embedded.ts';
import { withGlobals } from './embedded-globals.ts';
import { lower } from './expression.ts';
import { framePart } from './frame.ts';
import type { Exit, PlanFunction, PlanVariable, Step, Value } from './plan.ts';
import type { ModuleScope, Scope } from './scope.ts';
import { givenName, localName } from './spelling.ts';
import { failExhausted, lowerBlock } from './statement.ts';
import { finish } from './tidy.ts';
import { walkSteps } from './tree.ts';
import { emptyString } from './variables.ts';

/** `next` of an overload goes to `successor`, with the arguments that this one was given. */
export function lowerFunction(
  module: ModuleScope,
  fn: ProgramFunction,
  checked: CheckedFunction,
  successor: ProgramFunction | undefined,
): PlanFunction {
  const { item } = fn;
  const body = new Body(`tapc_frame_${fn.id}`);
  const where = module.places.where(item.span);
  // What goes wrong in the tapset is told of the place in the script that called it.
  const whereOf = (span: Span): Value => (fn.trusted ? WHERE : text(module.places.where(span)));
  const params = item.params.map((p, i) => parameter(item.body, p.name, checked.params[i] ?? 'long'));
  const scope = functionScope(module, fn, checked, body, params, successor, whereOf);
  for (const p of params) if (p.copied) copyParameter(body, p);
  // The buffer is the caller's; what stood in it must not come back.
  const fallsThrough = item.body.kind === 'block' && !returns(item.body);
  if (checked.returns === 'string' && fallsThrough) body.emit(emptyString(name('result')));
  if (item.body.kind === 'block') lowerBlock(scope, item.body);
  else {
    const place = fn.trusted ? WHERE.name : JSON.stringify(where);
    const next =
      successor === undefined ? undefined : nextCall(module, successor, params, scope.returns, place);
    lowerEmbedded(scope, item.body.code, place, next);
  }
  body.check();
  const returnsLong = checked.returns === 'long';
  const failed: Exit = returnsLong ? { kind: 'return', value: num(0) } : { kind: 'return' };
  const nest = checked.recursive
    ? [unlikely(not(call('tapc_nest', HIT, whereOf(item.span))), [leave(failed)])]
    : [];
  const unnest = checked.recursive ? [run(call('tapc_unnest', HIT))] : [];
  const refused = [
    run(call('tapc_fail', HIT, whereOf(item.span), text('out of working memory'))),
    ...unnest,
    leave(failed),
  ];
  const frame = framePart(
    body,
    refused,
    new Set(params.filter((p) => p.copied).map((p) => localName(p.name))),
  );
  const prologue = [...nest, ...frame.enter];
  const cleanup = [...frame.leave, ...unnest];
  const steps = [...body.steps];
  // Embedded C whose last statement returns needs no other return behind it.
  const ends = item.body.kind !== 'block' && embeddedBody(item.body.code, checked.returns, '').returns;
  const done = finish(steps, [...frame.variables, ...body.variables], {
    prologue,
    cleanup,
    returns: returnsLong && !(ends && cleanup.length === 0),
  });
  const place: PlanVariable[] = module.identifiers.of(done.steps).includes(WHERE.name)
    ? [{ type: 'const char *', name: WHERE.name, suffix: '' }]
    : [];
  const result: PlanVariable[] =
    checked.returns === 'string' ? [{ type: 'char *', name: 'result', suffix: '' }] : [];
  return {
    name: functionName(fn),
    comment: [`function ${item.name}(${item.params.map((p) => p.name).join(', ')}) -- ${where}`],
    where,
    returns: returnsLong ? 's64 ' : 'void ',
    params: [
      ...(usesHit(done.steps, module) || checked.recursive
        ? [{ type: 'struct tapc_hit *', name: 'hit', suffix: '' }]
        : []),
      ...(fn.trusted ? place : []),
      ...result,
      ...params.map((p) => p.variable),
    ],
    declare: false,
    variables: done.variables,
    steps: done.steps,
    ...(frame.frame === undefined ? {} : { frame: frame.frame }),
  };
}

/** The parameter that a function of the tapset has where something in it may fail. */
const WHERE = { kind: 'name', name: 'where' } as const;

/** Whether anything in a body is done for, or told of, the hit. */
function usesHit(steps: readonly Step[], module: ModuleScope): boolean {
  let implied = false;
  walkSteps(steps, (step) => {
    implied ||= step.kind === 'check' || step.kind === 'print';
  });
  return implied || module.identifiers.of(steps).includes('hit');
}

/** Whether a function has the hit as its first parameter. */
export function takesHit(fn: PlanFunction): boolean {
  return fn.params[0]?.name === 'hit';
}

/** Whether a function of the tapset has that parameter. */
export function takesWhere(fn: PlanFunction): boolean {
  return fn.params.some((p) => p.name === WHERE.name);
}

function leave(to: Exit): Step {
  return { kind: 'leave', to };
}

/** Whether a statement returns a value on every way through it. */
function returns(statement: Statement): boolean {
  switch (statement.kind) {
    case 'return':
      return statement.value !== undefined;
    case 'block':
      return statement.statements.some(returns);
    case 'if':
      return statement.else !== undefined && returns(statement.then) && returns(statement.else);
    case 'try':
      return returns(statement.body) && returns(statement.handler);
    default:
      return false;
  }
}

interface FunctionParameter {
  readonly name: string;
  readonly type: TypeName;
  /** It is assigned: the body works on a copy. */
  readonly copied: boolean;
  readonly variable: PlanVariable;
}

function parameter(body: object, paramName: string, type: TypeName): FunctionParameter {
  const isString = type === 'string';
  const copied = isAssigned(body, paramName) && (isString || usesNext(body));
  return {
    name: paramName,
    type,
    copied,
    variable: {
      type: isString ? 'const char *' : 's64 ',
      name: copied ? givenName(paramName) : localName(paramName),
      suffix: '',
    },
  };
}

function copyParameter(body: Body, { name: paramName, type }: FunctionParameter): void {
  if (type === 'string') {
    const buffer = body.field({ type: 'char ', name: localName(paramName), suffix: '[TAPC_STRLEN]' });
    body.emit(run(call('tapc_copy', HIT, buffer, name(givenName(paramName)))));
  } else
    body.variable({ type: 's64 ', name: localName(paramName), suffix: '', init: name(givenName(paramName)) });
}

function isAssigned(body: object, variable: string): boolean {
  let found = false;
  const isIt = (node: object | undefined): boolean =>
    node !== undefined &&
    'kind' in node &&
    node.kind === 'identifier' &&
    'name' in node &&
    node.name === variable;
  walk(body, (n) => {
    if (isTree(n, 'assign') || isTree(n, 'inc-dec') || isTree(n, 'delete')) found ||= isIt(n.target);
    else if (isTree(n, 'foreach')) found ||= isIt(n.value) || n.keys.some(isIt);
    else if (isTree(n, 'try')) found ||= isIt(n.name);
    return !found;
  });
  return found;
}

function usesNext(body: object): boolean {
  let found = false;
  walk(body, (n) => {
    found ||= n.kind === 'next';
    return !found;
  });
  return found;
}

function functionScope(
  module: ModuleScope,
  fn: ProgramFunction,
  checked: CheckedFunction,
  body: Body,
  params: readonly FunctionParameter[],
  successor: ProgramFunction | undefined,
  whereOf: (span: Span) => Value,
): Scope {
  const locals = new Map(checked.locals);
  for (const p of params) locals.set(p.name, p.type);
  const noEntry = (_: number | AtOp): never => {
    throw new Error('functions have no entry values');
  };
  return {
    module,
    body,
    owner: { kind: 'function', fn },
    locals,
    params: new Set(params.filter((p) => !p.copied).map((p) => p.name)),
    returns: checked.returns,
    collected: module.usage.collectedBy([fn.item.body]),
    lower,
    whereOf,
    next: (scope: Scope, span: Span) => {
      if (successor === undefined) failExhausted(scope, span);
      else callSuccessor(scope, successor, params, span);
    },
    entryValue: noEntry,
    entryValueOf: noEntry,
  };
}

function callSuccessor(
  scope: Scope,
  successor: ProgramFunction,
  params: readonly FunctionParameter[],
  span: Span,
): void {
  const args = params.map((p) => name(p.variable.name));
  const lead = leadArguments(scope.module, successor, scope.whereOf(span));
  if (scope.returns === 'long') {
    const value = call(functionName(successor), ...lead, ...args);
    scope.body.emit({ kind: 'leave', to: { kind: 'return', value } });
    return;
  }
  const result = scope.returns === 'string' ? [name('result')] : [];
  scope.body.emit(run(call(functionName(successor), ...lead, ...result, ...args)));
  scope.body.emit({ kind: 'leave', to: toLabel(OUT) });
}

/** What `STAP_NEXT` calls, in C. `where` is C, too. */
function nextCall(
  module: ModuleScope,
  successor: ProgramFunction,
  params: readonly FunctionParameter[],
  returns: TypeName | undefined,
  where: string,
): string {
  const place: Value = { kind: 'c', text: where };
  const lead = leadArguments(module, successor, place).map((v) => (v.kind === 'c' ? v.text : nameOf(v)));
  const result = returns === 'string' ? ['result'] : [];
  const args = params.map((p) => p.variable.name);
  return `${functionName(successor)}(${[...lead, ...result, ...args].join(', ')})`;
}

function nameOf(value: Value): string {
  if (value.kind !== 'name') throw new Error('an argument that every function has is a name');
  return value.name;
}

/** Kernels that are compiled as C90 have declarations before statements, or in a block of their own. */
const DECLARES =
  /^\s*(?:(?:static|const|volatile|struct|union|enum|unsigned|signed|long|short) |[a-z_]\w*_t |[a-z]\w* +\*?\w+\s*[=;,[])/;

function lowerEmbedded(scope: Scope, code: string, where: string, next: string | undefined): void {
  const { module, owner } = scope;
  const file = owner.kind === 'function' ? owner.fn.item.span.file : '';
  const embedded = embeddedBody(withGlobals(code, module.globals, file, where), scope.returns, where, next);
  if (embedded.usesMessage) {
    scope.body.field({ type: 'char ', name: 'message', suffix: '[TAPC_STRLEN]' });
  }
  if (scope.returns === 'string') scope.body.emit(emptyString(name('result')));
  const prologue = scope.returns === 'string' || embedded.usesMessage;
  if (embedded.text !== '') {
    const block = prologue && DECLARES.test(embedded.text);
    const inner = embedded.text
      .split('\n')
      .map((line) => (line === '' || line.startsWith('#') ? line : `\t${line}`))
      .join('\n');
    scope.body.emit({ kind: 'c', text: block ? `{\n${inner}\n}` : embedded.text });
  }
  if (embedded.setsResult) {
    const result = scope.body.variable({ type: 's64 ', name: 'result', suffix: '', init: num(0) });
    scope.body.emit({ kind: 'leave', to: { kind: 'return', value: result } });
  }
}
