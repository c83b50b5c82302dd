/** Finds every kernel value that a program reads or writes, and decides the `@` operators that ask about the kernel. */
import type { AtOp, Autocast, Expr, TargetVariable, TypeName } from '../../1-parse/ast.ts';
import type { Symbols } from '../../2-resolve/program.ts';
import type { Diagnostics } from '../../diagnostics/diagnostic.ts';
import { didYouMean } from '../../diagnostics/suggest.ts';
import { architectureOf } from '../../kernel/architectures.ts';
import type { CType } from '../../kernel/btf/ctype.ts';
import type { KernelProfile } from '../../kernel/profile.ts';
import type { ContextVariable, PointCounter } from '../../probes/family.ts';
import type { MemoryAccess } from '../checked.ts';
import { nameOf, probeWrites } from '../probewrite.ts';
import { rootsOf, type Unit } from '../units.ts';
import { type Elided, eachChild, type Node } from '../walk.ts';
import { isTarget, type Outcome, type Problem, type TargetNode } from './outcome.ts';
import type { ResolvedTarget, TargetResolver } from './resolver.ts';

export interface TargetInput {
  readonly resolver: TargetResolver;
  readonly profile: KernelProfile;
  readonly symbols: Symbols;
  readonly elided: Elided;
  /** What `@perf` can read. */
  readonly counters: ReadonlyMap<string, PointCounter>;
  /** Where `decide` has put `@defined`; `@const` and its kin are added. */
  readonly constants: Map<AtOp, bigint>;
  readonly diagnostics: Diagnostics;
  readonly guru: boolean;
}

export class Targets {
  readonly #input: TargetInput;
  readonly #found = new Map<Expr, ResolvedTarget>();
  readonly #autocasts: { readonly node: Autocast; readonly unit: Unit }[] = [];
  readonly #stored: TargetNode[] = [];
  /** What is assigned to: the types say whether by an operator for texts. */
  readonly #made = new Set<Node>();

  constructor(units: readonly Unit[], input: TargetInput) {
    this.#input = input;
    for (const unit of units) for (const root of rootsOf(unit)) this.#visit(root, unit, false);
    for (const node of this.#stored) this.#checkStore(node);
  }

  /** C type of a value of the kernel; undefined for texts and where it is not known. */
  typeOf(expr: Expr): CType | undefined {
    return this.#found.get(expr)?.type;
  }

  isText(expr: Expr): boolean {
    const known = this.#find(expr);
    if (known !== undefined) return known.type === undefined;
    return (
      isTarget(expr) && (expr.pretty !== undefined || (expr.kind === 'target' && expr.name.startsWith('$$')))
    );
  }

  /** Whether the program assigns to any. */
  get stores(): boolean {
    return this.#stored.length > 0;
  }

  accessOf(node: TargetNode): MemoryAccess | undefined {
    return this.#find(node)?.access;
  }

  #find(expr: Expr): ResolvedTarget | undefined {
    const known = this.#found.get(expr);
    if (known !== undefined || expr.kind !== 'target') return known;
    return this.#input.resolver.synthetic.get(expr);
  }

  /** Type of an entry value that only analysis has made. */
  syntheticType(node: TargetVariable): TypeName | undefined {
    const known = this.#input.resolver.synthetic.get(node);
    if (known === undefined) return undefined;
    return known.type === undefined ? 'string' : 'long';
  }

  /**
   * Follows pointers whose type came to light in inference, in rounds: one may tell what the next points to.
   * `learn` takes each type that is found.
   */
  resolveAutocasts(
    pointerOf: (expr: Expr) => CType | 'several' | undefined,
    learn: (expr: Expr, type: CType) => void,
  ): void {
    let open = this.#autocasts;
    for (let before = open.length + 1; open.length > 0 && open.length < before; ) {
      before = open.length;
      open = open.filter(({ node, unit }) => {
        const type = pointerOf(node.operand);
        if (type === undefined || type === 'several') return true;
        const outcome = this.#input.resolver.resolveAutocast(node, type, unit);
        if (this.#keep(node, outcome) && outcome.ok && outcome.value.type !== undefined)
          learn(node, outcome.value.type);
        return false;
      });
    }
    for (const node of this.#stored) {
      if (node.kind === 'autocast' && this.#input.guru) this.#checkStore(node);
    }
    for (const { node } of open) {
      const several = pointerOf(node.operand) === 'several';
      this.#report({
        code: 'unknown-pointer',
        span: node.span,
        message: several
          ? 'this value points to different things in different places'
          : 'nothing tells what this value points to',
        hints: ['say it: @cast(value, "struct name")->member'],
      });
    }
  }

