/** The programs of these tests: which templates, with which views, and which case. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { StatisticsUse } from '../../src/3-analyze/checked.ts';
import { type MapDescription, mapView } from '../../src/4-plan/views/map-view.ts';
import { type StatDescription, statView } from '../../src/4-plan/views/stat-view.ts';
import { render } from '../../src/5-emit/templates.ts';

const HERE = import.meta.dirname;
const RUNTIME = path.join(HERE, '../../runtime');

export interface Program {
  readonly name: string;
  /** File of `cases/`. */
  readonly case: string;
  readonly defines: Readonly<Record<string, string>>;
  readonly maps: readonly MapDescription[];
  readonly stats: readonly StatDescription[];
}

const LOG = { kind: 'log' } as const;
const LINEAR = { kind: 'linear', low: -20n, high: 100n, width: 7n } as const;
const ALL: StatisticsUse = {
  ops: new Set(['count', 'sum', 'min', 'max', 'avg', 'variance']),
  histogram: LOG,
  shift: 0,
};
const UP = { direction: 'ascending' } as const;
const DOWN = { direction: 'descending' } as const;

function map(name: string, rest: Partial<MapDescription>): MapDescription {
  return { name, keys: ['long'], value: 'long', wrap: false, storage: 'locked', sorts: [], ...rest };
}

export const PROGRAMS: readonly Program[] = [
  ...['20', '128'].map((length) => ({
    name: `strings of ${length}`,
    case: 'string.c',
    defines: { TAPC_STRLEN: length },
    maps: [],
    stats: [],
  })),
  { name: 'floating point', case: 'float.c', defines: { TAPC_STRLEN: '400' }, maps: [], stats: [] },
  { name: 'numbers', case: 'number.c', defines: { TAPC_STRLEN: '16' }, maps: [], stats: [] },
  {
    name: 'statistics',
    case: 'stat.c',
    defines: { TAPC_STRLEN: '16' },
    maps: [],
    stats: [
      { name: 'log', storage: 'percpu', statistics: ALL },
      { name: 'linear', storage: 'locked', statistics: { ...ALL, histogram: LINEAR } },
    ],
  },
  ...[
    { length: '16', wrap: false },
    { length: '20', wrap: true },
  ].map(({ length, wrap }) => ({
    name: `arrays, strings of ${length}${wrap ? ', wrapping' : ''}`,
    case: 'map.c',
    defines: { TAPC_STRLEN: length, WRAP: wrap ? '1' : '0' },
    maps: [
      map('a', {
        keys: ['long', 'string'],
        size: 37n,
        wrap,
        sorts: [
          { column: 0, ...UP },
          { column: 0, ...DOWN },
          { column: 1, ...DOWN },
          { column: 2, ...UP },
        ],
      }),
      map('s', { keys: ['string'], value: 'string', size: 37n, wrap, sorts: [{ column: 0, ...DOWN }] }),
    ],
    stats: [],
  })),
  {
    name: 'arrays on each CPU',
    case: 'percpu.c',
    defines: { TAPC_STRLEN: '16' },
    maps: [
      map('n', { keys: ['long'], size: 64n, storage: 'percpu' }),
      map('p', { keys: ['string', 'long'], size: 64n, storage: 'percpu', zeros: false }),
      map('t', {
        value: 'stats',
        size: 64n,
        storage: 'percpu',
        statistics: ALL,
        sorts: [{ column: 0, ...DOWN, by: 'avg' }],
      }),
    ],
    stats: [],
  },
];

/** The C text of a program. */
export function compose(program: Program): string {
  const maps = program.maps.map(mapView);
  const inRuntime = (file: string, view: object): string => render(`runtime/${file}`, view);
  return [
    read(HERE, 'shim.h'),
    ...['word.c', 'string.c', 'number.c'].map((file) => read(RUNTIME, 'scalar', file)),
    ...['float.c', 'text.c'].map((file) => read(RUNTIME, 'float', file)),
    read(RUNTIME, 'stat/stat.c'),
    ...['map.c', 'sort.c', 'percpu.c'].map((file) => read(RUNTIME, 'map', file)),
    ...program.stats.map((stat) => inRuntime('stat/stat.c.hbs', statView(stat))),
    ...maps.flatMap((view) => view.stat.map((stat) => inRuntime('stat/stat.c.hbs', stat))),
    ...maps.map((view) => inRuntime('map/map.c.hbs', view)),
    `#line 1 "${program.case}"`,
    read(HERE, 'cases', program.case),
  ].join('\n');
}

/** Kernel headers have no place here: the shim stands for them. */
function read(...parts: string[]): string {
  return readFileSync(path.join(...parts), 'utf8').replaceAll(/^#include <(linux|asm)\/.*$/gm, '');
}
