/** The conditions of `%( … %?`: comparisons of what is known of the target with literals. */
import { decodeNumber, decodeString } from './literals.ts';
import { KIND, type Problem, type Token } from './tokens.ts';

/** What a condition can ask. */
export interface PreprocessorFacts {
  /** `kernel_vr`: the whole release, `6.1.0-9-amd64`. */
  readonly kernelRelease: string;
  /** `kernel_v`: the version alone, `6.1.0`. */
  readonly kernelVersion: string;
  /** `arch`, by the kernel's name of it: `x86_64`, `arm64`. */
  readonly arch: string;
  /** `systemtap_v`: the version of SystemTap to be compatible with. */
  readonly systemtapVersion: string;
  /** `systemtap_privilege`. */
  readonly privilege: 'stapdev' | 'stapsys' | 'stapusr';
  /** `guru_mode`. */
  readonly guru: boolean;
  /** `runtime`: `kernel`. */
  readonly runtime: string;
  /** The value of a `CONFIG_…` option, `y`, `m` or what it is set to; the empty string when it is not set. */
  config(name: string): string;
}

export interface ConditionProblem {
  /** Which token of the condition is at fault. */
  readonly at: number;
  readonly problem: Problem;
}

type Verdict = boolean | ConditionProblem;

/** `a && b || c`; && binds tighter. */
export function evaluateCondition(tokens: readonly Token[], facts: PreprocessorFacts): Verdict {
  let result = false;
  let conjunction = true;
  for (let i = 0; ; i += 4) {
    const verdict = evaluateComparison(tokens, i, facts);
    if (typeof verdict !== 'boolean') return verdict;
    conjunction &&= verdict;
    const connective = tokens[i + 3];
    if (connective === undefined) return result || conjunction;
    if (connective.text === '||') {
      result ||= conjunction;
      conjunction = true;
    } else if (connective.text !== '&&') {
      return wrong(i + 3, `expected ‘&&’, ‘||’ or ‘%?’, found ‘${connective.text}’`);
    }
  }
}

function wrong(at: number, message: string, hints: readonly string[] = []): ConditionProblem {
  return { at, problem: { code: 'bad-condition', message, hints } };
}

const SUBJECTS =
  'A condition compares kernel_v, kernel_vr, arch, runtime, systemtap_v, systemtap_privilege, guru_mode, ' +
  'CONFIG_…, a string or a number.';

function evaluateComparison(tokens: readonly Token[], at: number, facts: PreprocessorFacts): Verdict {
  const left = tokens[at];
  const operator = tokens[at + 1];
  const right = tokens[at + 2];
  if (left === undefined) return wrong(Math.max(0, at - 1), 'a comparison is missing here', [SUBJECTS]);
  if (operator === undefined || right === undefined)
    return wrong(at, 'this comparison is not complete', [SUBJECTS]);
  if (!isComparison(operator.text)) {
    return wrong(at + 1, `expected a comparison operator, found ‘${operator.text}’`, [SUBJECTS]);
  }
  if (left.kind === KIND.number) return compareNumbers(left, operator, right, at);
  if (left.kind === KIND.string) {
    if (right.kind !== KIND.string) return wrong(at + 2, 'a string can be compared with a string alone');
    return holds(operator.text, order(stringOf(left), stringOf(right)));
  }
  if (left.kind !== KIND.identifier) return wrong(at, `‘${left.text}’ cannot be compared`, [SUBJECTS]);
  if (/^CONFIG_/.test(left.text)) return compareConfig(left, operator, right, at, facts);
  return compareFact(left, operator, right, at, facts);
}

function compareNumbers(left: Token, operator: Token, right: Token, at: number): Verdict {
  if (right.kind !== KIND.number) return wrong(at + 2, 'a number can be compared with a number alone');
  const a = decodeNumber(left.text).value;
  const b = decodeNumber(right.text).value;
  return holds(operator.text, a < b ? -1 : a > b ? 1 : 0);
}

function compareConfig(
  left: Token,
  operator: Token,
  right: Token,
  at: number,
  facts: PreprocessorFacts,
): Verdict {
  const value = facts.config(left.text);
  if (right.kind === KIND.number) {
    if (!/^(?:0[xX][0-9a-fA-F]+|[0-9]+)$/.test(value)) return operator.text === '!=';
    return compareNumbers({ ...right, text: value }, operator, right, at);
  }
  if (right.kind === KIND.string) return matches(value, operator, right, at);
  if (right.kind === KIND.identifier && /^CONFIG_/.test(right.text)) {
    return holds(operator.text, order(value, facts.config(right.text)));
  }
  return wrong(at + 2, 'expected a string, a number or another CONFIG_… option');
}

