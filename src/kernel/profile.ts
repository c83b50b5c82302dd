import type { Parameter } from './btf/ctype.ts';
import type { TypeTable } from './btf/table.ts';
import type { Identity } from './container.ts';
import type { Fact } from './facts.ts';

/** A symbol that modules can link to. */
export interface ExportedSymbol {
  readonly name: string;
  /** Only for modules under a licence compatible with the GPL. */
  readonly gpl: boolean;
  /** The namespace that a module has to import first; empty for none. */
  readonly namespace: string;
}

export interface Tracepoint {
  readonly name: string;
  /** The subsystem ("sched"), where the kernel's headers told. */
  readonly system?: string;
  /** What a probe function gets, without its private data. */
  readonly params: readonly Parameter[];
}

/** All that tapc knows about one kernel. Parts are read when they are first asked for. */
export interface KernelProfile extends Identity {
  /** The line that the release belongs to: "6.12". */
  readonly line: string;
  /** The value of a configuration option, with or without its CONFIG_; undefined where it is not set. */
  config(option: string): string | undefined;
  /** All options that are set, without their CONFIG_. */
  options(): Iterable<readonly [option: string, value: string]>;
  /** Whether the kernel itself exports the symbol (exports of its modules do not count). */
  exports(symbol: string): boolean;
  exportedSymbols(): Iterable<ExportedSymbol>;
  /** The kernel's types and functions. */
  types(): TypeTable;
  /** A module's, together with the kernel's; undefined where the profile has none of that module. */
  types(module: string): TypeTable | undefined;
  /** The modules whose types the profile has. */
  modules(): readonly string[];
  /** Names of functions that match the pattern (see glob.ts), sorted; a module's own where one is named. */
  functions(pattern: string, module?: string): readonly string[];
  /** Tracepoints whose name, or `system:name`, matches the pattern, sorted by name. */
  tracepoints(pattern: string, module?: string): readonly Tracepoint[];
  has(fact: Fact): boolean;
}
