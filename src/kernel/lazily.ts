/** Computes a value on first use, and keeps it. */
export function lazily<T>(compute: () => T): () => T {
  let value: { readonly kept: T } | undefined;
  return () => {
    value ??= { kept: compute() };
    return value.kept;
  };
}
