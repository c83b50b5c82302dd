/** One thing that a kernel profile can be asked, by which variants of the runtime are chosen. */
export type Fact =
  /** The kernel itself exports the symbol to modules. */
  | { readonly kind: 'exports'; readonly symbol: string }
  /** There is such a function; with `parameters`, with so many. */
  | { readonly kind: 'function'; readonly name: string; readonly parameters?: number }
  /** There is such a type: `struct hrtimer`, `u64`. */
  | { readonly kind: 'type'; readonly name: string }
  /** A struct, union or typedef of one has a member, or one of its anonymous members has. */
  | { readonly kind: 'member'; readonly type: string; readonly member: string }
  | { readonly kind: 'enumerator'; readonly name: string }
  | { readonly kind: 'tracepoint'; readonly name: string }
  /** A configuration option is set; with `value`, to that. */
  | { readonly kind: 'config'; readonly option: string; readonly value?: string }
  | { readonly kind: 'not'; readonly fact: Fact };

/** A fact in words, for diagnostics: "exports register_kprobe". */
export function factText(fact: Fact): string {
  switch (fact.kind) {
    case 'exports':
      return `exports ${fact.symbol}`;
    case 'function':
      return fact.parameters === undefined
        ? `has the function ${fact.name}`
        : `has the function ${fact.name} with ${fact.parameters} parameters`;
    case 'type':
      return `has the type ${fact.name}`;
    case 'member':
      return `has the member ${fact.member} in ${fact.type}`;
    case 'enumerator':
      return `has the enumerator ${fact.name}`;
    case 'tracepoint':
      return `has the tracepoint ${fact.name}`;
    case 'config':
      return fact.value === undefined
        ? `is configured with ${fact.option}`
        : `is configured with ${fact.option}=${fact.value}`;
    case 'not':
      return `not: ${factText(fact.fact)}`;
  }
}
