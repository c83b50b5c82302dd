/** C declarations of a tracepoint's parameters, without the kernel's own headers. */
import { type CType, type Parameter, sizeOf, strip, unqualified } from '../../kernel/types.ts';
import { numberOf } from '../values.ts';

/** One parameter of a tracepoint, as a callback declares it. */
export interface DeclaredParameter {
  /** Its name in the kernel. */
  readonly name: string;
  readonly type: CType;
  /** `struct task_struct *a_next` */
  readonly declaration: string;
  /** `a_next` */
  readonly c: string;
  /** What must be declared before: `struct task_struct`. */
  readonly forward?: string;
  /** Bytes of a struct passed by value, 0 for everything else. */
  readonly bytes: number;
}

/** Declares parameters so that they are passed as the tracepoint's own types are. */
export function declareParameters(params: readonly Parameter[]): readonly DeclaredParameter[] {
  return params.map(({ name: given, type }, i) => {
    const name = given === '' ? `arg${i + 1}` : given;
    const c = `a_${name}`;
    const { base, forward, bytes = 0 } = spell(type);
    const declaration = base.endsWith('*') ? `${base}${c}` : `${base} ${c}`;
    return { name, type, c, declaration, bytes, ...(forward === undefined ? {} : { forward }) };
  });
}

/** Value of a parameter as a number; a struct passed by value by its address. */
export function parameterValue({ type, c, bytes }: DeclaredParameter): string | undefined {
  if (bytes > 0) return `(long)&${c}`;
  const plain = strip(type);
  if (plain.kind === 'pointer') return `(long)${c}`;
  return numberOf(type, c) === undefined ? undefined : c;
}

interface Spelled {
  readonly base: string;
  readonly forward?: string;
  readonly bytes?: number;
}

function spell(type: CType): Spelled {
  const plain = strip(type);
  switch (plain.kind) {
    case 'int':
      return { base: plain.bool ? 'bool' : plain.name };
    case 'enum':
      return { base: `${plain.signed ? 's' : 'u'}${plain.size * 8}` };
    case 'pointer':
      return spellPointer(plain.target);
    case 'array':
      return spellPointer(plain.element);
    case 'struct':
    case 'union':
      return spellRecord(sizeOf(plain));
    case 'float':
      return { base: plain.name };
    case 'void':
    case 'forward':
    case 'function':
      return { base: 'void *' };
  }
}

function spellPointer(target: CType): Spelled {
  const constant = isConstant(target) ? 'const ' : '';
  const plain = unqualified(target);
  if ((plain.kind === 'struct' || plain.kind === 'union') && plain.name !== '') {
    const forward = `${plain.kind} ${plain.name}`;
    return { base: `${constant}${forward} *`, forward };
  }
  if (plain.kind === 'forward') {
    const forward = `${plain.of} ${plain.name}`;
    return { base: `${constant}${forward} *`, forward };
  }
  if (plain.kind === 'int') return { base: `${constant}${plain.bool ? 'bool' : plain.name} *` };
  return { base: `${constant}void *` };
}

function isConstant(type: CType): boolean {
  if (type.kind === 'const') return true;
  return type.kind === 'volatile' || type.kind === 'restrict' || type.kind === 'tag'
    ? isConstant(type.target)
    : false;
}

/** A struct by value: words of the same size are passed in the same places. */
function spellRecord(bytes: number): Spelled {
  if (bytes === 1 || bytes === 2 || bytes === 4) return { base: `u${bytes * 8}`, bytes };
  return bytes <= 8 ? { base: 'u64', bytes } : { base: `struct tapc_words_${Math.ceil(bytes / 8)}`, bytes };
}
