/** `manifest.json` of a facility: what it imports, and which of its files fit a kernel. */
import type { KernelProfile } from '../../kernel/profile.ts';

export interface Manifest {
  readonly purpose: string;
  /** Structs that a module gets without the members that it does not read. */
  readonly sparse: readonly string[];
  readonly files: readonly ManifestFile[];
  readonly uses: readonly KernelUse[];
}

export interface ManifestFile {
  readonly file: string;
  readonly when?: Condition;
}

/** A kernel identifier that costs an import, or a header. One that costs several has several of these. */
export interface KernelUse {
  readonly name: string;
  /** Folder of the manifest. */
  readonly facility: string;
  /** Spellings of the symbol: the first that the kernel exports is what a module imports. */
  readonly imports: readonly string[];
  /** A kernel that exports none of them is fine: its headers do without. */
  readonly optional: boolean;
  /** Where the kernel's header spells it with this import: where the fact does not hold, it costs none. */
  readonly when?: Condition;
  readonly header?: string;
  readonly context: 'process' | 'atomic' | 'nmi';
  readonly for: string;
  /** It calls no function of the kernel and cannot fault: nothing that a script could probe. */
  readonly quiet: boolean;
  /** It looks at what may be gone a moment later: a hit that uses it cannot wait. */
  readonly moment: boolean;
}

export type Condition =
  | { readonly exports: string }
  | { readonly config: string }
  | { readonly member: string }
  | { readonly type: string }
  | { readonly function: string; readonly params?: number }
  | { readonly arch: string }
  /** Set by `-D`. */
  | { readonly define: string }
  | { readonly all: readonly Condition[] }
  | { readonly any: readonly Condition[] }
  | { readonly not: Condition };

/** Reads the manifest of a facility; throws an Error that names it where it is not one. */
export function parseManifest(text: string, facility: string): Manifest {
  const origin = `runtime/${facility}/manifest.json`;
  const fail = (what: string): never => {
    throw new Error(`${origin}: ${what}`);
  };
  const root: unknown = JSON.parse(text);
  if (!isObject(root)) return fail('not an object');
  const files = listOf(root.files, (entry) => {
    if (!isObject(entry) || typeof entry.file !== 'string') return fail('a file without a name');
    if (entry.when === undefined) return { file: entry.file };
    return { file: entry.file, when: parseCondition(entry.when, fail) };
  });
  const uses = listOf(root.uses, (entry): KernelUse => {
    if (!isObject(entry) || typeof entry.name !== 'string') return fail('a use without a name');
    const { context } = entry;
    if (context !== 'process' && context !== 'atomic' && context !== 'nmi') {
      return fail(`${entry.name} has no context`);
    }
    const imports = listOf(entry.imports, String);
    return {
      name: entry.name,
      facility,
      imports,
      optional: imports.length === 0 || entry.optional === true,
      quiet: typeof entry.quiet === 'boolean' ? entry.quiet : imports.length === 0,
      context,
      moment: entry.moment === true,
      for: String(entry.for ?? ''),
      ...(typeof entry.header === 'string' ? { header: entry.header } : {}),
      ...(entry.when === undefined ? {} : { when: parseCondition(entry.when, fail) }),
    };
  });
  return { purpose: String(root.purpose ?? ''), sparse: listOf(root.sparse, String), files, uses };
}

type Fields = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function listOf<T>(value: unknown, read: (entry: unknown) => T): T[] {
  return Array.isArray(value) ? value.map((entry: unknown) => read(entry)) : [];
}

/** Reads a condition; calls `fail` with the reason where it is none. */
export function parseCondition(value: unknown, fail: (what: string) => never): Condition {
  if (!isObject(value)) return fail('a condition is an object');
  if (typeof value.exports === 'string') return { exports: value.exports };
  if (typeof value.config === 'string') return { config: value.config };
  if (typeof value.member === 'string') return { member: value.member };
  if (typeof value.type === 'string') return { type: value.type };
  if (typeof value.arch === 'string') return { arch: value.arch };
  if (typeof value.define === 'string') return { define: value.define };
  if (typeof value.function === 'string') {
    return {
      function: value.function,
      ...(typeof value.params === 'number' ? { params: value.params } : {}),
    };
  }
  const parts = (list: unknown) => listOf(list, (entry) => parseCondition(entry, fail));
  if (value.all !== undefined) return { all: parts(value.all) };
  if (value.any !== undefined) return { any: parts(value.any) };
  if (value.not !== undefined) return { not: parseCondition(value.not, fail) };
  return fail(`unknown condition ${JSON.stringify(value)}`);
}

export function holds(condition: Condition, profile: KernelProfile, defines: ReadonlySet<string>): boolean {
  if ('exports' in condition) return profile.has({ kind: 'exports', symbol: condition.exports });
  if ('config' in condition) return profile.has({ kind: 'config', option: condition.config });
  if ('type' in condition) return profile.has({ kind: 'type', name: condition.type });
  if ('define' in condition) return defines.has(condition.define);
  if ('arch' in condition) return profile.arch === condition.arch;
  if ('all' in condition) return condition.all.every((c) => holds(c, profile, defines));
  if ('any' in condition) return condition.any.some((c) => holds(c, profile, defines));
  if ('not' in condition) return !holds(condition.not, profile, defines);
  if ('member' in condition) {
    const dot = condition.member.indexOf('.');
    const [type, member] = [condition.member.slice(0, dot), condition.member.slice(dot + 1)];
    return profile.has({ kind: 'member', type, member });
  }
  const { params } = condition;
  return profile.has({
    kind: 'function',
    name: condition.function,
    ...(params === undefined ? {} : { parameters: params }),
  });
}

/** The symbol that a use costs on a kernel; undefined where it costs none, or cannot be had. */
export function importOf(use: KernelUse, profile: KernelProfile): string | undefined {
  return isSpelledSo(use, profile) ? use.imports.find((symbol) => profile.exports(symbol)) : undefined;
}

function isSpelledSo({ when }: KernelUse, profile: KernelProfile): boolean {
  return when === undefined || holds(when, profile, new Set());
}

/** Whether the kernel lacks what a use stands for. */
export function isLacking(use: KernelUse, profile: KernelProfile): boolean {
  return !use.optional && isSpelledSo(use, profile) && importOf(use, profile) === undefined;
}

/** In parentheses where it has parts of its own. */
function partText(condition: Condition): string {
  const text = conditionText(condition);
  return 'all' in condition || 'any' in condition ? `(${text})` : text;
}

/** A condition in words: "exports hrtimer_setup", "not: has the member hlist_array in struct fprobe". */
export function conditionText(condition: Condition): string {
  if ('exports' in condition) return `exports ${condition.exports}`;
  if ('config' in condition) return `is configured with ${condition.config}`;
  if ('type' in condition) return `has the type ${condition.type}`;
  if ('define' in condition) return `-D ${condition.define} is given`;
  if ('arch' in condition) return `is of the architecture ${condition.arch}`;
  if ('all' in condition) return condition.all.map(partText).join(', and ');
  if ('any' in condition) return condition.any.map(partText).join(', or ');
  if ('not' in condition) return `not: ${partText(condition.not)}`;
  if ('member' in condition) return `has the member ${condition.member}`;
  const { params } = condition;
  return `has the function ${condition.function}${params === undefined ? '' : ` with ${params} parameters`}`;
}