function compareFact(
  left: Token,
  operator: Token,
  right: Token,
  at: number,
  facts: PreprocessorFacts,
): Verdict {
  if (left.text === 'guru_mode') {
    if (right.kind !== KIND.number) return wrong(at + 2, 'guru_mode is compared with 0 or 1');
    if (!isEquality(operator)) return wrong(at + 1, 'this can be compared with == and != alone');
    const mode = { ...right, text: facts.guru ? '1' : '0' };
    return compareNumbers(mode, operator, right, at);
  }
  const version = versionFact(left.text, facts);
  const value = version ?? nameFact(left.text, facts);
  if (value === undefined) return wrong(at, `nothing is known of ‘${left.text}’ here`, [SUBJECTS]);
  if (right.kind !== KIND.string) return wrong(at + 2, `${left.text} is compared with a string`);
  const pattern = /[*?[]/.test(right.text);
  if (version === undefined || pattern) return matches(value, operator, right, at);
  return holds(operator.text, compareVersions(value, stringOf(right)));
}

function versionFact(name: string, facts: PreprocessorFacts): string | undefined {
  if (name === 'kernel_v') return facts.kernelVersion;
  if (name === 'kernel_vr') return facts.kernelRelease;
  return name === 'systemtap_v' ? facts.systemtapVersion : undefined;
}

function nameFact(name: string, facts: PreprocessorFacts): string | undefined {
  if (name === 'arch') return facts.arch;
  if (name === 'runtime') return facts.runtime;
  return name === 'systemtap_privilege' ? facts.privilege : undefined;
}

function matches(value: string, operator: Token, right: Token, at: number): Verdict {
  if (!isEquality(operator)) return wrong(at + 1, 'this can be compared with == and != alone');
  return matchesGlob(value, stringOf(right)) === (operator.text === '==');
}

function isEquality({ text }: Token): boolean {
  return text === '==' || text === '!=';
}

function stringOf(token: Token): string {
  return decodeString(token.text).value;
}

function isComparison(operator: string): boolean {
  return /^(?:<|<=|==|!=|>|>=)$/.test(operator);
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function holds(operator: string, comparison: number): boolean {
  switch (operator) {
    case '<':
      return comparison < 0;
    case '<=':
      return comparison <= 0;
    case '==':
      return comparison === 0;
    case '!=':
      return comparison !== 0;
    case '>':
      return comparison > 0;
    default:
      return comparison >= 0;
  }
}

/**
 * The order of versions as glibc's strverscmp has it: runs of digits compare as numbers, and as fractions
 * where they begin with 0.
 */
export function compareVersions(a: string, b: string): number {
  let i = 0;
  while (i < a.length && a[i] === b[i]) i += 1;
  let runStart = i;
  while (runStart > 0 && /[0-9]/.test(a.charAt(runStart - 1))) runStart -= 1;
  const runA = /^[0-9]*/.exec(a.slice(runStart))?.[0] ?? '';
  const runB = /^[0-9]*/.exec(b.slice(runStart))?.[0] ?? '';
  if (runA !== runB && runA !== '' && runB !== '') {
    const zerosA = leadingZeros(runA);
    const zerosB = leadingZeros(runB);
    // With more zeros in front a run is the smaller; one of zeros alone comes after any that goes on.
    if (zerosA !== zerosB) return zerosB - zerosA;
    if (zerosA === runA.length) return 1;
    if (zerosB === runB.length) return -1;
    if (zerosA === 0) return runA.length - runB.length || order(runA, runB);
  }
  return order(a.slice(i), b.slice(i));
}

function leadingZeros(run: string): number {
  return /^0*/.exec(run)?.[0].length ?? 0;
}

/** Shell wildcards: `*`, `?` and `[…]`. */
export function matchesGlob(text: string, glob: string): boolean {
  const pattern = glob.replace(
    /\[(!|\^)?(\]?[^\]]*)\]|[\s\S]/g,
    (part: string, not?: string, set?: string) => {
      if (set !== undefined) return `[${not === undefined ? '' : '^'}${set.replace(/[\\\]^]/g, '\\$&')}]`;
      if (part === '*') return '[^]*';
      return part === '?' ? '[^]' : part.replace(/[\\^$.|+()[\]{}]/g, '\\$&');
    },
  );
  try {
    return new RegExp(`^${pattern}$`).test(text);
  } catch {
    // A range that runs backwards: as in the shell, the pattern stands for itself.
    return text === glob;
  }
}