  #visit(node: Node, unit: Unit, atEntry: boolean): void {
    if (this.#input.elided.has(node)) return;
    if (node.kind === 'autocast') this.#autocasts.push({ node, unit });
    else if (isTarget(node)) this.#target(node, unit, atEntry);
    else if (node.kind === 'at-op') {
      this.#atOp(node, unit, atEntry);
      return;
    } else if ((node.kind === 'assign' || node.kind === 'inc-dec') && isTarget(node.target)) {
      this.#stored.push(node.target);
      this.#made.add(node.target);
    } else if (atEntry && node.kind === 'identifier' && this.#input.symbols.get(node)?.kind === 'local') {
      this.#report({
        code: 'entry-local',
        span: node.span,
        message: `"${node.name}" has no value when the function is entered`,
        hints: ['@entry may use variables of the kernel, globals and functions'],
      });
    }
    eachChild(node, (child) => this.#visit(child, unit, atEntry));
  }

  #target(node: Exclude<TargetNode, Autocast>, unit: Unit, atEntry: boolean): void {
    const outcome = this.#input.resolver.resolve(node, unit, atEntry);
    this.#keep(node, outcome);
    if (!outcome.ok || this.#made.has(node) || ownOf(outcome.value.access) !== 'made') return;
    this.#report({
      code: 'write-only-target',
      span: node.span,
      message: `"${nameOf(node) ?? 'this'}" is what the handler makes: it can only be assigned, by = or .=`,
      hints: ['keep what is to be looked at in a variable of the script'],
    });
  }

  #keep(node: Expr, outcome: Outcome<ResolvedTarget>): boolean {
    if (outcome.ok) this.#found.set(node, outcome.value);
    else this.#report(outcome.problem);
    return outcome.ok;
  }

  #report({ code, span, message, hints }: Problem): void {
    this.#input.diagnostics.error(code, span, message, { hints });
  }

  #atOp(node: AtOp, unit: Unit, atEntry: boolean): void {
    switch (node.op) {
      case 'entry':
        this.#entry(node, unit, atEntry);
        return;
      case 'const':
      case 'enum':
        this.#constant(node);
        return;
      case 'perf':
        this.#counter(node);
        return;
      case 'kregister':
      case 'uregister':
        this.#register(node);
        return;
      case 'probewrite':
        this.#probeWrite(node, unit);
        return;
      case 'kderef':
      case 'uderef':
        this.#checkSize(node);
        break;
      case 'defined':
      case 'choose_defined':
        break;
    }
    for (const arg of node.args) this.#visit(arg, unit, atEntry);
  }

  #entry(node: AtOp, unit: Unit, atEntry: boolean): void {
    const [value] = node.args;
    if (value === undefined) return;
    if (atEntry) {
      this.#report({
        code: 'nested-entry',
        span: node.span,
        message: '@entry inside @entry',
        hints: ['one is enough'],
      });
    } else if (this.#input.resolver.around(unit).entry === undefined) {
      this.#report({
        code: 'entry-outside-return',
        span: node.span,
        message: '@entry has a meaning only in the handler of a .return probe',
        hints:
          unit.kind === 'function'
            ? ['use it in the probe and hand the value to the function']
            : ['here the expression alone has the value of the entry'],
      });
    } else this.#input.resolver.slots(unit).add(node);
    this.#visit(value, unit, true);
  }

  #constant(node: AtOp): void {
    const [name] = node.args;
    if (name?.kind !== 'string') {
      this.#report({
        code: 'unknown-constant',
        span: node.span,
        message: `@${node.op} takes the name of a constant as a literal string`,
        hints: [],
      });
      return;
    }
    const types = this.#input.profile.types();
    const known = types.enumValue(name.value)?.value ?? literal(name.value);
    if (known !== undefined) {
      this.#input.constants.set(node, BigInt.asIntN(64, known));
      return;
    }
    // What is left of @const is C: the compiler of the module knows it, as it knows embedded C.
    if (node.op === 'const') return;
    this.#report({
      code: 'unknown-constant',
      span: name.span,
      message: `the kernel's type information has no constant "${name.value}"`,
      hints: ['it knows enumerators; @const("NAME"), in guru mode, reaches macros, too'],
    });
  }

  #probeWrite(node: AtOp, unit: Unit): void {
    const written = probeWrites(node, unit);
    if (written === undefined) {
      this.#report({
        code: 'bad-probewrite',
        span: node.span,
        message: '@probewrite asks, in an alias, whether the handler behind it assigns a variable',
        hints: ['here there is no such handler'],
      });
      return;
    }
    this.#input.constants.set(node, written ? 1n : 0n);
  }

  #counter(node: AtOp): void {
    const [name] = node.args;
    const { counters } = this.#input;
    // What is no string has been told of.
    if (name?.kind !== 'string' || counters.has(name.value)) return;
    this.#report({
      code: 'unknown-counter',
      span: name.span,
      message: `no probe counts for @perf("${name.value}")`,
      hints: [
        ...didYouMean(name.value, counters.keys()),
        `a counter is a probe: probe perf.sw.page_faults.counter("${name.value}") { }`,
      ],
    });
  }

  #register(node: AtOp): void {
    const [number] = node.args;
    const { arch } = this.#input.profile;
    const last = architectureOf(arch).lastRegister;
    // What is no number has been told of.
    if (number?.kind !== 'number' || (number.value >= 0n && number.value <= last)) return;
    this.#report({
      code: 'bad-register',
      span: node.span,
      message: `@${node.op} takes the number of a register as debugging information has it, on ${arch} 0 to ${last}`,
      hints: [],
    });
  }

  #checkSize(node: AtOp): void {
    const [size] = node.args;
    if (node.args.length === 2 && size?.kind === 'number' && [1n, 2n, 4n, 8n].includes(size.value)) return;
    this.#report({
      code: 'bad-deref',
      span: node.span,
      message: `@${node.op} takes a size of 1, 2, 4 or 8, written as a number, and an address`,
      hints: [],
    });
  }

  #checkStore(node: TargetNode): void {
    const access = this.#found.get(node)?.access;
    const own = access === undefined ? undefined : ownOf(access);
    if (own === 'made') return;
    if (own === 'given') {
      this.#report({
        code: 'read-only-target',
        span: node.span,
        message: `"${nameOf(node) ?? 'this'}" is what the handler is given; it cannot be changed`,
        hints: ['copy it into a variable of the script'],
      });
      return;
    }
    if (!this.#input.guru) {
      this.#report({
        code: 'read-only-target',
        span: node.span,
        message: 'values of the kernel cannot be changed',
        hints: ['guru mode (-g) allows it, at your own risk'],
      });
      return;
    }
    if (access === undefined) return;
    const { base, load } = access;
    const inRegister = load === undefined && base.kind === 'variable' && base.variable.store !== undefined;
    if (inRegister || (load !== undefined && load.size !== 0 && !access.user)) return;
    this.#report({
      code: 'not-assignable',
      span: node.span,
      message: 'this value of the kernel has no place that can be assigned to',
      hints: whyNot(access),
    });
  }
}

/** Whose the value is, where it is the script's. */
function ownOf({ base, load }: MemoryAccess): ContextVariable['own'] {
  return load === undefined && base.kind === 'variable' ? base.variable.own : undefined;
}

function whyNot({ base, load, user }: MemoryAccess): string[] {
  if (load === undefined && base.kind === 'entry')
    return ['the call has been given it; a probe at the entry can change it'];
  if (load === undefined && base.kind === 'variable')
    return ['it is a copy: the probed code would not see the change'];
  return user ? ['memory of processes is not written to'] : [];
}

function literal(text: string): bigint | undefined {
  return /^(0[xX][0-9a-fA-F]+|\d+)$/.test(text) ? BigInt(text) : undefined;
}

/** Whether the handler that the user wrote assigns what an alias asks about. */
