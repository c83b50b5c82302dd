/** The types that `@cast` names, and where it looks for them. */
import type { Span } from '../../1-parse/ast.ts';
import { didYouMean } from '../../diagnostics/suggest.ts';
import { type CType, strip } from '../../kernel/btf/ctype.ts';
import type { TypeTable } from '../../kernel/btf/table.ts';
import type { KernelProfile } from '../../kernel/profile.ts';
import { found, missing, type Outcome } from './outcome.ts';

export interface NamedType {
  readonly type: CType;
  readonly table: TypeTable;
}

/** A list such as `kernel`, `nfs:kernel`, `kernel<linux/fs.h>`; undefined stands for the kernel. */
export function tablesFor(
  modules: string | undefined,
  span: Span,
  profile: KernelProfile,
): Outcome<readonly TypeTable[]> {
  const tables: TypeTable[] = [];
  const names = modules === undefined || modules === '' ? ['kernel'] : modules.split(':');
  for (const name of names) {
    if (name === 'kernel' || name.startsWith('kernel<')) tables.push(profile.types());
    else if (name.startsWith('<') || name.includes('/')) {
      if (names.length === 1) {
        return missing('unsupported-user-type', span, `types of user programs (${name}) are not read`, [
          'types of the kernel and of its modules are: leave the last argument out, or name a module',
        ]);
      }
    } else {
      const table = profile.types(name);
      if (table !== undefined) tables.push(table);
    }
  }
  if (tables.length > 0) return found(tables);
  return missing(
    'unknown-module',
    span,
    `there is no type information about the module ${names.join(' or ')}`,
    [...didYouMean(names[0] ?? '', profile.modules()), 'leave the last argument out to look in the kernel'],
  );
}

/**
 * What a value cast to the type is: `task_struct`, `struct task_struct` and `struct task_struct *` all make it a
 * pointer to the struct.
 */
export function castType(
  name: string,
  modules: string | undefined,
  span: Span,
  profile: KernelProfile,
): Outcome<NamedType> {
  const tables = tablesFor(modules, span, profile);
  if (!tables.ok) return tables;
  for (const table of tables.value) {
    const type = typeNamed(name, table);
    if (type === undefined) continue;
    const pointer = strip(type).kind === 'pointer' ? type : table.pointerTo(table.complete(type));
    return found({ type: pointer, table });
  }
  const bare = name.replace(/^(struct|union|enum)\s+/, '').replace(/[\s*]+$/, '');
  const known = tables.value.flatMap((t) => [...t.structNames(), ...t.typedefNames()]);
  return missing('unknown-type', span, `there is no type "${name}"`, didYouMean(bare, known));
}

function typeNamed(name: string, table: TypeTable): CType | undefined {
  return (
    table.parse(name) ??
    table.parse(`struct ${name}`) ??
    table.parse(`union ${name}`) ??
    table.parse(`enum ${name}`)
  );
}
