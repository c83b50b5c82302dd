/** What a file of the script may be called, and which cannot be beside each other. */
import type { Span } from '../../1-parse/ast.ts';
import type { Diagnostics } from '../../diagnostics/diagnostic.ts';
import type { PlacedPoints } from '../family.ts';

/** The kernel's limit for one name. */
const LONGEST_NAME = 255;

/** Why `path` cannot be one of a file below the module's folder; undefined where it can. */
export function pathProblem(path: string): string | undefined {
  if (path === '__stdin') return 'that is where the text of input probes came in';
  if (path.startsWith('/')) return 'it is below the folder of the module and does not start with a slash';
  if (path === '' || path.endsWith('/')) return 'it does not end in the name of a file';
  for (const name of path.split('/')) {
    if (name === '') return 'a name in it is empty';
    if (name === '.' || name === '..') return 'it goes straight down, without . and ..';
    if (Buffer.byteLength(name) > LONGEST_NAME) return `a name has at most ${LONGEST_NAME} bytes`;
  }
  return undefined;
}

/** The folders that `paths` are in, each behind those it is in. */
export function foldersOf(paths: readonly string[]): readonly string[] {
  const folders = new Set<string>();
  for (const path of paths) {
    const names = path.split('/');
    for (let depth = 1; depth < names.length; depth++) folders.add(names.slice(0, depth).join('/'));
  }
  return [...folders];
}

/** A file has one text, and is no folder. */
export function reportClashes(probes: readonly PlacedPoints[], diagnostics: Diagnostics): void {
  const places = probes.flatMap(({ points, span }) =>
    points.map(({ data }) => ({ path: String(data.path), reads: data.direction === 'read', span })),
  );
  const folders = new Set(foldersOf(places.map(({ path }) => path)));
  const readers = new Map<string, Span>();
  for (const { path, reads, span } of places) {
    if (folders.has(path)) {
      diagnostics.error('procfs-path', span, `"${path}" is a file here and a folder in another probe`);
    }
    if (!reads) continue;
    const other = readers.get(path);
    if (other === undefined) readers.set(path, span);
    else {
      diagnostics.error('procfs-twice', span, `two probes make the text of the file "${path}"`, {
        notes: [{ span: other, message: 'this is the other' }],
      });
    }
  }
}
