/** Ends an exhaustive switch: the compiler sees that no value is left to come here. */
export function unreachable(value: never): never {
  throw new Error(`unexpected ${JSON.stringify(value)}`);
}
