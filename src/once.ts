/** What never changes, made when it is first asked for and then kept: bin/tapc starts from a snapshot that has it already. */
export function once<T>(make: () => T): () => T {
  const made: T[] = [];
  return () => {
    const value = made[0] ?? make();
    made[0] = value;
    return value;
  };
}
