/** "Did you mean": the names nearest to one that was not found. */

/** Edits (insert, delete, replace, swap of neighbours) from `a` to `b`; `limit + 1` as soon as more are needed. */
export function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    let best = i;
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min(
        (previous[j] ?? 0) + 1,
        (row[j - 1] ?? 0) + 1,
        (previous[j - 1] ?? 0) + (same ? 0 : 1),
      );
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, (beforePrevious[j - 2] ?? 0) + 1);
      }
      row.push(cost);
      best = Math.min(best, cost);
    }
    if (best > limit) return limit + 1;
    beforePrevious = previous;
    previous = row;
  }
  return previous[b.length] ?? limit + 1;
}

/** At most `count` of `candidates` that are near to `name`, nearest first; empty where none is. */
export function nearest(name: string, candidates: Iterable<string>, count = 3): string[] {
  const limit = Math.max(1, Math.floor(name.length / 3));
  const found: { candidate: string; distance: number }[] = [];
  const wanted = name.toLowerCase();
  for (const candidate of new Set(candidates)) {
    const distance = editDistance(wanted, candidate.toLowerCase(), limit);
    if (distance <= limit) found.push({ candidate, distance });
  }
  found.sort((a, b) => a.distance - b.distance || (a.candidate < b.candidate ? -1 : 1));
  return found.slice(0, count).map((f) => f.candidate);
}

/** The hint itself: `did you mean "a" or "b"?`; empty where nothing is near. */
export function didYouMean(name: string, candidates: Iterable<string>, count = 3): string[] {
  const names = nearest(name, candidates, count).map((n) => `"${n}"`);
  if (names.length === 0) return [];
  const last = names.pop();
  return [names.length === 0 ? `did you mean ${last}?` : `did you mean ${names.join(', ')} or ${last}?`];
}
