/** What every identifier and call stands for, and which functions and globals are reached. */
import type {
  Block,
  Call,
  EmbeddedC,
  EmbeddedCExpr,
  Expr,
  FunctionItem,
  GlobalVariable,
  Identifier,
  NumberLiteral,
  Script,
  StringLiteral,
} from '../1-parse/ast.ts';
import { children, isNode, walk } from '../1-parse/walk.ts';
import type { Diagnostics } from '../diagnostics/diagnostic.ts';
import { didYouMean } from '../diagnostics/suggest.ts';
import type { TapsetLibrary } from './library.ts';
import type { ProgramFunction, ProgramGlobal, Resolved } from './program.ts';

/** The functions that the language itself has. */
const PRINT_FUNCTIONS: ReadonlySet<string> = new Set([
  'print',
  'println',
  'printd',
  'printdln',
  'printf',
  'sprint',
  'sprintln',
  'sprintd',
  'sprintdln',
  'sprintf',
]);

/** Identifiers that exist only as arrays: `base[…]`, `k in base`, `foreach (… in base)`. */
type NameUse = 'array' | 'value';

/** What one script defines. */
interface Definitions {
  readonly globals: ReadonlyMap<string, GlobalVariable>;
  readonly functions: ReadonlyMap<string, readonly FunctionItem[]>;
}

export class NameResolver {
  readonly symbols = new Map<object, Resolved>();
  readonly functions: ProgramFunction[] = [];
  readonly globals: ProgramGlobal[] = [];
  /** Files in the order in which a name of theirs was first used; their probes and C blocks come along. */
  readonly usedScripts = new Set<Script>();
  readonly #userScript: Script;
  readonly #library: TapsetLibrary;
  readonly #diagnostics: Diagnostics;
  readonly #overrides: ReadonlyMap<string, NumberLiteral | StringLiteral>;
  readonly #functionIds = new Map<FunctionItem, ProgramFunction>();
  readonly #globalIds = new Map<GlobalVariable, ProgramGlobal>();
  readonly #takenIds = new Set<string>();
  readonly #definitionsOf = new Map<Script, Definitions>();
  readonly #queue: { item: FunctionItem; script: Script }[] = [];

  constructor(
    userScript: Script,
    library: TapsetLibrary,
    overrides: ReadonlyMap<string, NumberLiteral | StringLiteral>,
    diagnostics: Diagnostics,
  ) {
    this.#userScript = userScript;
    this.#library = library;
    this.#overrides = overrides;
    this.#diagnostics = diagnostics;
    this.usedScripts.add(userScript);
  }

