import { readBtfSections, wordsOf } from './btf/format.ts';
import { openTypeTable } from './btf/open.ts';
import { openRecords, type Records } from './btf/records.ts';
import type { TypeTable } from './btf/table.ts';
import { validateRecords } from './btf/validate.ts';
import type { Container } from './container.ts';
import { ProfileError } from './error.ts';
import type { Fact } from './facts.ts';
import { compileGlob } from './glob.ts';
import { lazily } from './lazily.ts';
import { type NamedLines, readLines } from './lines.ts';
import type { KernelProfile } from './profile.ts';
import { findTracepoints } from './tracepoints.ts';

/** The sections of a profile, by what they hold; a module's types are under `types:<module>`. */
export const sectionNames = {
  config: 'config',
  exports: 'exports',
  events: 'events',
  types: 'types',
  strings: 'strings',
  /** Only in unpacked profiles: the tables of `openRecords`. */
  offsets: 'offsets',
  names: 'names',
  functions: 'functions',
} as const;

/** Where the types of modules are that the profile's file does not have. */
export interface ModuleSource {
  names(): readonly string[];
  btf(name: string): Buffer;
}

export interface OpenOptions {
  /** Gives the same profile unpacked; called when types are first asked for. */
  readonly unpack?: () => Container;
  readonly modules?: ModuleSource;
}

/** A profile over what a file holds. Nothing is unpacked before it is asked for. */
export function openProfile(container: Container, options: OpenOptions = {}): KernelProfile {
  const { identity } = container;
  const lines = (section: string): (() => NamedLines) =>
    lazily(() => readLines(container.section(section) ?? Buffer.alloc(0)));
  const configuration = lines(sectionNames.config);
  const exported = lines(sectionNames.exports);
  const events = lines(sectionNames.events);

  const unpacked = lazily(options.unpack ?? (() => container));
  const kernelRecords = lazily((): Records => {
    const found = readRecords(unpacked(), '');
    if (found !== undefined) return found;
    throw new ProfileError('profile-damaged', 'damaged profile: it has no types', 'Import the kernel again.');
  });
  const kernelTypes = lazily(() => openTypeTable(kernelRecords()));
  const moduleTypes = new Map<string, TypeTable | undefined>();

  function types(): TypeTable;
  function types(module: string): TypeTable | undefined;
  function types(module?: string): TypeTable | undefined {
    if (module === undefined) return kernelTypes();
    // The kernel names a module with underscores, whatever its file is called.
    const name = module.replaceAll('-', '_');
    if (!moduleTypes.has(name)) {
      const found = moduleRecords(name);
      moduleTypes.set(name, found && openTypeTable(found, kernelTypes()));
    }
    return moduleTypes.get(name);
  }
  const moduleRecords = (name: string): Records | undefined => {
    if (!modules().includes(name)) return undefined;
    const kept = readRecords(unpacked(), `:${name}`, kernelRecords());
    if (kept !== undefined || options.modules === undefined) return kept;
    const found = openRecords(readBtfSections(options.modules.btf(name)), kernelRecords());
    validateRecords(found);
    return found;
  };
  const modules = lazily(() => {
    const prefix = `${sectionNames.types}:`;
    const kept = container.sections.filter((name) => name.startsWith(prefix));
    const names = [...kept.map((name) => name.slice(prefix.length)), ...(options.modules?.names() ?? [])];
    return [...new Set(names)].sort();
  });
  const table = (module: string | undefined): TypeTable | undefined =>
    module === undefined ? kernelTypes() : types(module);

  const config = (option: string): string | undefined =>
    configuration().find(option.replace(/^CONFIG_/, ''))?.[0];
  const exports = (symbol: string): boolean => exported().find(symbol) !== undefined;

  const has = (fact: Fact): boolean => {
    switch (fact.kind) {
      case 'exports':
        return exports(fact.symbol);
      case 'function': {
        const found = kernelTypes().func(fact.name);
        return (
          found !== undefined && (fact.parameters === undefined || found.params.length === fact.parameters)
        );
      }
      case 'type':
        return kernelTypes().parse(fact.name) !== undefined;
      case 'member': {
        const type = kernelTypes().parse(fact.type);
        return type !== undefined && kernelTypes().member(type, fact.member) !== undefined;
      }
      case 'enumerator':
        return kernelTypes().enumValue(fact.name) !== undefined;
      case 'tracepoint':
        return findTracepoints(kernelTypes(), events(), fact.name).length > 0;
      case 'config': {
        const value = config(fact.option);
        return value !== undefined && (fact.value === undefined || fact.value === value);
      }
      case 'not':
        return !has(fact.fact);
    }
  };

  return {
    ...identity,
    line: lineOf(identity.release),
    config,
    *options() {
      for (const [name, value] of configuration().entries()) yield [name, value ?? ''];
    },
    exports,
    *exportedSymbols() {
      for (const [name, gpl, namespace] of exported().entries()) {
        yield { name, gpl: gpl === 'G', namespace: namespace ?? '' };
      }
    },
    types,
    modules,
    functions(pattern, module) {
      const found = table(module);
      return found === undefined ? [] : found.functions(compileGlob(pattern));
    },
    tracepoints(pattern, module) {
      const found = table(module);
      return found === undefined ? [] : findTracepoints(found, events(), pattern);
    },
    has,
  };
}

/** The types of the kernel, or of the module in the suffix; undefined where the profile has none. */
export function readRecords(container: Container, suffix: string, base?: Records): Records | undefined {
  const types = container.section(`${sectionNames.types}${suffix}`);
  const strings = container.section(`${sectionNames.strings}${suffix}`);
  const offsets = container.section(`${sectionNames.offsets}${suffix}`);
  const names = container.section(`${sectionNames.names}${suffix}`);
  const functions = container.section(`${sectionNames.functions}${suffix}`);
  const kept = offsets &&
    names &&
    functions && { offsets: wordsOf(offsets), names: wordsOf(names), functions: wordsOf(functions) };
  return types && strings && openRecords({ types, strings }, base, kept);
}

/** The line of a release: "6.12" of "6.12.117+deb12-amd64". */
export function lineOf(release: string): string {
  return /^\d+\.\d+/.exec(release)?.[0] ?? release;
}
