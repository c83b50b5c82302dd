/** Whether version `a` comes before (negative) or after (positive) `b`: by their numbers, from left to right. */
export function compareVersions(a: string, b: string): number {
  const numbers = (version: string): number[] => version.split('.').map(Number);
  const [left, right] = [numbers(a), numbers(b)];
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