  /** Resolves a handler piece and, in turn, the bodies of all functions it leads to. */
  resolve(root: Block | Expr, script: Script): void {
    this.#visit(root, script, new Set());
    for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) {
      this.#resolveFunction(next.item, next.script);
    }
  }

  /** True once something has called it. */
  isReached(item: FunctionItem): boolean {
    return this.#functionIds.has(item);
  }

  isUsed(variable: GlobalVariable): boolean {
    return this.#globalIds.has(variable);
  }

  /** Checks the names in a function that nothing calls, so that its mistakes show, too. */
  checkUnreached(item: FunctionItem, script: Script): void {
    this.#resolveFunction(item, script);
  }

  #resolveFunction(item: FunctionItem, script: Script): void {
    const params = new Set(item.params.map((p) => p.name));
    this.#visit(item.body, script, params);
  }

  #visit(node: object, script: Script, params: ReadonlySet<string>): void {
    if (isNode(node)) {
      if (isKind<Identifier>(node, 'identifier')) this.#identifier(node, 'value', script, params);
      else if (isKind<Call>(node, 'call')) this.#call(node, script);
      else if (isKind<EmbeddedC>(node, 'embedded-c')) this.#pragmas(node, script);
      else if (isKind<EmbeddedCExpr>(node, 'embedded-c-expr')) this.#pragmas(node, script);
      else {
        const array = arrayOperand(node);
        if (array !== undefined) this.#identifier(array, 'array', script, params);
      }
    }
    for (const child of children(node)) {
      if (!this.symbols.has(child)) this.#visit(child, script, params);
    }
  }

  #identifier(node: Identifier, use: NameUse, script: Script, params: ReadonlySet<string>): void {
    if (use === 'value' && params.has(node.name)) {
      this.symbols.set(node, { kind: 'local', name: node.name });
      return;
    }
    const global = this.#global(node.name, script);
    if (global !== undefined) this.symbols.set(node, { kind: 'global', global });
    else if (use === 'value') this.symbols.set(node, { kind: 'local', name: node.name });
    else this.#reportUnknownArray(node, script);
  }

  /** The globals that C says it reads and writes. */
  #pragmas(node: EmbeddedC | EmbeddedCExpr, script: Script): void {
    for (const name of pragmaGlobals(node.code)) {
      if (this.#global(name, script) !== undefined) continue;
      this.#diagnostics.error(
        'unknown-pragma-global',
        node.span,
        `this C names a global "${name}" that does not exist`,
        {
          hints: didYouMean(name, globalNames(script)),
        },
      );
    }
  }

  #reportUnknownArray(node: Identifier, script: Script): void {
    const known = globalNames(script);
    this.symbols.set(node, { kind: 'local', name: node.name });
    this.#diagnostics.error('unknown-array', node.span, `there is no global array "${node.name}"`, {
      hints: [
        ...didYouMean(node.name, known),
        `arrays are global: declare it with \`global ${node.name}\` outside of the probe`,
      ],
    });
  }

  #global(name: string, script: Script): ProgramGlobal | undefined {
    const own = this.#definedIn(script).globals.get(name);
    if (own !== undefined) return this.#useGlobal(own, script);
    const shared = this.#library.global(name);
    const variable = shared?.item.variables.find((v) => v.name === name);
    if (shared === undefined || variable === undefined) return this.#userGlobal(name, script);
    this.usedScripts.add(shared.script);
    return this.#useGlobal(variable, shared.script);
  }

  /** The script's globals are those of the user's tapset files, too; what ships with tapc has its own names. */
  #userGlobal(name: string, script: Script): ProgramGlobal | undefined {
    if (!this.#library.isForeign(script)) return undefined;
    for (const item of this.#userScript.items) {
      const variable =
        item.kind === 'global' && !item.private ? item.variables.find((v) => v.name === name) : undefined;
      if (variable !== undefined) return this.#useGlobal(variable, this.#userScript);
    }
    return undefined;
  }

  #useGlobal(variable: GlobalVariable, script: Script): ProgramGlobal {
    const known = this.#globalIds.get(variable);
    if (known !== undefined) return known;
    const init = this.#isSettable(variable, script) ? this.#overrides.get(variable.name) : undefined;
    const global = {
      id: this.#freshId('global', variable.name),
      variable: init === undefined ? variable : { ...variable, init },
    };
    this.#globalIds.set(variable, global);
    this.globals.push(global);
    return global;
  }

  /** What is private to a file of the tapset is nobody else's. */
  #isSettable(variable: GlobalVariable, script: Script): boolean {
    if (script === this.#userScript) return true;
    return script.items.some(
      (item) => item.kind === 'global' && !item.private && item.variables.includes(variable),
    );
  }

  #call(node: Call, script: Script): void {
    if (PRINT_FUNCTIONS.has(node.name)) {
      this.symbols.set(node, { kind: 'builtin', name: node.name });
      return;
    }
    const definitions = this.#definitions(node.name, script);
    if (definitions.length === 0) {
      this.#reportUnknownFunction(node, script);
      return;
    }
    const fitting = definitions.filter(({ item }) => item.params.length === node.args.length);
    if (fitting.length === 0) {
      this.#reportArity(
        node,
        definitions.map((d) => d.item),
      );
      return;
    }
    const priority = ({ item, script: home }: (typeof fitting)[number]): bigint =>
      item.priority ?? (home === this.#userScript ? 0n : 1n);
    const refusal = fitting.map(({ item }) => refusalOf(item)).find((reason) => reason !== undefined);
    if (refusal !== undefined) {
      this.#diagnostics.error('function-refused', node.span, `${node.name}() is not available: ${refusal}`);
    }
    fitting.sort((a, b) => Number(priority(a) - priority(b)));
    const overloads = fitting.map(({ item, script: home }) => this.#useFunction(item, home));
    this.symbols.set(node, { kind: 'function', overloads });
  }

  #definitions(name: string, script: Script): { script: Script; item: FunctionItem }[] {
    const local = (home: Script) =>
      (this.#definedIn(home).functions.get(name) ?? []).map((item) => ({ script: home, item }));
    const own = local(script);
    if (own.some(({ item }) => item.private)) return own;
    const shared = [
      ...own,
      ...(script === this.#userScript ? [] : local(this.#userScript).filter(({ item }) => !item.private)),
    ];
    // What the tapset has comes behind, for a `next` to pass on to.
    if (shared.length > 0 && !shared.every(({ item }) => mayPassOn(item))) return shared;
    const library = this.#library.functions(name).filter(({ item }) => !item.private);
    return [...shared, ...library.filter(({ item }) => !shared.some((known) => known.item === item))];
  }

  /** The globals and functions of a script by name, gathered when it is first asked. */
  #definedIn(script: Script): Definitions {
    const known = this.#definitionsOf.get(script);
    if (known !== undefined) return known;
    const made = { globals: new Map<string, GlobalVariable>(), functions: new Map<string, FunctionItem[]>() };
    this.#definitionsOf.set(script, made);
    for (const item of script.items) {
      if (item.kind === 'global') {
        for (const v of item.variables) if (!made.globals.has(v.name)) made.globals.set(v.name, v);
      } else if (item.kind === 'function') {
        const others = made.functions.get(item.name);
        if (others === undefined) made.functions.set(item.name, [item]);
        else others.push(item);
      }
    }
    return made;
  }

  #useFunction(item: FunctionItem, script: Script): ProgramFunction {
    const known = this.#functionIds.get(item);
    if (known !== undefined) return known;
    const id = this.#freshId('function', item.name);
    const made = { id, item, trusted: script !== this.#userScript };
    this.#functionIds.set(item, made);
    this.functions.push(made);
    this.usedScripts.add(script);
    this.#queue.push({ item, script });
    return made;
  }

  /** A C identifier of its own, which a name with a dollar in it is not. */
  #freshId(space: string, name: string): string {
    const word = name.replaceAll('$', '_');
    for (let n = 1; ; n++) {
      const id = n === 1 ? word : `${word}_${n}`;
      if (this.#takenIds.has(`${space} ${id}`)) continue;
      this.#takenIds.add(`${space} ${id}`);
      return id;
    }
  }

  #reportUnknownFunction(node: Call, script: Script): void {
    const own = script.items.flatMap((item) => (item.kind === 'function' ? [item.name] : []));
    const names = [...own, ...PRINT_FUNCTIONS, ...this.#library.names('functions')];
    this.#diagnostics.error('unknown-function', node.span, `there is no function "${node.name}"`, {
      hints: didYouMean(node.name, names),
    });
  }

  #reportArity(node: Call, definitions: readonly FunctionItem[]): void {
    const counts = [...new Set(definitions.map((d) => d.params.length))].sort((a, b) => a - b);
    const wanted = `${counts.join(' or ')} argument${counts.length === 1 && counts[0] === 1 ? '' : 's'}`;
    this.#diagnostics.error(
      'wrong-argument-count',
      node.span,
      `${node.name}() takes ${wanted}, here it is given ${node.args.length}`,
      {
        notes: definitions.map((d) => ({
          message: `${d.name}(${d.params.map((p) => p.name).join(', ')}) is defined here`,
          span: d.span,
        })),
      },
    );
  }
}

