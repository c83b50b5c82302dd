/** What the module needs for its files: one row each, with who makes its text and who takes what is written. */
import type { BoundPoint, FamilyHandler, FamilyPlan } from '../family.ts';
import { foldersOf } from './paths.ts';

interface Row {
  readonly path: string;
  readonly umask: number;
  readonly size: number | null;
  readonly handler: FamilyHandler;
}

interface File {
  readonly path: string;
  readonly readers: Row[];
  readonly writers: Row[];
}

export function planFiles(handlers: readonly FamilyHandler[]): FamilyPlan {
  const files = new Map<string, File>();
  for (const handler of handlers) {
    for (const point of handler.points) addRow(files, rowOf(point, handler), isReader(point));
  }
  const folders = foldersOf([...files.keys()]);
  const hasReaders = handlers.some((h) => h.points.some(isReader));
  const hasWriters = handlers.some((h) => !h.points.every(isReader));
  return {
    template: 'procfs.c.hbs',
    view: {
      files: [...files.values()].map(fileView),
      folders: folders.map((folder) => JSON.stringify(folder)),
      hasFolders: folders.length > 0,
    },
    declarations: hasReaders ? ['struct tapc_value;'] : [],
    uses: [
      'tapc_procfs_create',
      'proc_remove',
      'TAPC_ACTIONS_INTERRUPTIBLE',
      ...(hasReaders
        ? ['tapc_procfs_open', 'tapc_procfs_made', 'seq_read', 'seq_release', 'TAPC_PROCFS_BYTES']
        : []),
      ...(hasWriters ? ['tapc_procfs_take', 'vfree'] : []),
    ],
    attach: 'tapc_procfs_attach',
    detach: 'tapc_procfs_detach',
  };
}

function isReader(point: BoundPoint): boolean {
  return point.data.direction === 'read';
}

function rowOf({ data }: BoundPoint, handler: FamilyHandler): Row {
  const size = typeof data.size === 'number' ? data.size : null;
  return { path: String(data.path), umask: Number(data.umask), size, handler };
}

function addRow(files: Map<string, File>, row: Row, reads: boolean): void {
  const file = files.get(row.path) ?? { path: row.path, readers: [], writers: [] };
  files.set(row.path, file);
  (reads ? file.readers : file.writers).push(row);
}

function fileView({ path, readers, writers }: File, nth: number): object {
  const mode = modeOf(readers, 0o444) | modeOf(writers, 0o222);
  return {
    id: nth,
    path: JSON.stringify(path),
    mode: `0${mode.toString(8)}`,
    readers: readers.map((row) => handlerView(row, nth)),
    writers: writers.map((row) => handlerView(row, nth)),
    hasWriters: writers.length > 0,
  };
}

/** Who may do what each of the probes lets them. */
function modeOf(rows: readonly Row[], all: number): number {
  return rows.reduce((mode, { umask }) => mode | (all & ~umask), 0);
}

function handlerView({ handler, size }: Row, id: number): object {
  const reads = handler.points.some(isReader);
  return {
    id,
    probe: handler.index,
    body: handler.body,
    enter: handler.enter,
    leave: handler.leave,
    size: size ?? 'TAPC_PROCFS_BYTES',
    argument: handler.needsArguments ? `, ${reads ? '&value' : 'value'}` : '',
  };
}
