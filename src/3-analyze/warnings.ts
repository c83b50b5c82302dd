/** What is no error, but hardly meant: variables that nothing ever sets. */
import type { Identifier } from '../1-parse/ast.ts';
import type { Program, ProgramGlobal, Symbols } from '../2-resolve/program.ts';
import type { Diagnostics } from '../diagnostics/diagnostic.ts';
import { didYouMean } from '../diagnostics/suggest.ts';
import type { AccessTable } from './accesses.ts';
import { ownBlock, rootsOf, type Unit } from './units.ts';
import { storedBy } from './unused.ts';
import { type Elided, type Node, walkLive } from './walk.ts';

export function warnNeverAssigned(
  program: Program,
  units: readonly Unit[],
  accesses: AccessTable,
  symbols: Symbols,
  elided: Elided,
  diagnostics: Diagnostics,
): void {
  warnGlobals(program, units, accesses, diagnostics);
  for (const unit of units) {
    if (unit.kind === 'function' && unit.fn.trusted) continue;
    warnLocals(unit, symbols, elided, diagnostics);
  }
}

function warnGlobals(
  program: Program,
  units: readonly Unit[],
  accesses: AccessTable,
  diagnostics: Diagnostics,
): void {
  const written = new Set<ProgramGlobal>();
  const read = new Set<ProgramGlobal>();
  for (const unit of units) {
    for (const uses of [accesses.of(unit), accesses.atEntry(unit)]) {
      for (const [global, access] of uses) {
        if (access.write || access.accumulate) written.add(global);
        if (access.read) read.add(global);
      }
    }
  }
  const [userFile] = program.sources.keys();
  for (const global of read) {
    const { name, init, span } = global.variable;
    if (written.has(global) || init !== undefined || span.file !== userFile) continue;
    diagnostics.warning('never-assigned', span, `nothing ever sets the global "${name}"`, {
      hints: didYouMean(
        name,
        program.globals.map((g) => g.variable.name).filter((n) => n !== name),
      ),
    });
  }
}

function warnLocals(unit: Unit, symbols: Symbols, elided: Elided, diagnostics: Diagnostics): void {
  const stored = new Set<string>(unit.kind === 'function' ? unit.fn.item.params.map((p) => p.name) : []);
  const firstRead = new Map<string, Identifier>();
  const own = unit.kind === 'probe' ? ownBlock(unit.probe) : undefined;
  const localName = (node: Identifier): string | undefined => {
    const resolved = symbols.get(node);
    return resolved?.kind === 'local' ? resolved.name : undefined;
  };
  const visit = (node: Node, mine: boolean): boolean => {
    for (const target of [...storedBy(node), ...updatedBy(node)]) {
      const name = localName(target);
      if (name !== undefined) stored.add(name);
    }
    if (mine && node.kind === 'identifier') {
      const name = localName(node);
      if (name !== undefined && !firstRead.has(name)) firstRead.set(name, node);
    }
    return true;
  };
  for (const root of rootsOf(unit)) {
    const mine = unit.kind === 'function' || root === own;
    walkLive(root, elided, (node) => visit(node, mine));
  }
  for (const [name, node] of firstRead) {
    if (stored.has(name)) continue;
    diagnostics.warning('never-assigned', node.span, `nothing ever sets "${name}"; it is 0 or "" here`, {
      hints: didYouMean(name, stored),
    });
  }
}

/** Identifiers that a node reads and writes. */
function updatedBy(node: Node): readonly Identifier[] {
  if (node.kind !== 'assign' && node.kind !== 'inc-dec') return [];
  return node.target.kind === 'identifier' ? [node.target] : [];
}