function isKind<T extends { readonly kind: string }>(
  node: { readonly kind: string },
  kind: T['kind'],
): node is T {
  return node.kind === kind;
}

/** The identifier that a node uses as an array. */
function arrayOperand(node: object): Identifier | undefined {
  const operand =
    'kind' in node && node.kind === 'index' && 'base' in node
      ? node.base
      : 'kind' in node && (node.kind === 'in' || node.kind === 'foreach') && 'array' in node
        ? node.array
        : undefined;
  return isNode(operand) && isKind<Identifier>(operand, 'identifier') ? operand : undefined;
}

/** Whether a function may hand over to the next of its name. */
function mayPassOn({ body }: FunctionItem): boolean {
  if (body.kind === 'embedded-c') return /\bSTAP_NEXT\b/.test(body.code);
  let found = false;
  walk(body, (node) => {
    found ||= node.kind === 'next';
    return !found;
  });
  return found;
}

function globalNames(script: Script): string[] {
  return script.items.flatMap((item) => (item.kind === 'global' ? item.variables.map((v) => v.name) : []));
}

/** Globals that embedded C names in its access pragmas. */
function pragmaGlobals(code: string): string[] {
  return [...code.matchAll(/\/\*\s*pragma:(?:read|write):(\w+)\s*\*\//g)].map((m) => m[1] ?? '');
}

/** Why a function of the tapset cannot be called, where its C is no more than a comment that says so. */
function refusalOf({ body }: FunctionItem): string | undefined {
  return body.kind === 'embedded-c'
    ? /^\s*\/\*\s*refused:\s*([\s\S]*?)\s*\*\/\s*$/.exec(body.code)?.[1]
    : undefined;
}
