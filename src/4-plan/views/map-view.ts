/** What `runtime/map/map.c.hbs` reads: plain JSON made from an array's description. */
import type { ForeachSort } from '../../1-parse/ast.ts';
import type { StatisticsUse } from '../../3-analyze/checked.ts';
import { type StatView, type Storage, valueStatView } from './stat-view.ts';

export interface MapDescription {
  /** Of the global; a C identifier. */
  readonly name: string;
  /** Types of the keys, one to nine. */
  readonly keys: readonly ('long' | 'string')[];
  readonly value: 'long' | 'string' | 'stats';
  /** Declared size; undefined takes `TAPC_ENTRIES`. */
  readonly size?: bigint;
  readonly wrap: boolean;
  readonly storage: Storage;
  /** For `percpu` numbers: false where nothing but positive constants is added, so that a sum tells that something was. */
  readonly zeros?: boolean;
  /** For `stats`: what is read of them. */
  readonly statistics?: StatisticsUse;
  /** Handlers read it while others add to it without a lock. */
  readonly watched?: boolean;
  /** The orders that a `foreach` asks for, in any number. */
  readonly sorts: readonly Sort[];
}

export type Sort = Pick<ForeachSort, 'column' | 'direction' | 'by'>;

export interface MapView {
  readonly name: string;
  readonly size: string;
  /** What is said when it is full. */
  readonly overflow: string;
  readonly wrap: boolean;
  readonly locked: boolean;
  readonly percpu: boolean;
  readonly isLong: boolean;
  readonly isString: boolean;
  readonly isStats: boolean;
  /** Of statistics: see `StatView`. */
  readonly watched: boolean;
  /** `s64 k1, const char *k2`. */
  readonly params: string;
  /** The same with strings of two words by value: `s64 k1, struct tapc_words k2`. */
  readonly wordParams: string;
  /** `k1, k2`. */
  readonly args: string;
  /** The same out of an entry or slot: `from->k1, from->k2`. */
  readonly fromArgs: string;
  readonly keys: readonly KeyView[];
  readonly zeros: boolean;
  /** That a CPU has added nothing to slot `from` since it was last looked at. */
  readonly unchanged: string;
  /** What an entry's keys must be for it to be the one looked for. */
  readonly same: string;
  /** The same for strings of two words. */
  readonly sameWords: string;
  /** C type of the value as functions take and give it, ready for the name. */
  readonly valueType: string;
  readonly stat: readonly StatView[];
  readonly sorts: readonly SortView[];
}

interface KeyView {
  readonly n: number;
  readonly bit: string;
  readonly isString: boolean;
  readonly isLong: boolean;
}

interface SortView {
  /** `value_down`: the `S` of `map_a_sort_S`. */
  readonly name: string;
  /** C that gives a number less than, equal to or greater than 0 for strings. */
  readonly isString: boolean;
  readonly isLong: boolean;
  /** What is compared, of entries `a` and `b`. */
  readonly a: string;
  readonly b: string;
  /** `<` where the least comes first. */
  readonly order: '<' | '>';
}

/** Throws no errors: what is declared has been checked by the analysis. */
export function mapView(description: MapDescription): MapView {
  const { name, keys, value, size } = description;
  const indices = keys.map((_, index) => index + 1);
  return {
    name,
    size: size === undefined ? 'TAPC_ENTRIES' : `${size}`,
    overflow:
      size === undefined
        ? 'Array overflow, check MAXMAPENTRIES'
        : `Array overflow, check size limit (${size})`,
    wrap: description.wrap,
    locked: description.storage === 'locked',
    percpu: description.storage === 'percpu',
    isLong: value === 'long',
    isString: value === 'string',
    isStats: value === 'stats',
    watched: statistics(description).some((stat) => stat.watched),
    params: keys.map((type, index) => `${type === 'long' ? 's64 ' : 'const char *'}k${index + 1}`).join(', '),
    wordParams: keys
      .map((type, index) => `${type === 'long' ? 's64' : 'struct tapc_words'} k${index + 1}`)
      .join(', '),
    args: indices.map((n) => `k${n}`).join(', '),
    fromArgs: indices.map((n) => `from->k${n}`).join(', '),
    keys: keys.map((type, index) => ({
      n: index + 1,
      bit: `${1 << index}`,
      isString: type === 'string',
      isLong: type === 'long',
    })),
    zeros: description.zeros !== false,
    unchanged: unchanged(description),
    same: comparisons(keys, 'tapc_same'),
    sameWords: comparisons(keys, 'tapc_same_words'),
    valueType: valueType(name, value),
    stat: statistics(description),
    sorts: distinct(description.sorts).map((sort) => sortView(description, sort)),
  };
}

/** The `S` of `map_a_sort_S` for one order. */
export function sortName(sort: Sort): string {
  const direction = sort.direction === 'ascending' ? 'up' : 'down';
  if (sort.column > 0) return `key${sort.column}_${direction}`;
  return `${sort.by ?? 'value'}_${direction}`;
}

function unchanged(description: MapDescription): string {
  if (description.value === 'stats') {
    const counted = 'READ_ONCE(from->here.count) == from->taken.count';
    // What a reader took while an addition was under way is to be taken again.
    const watched = statistics(description).some((stat) => stat.watched);
    return watched ? `${counted} && from->taken.begun == from->taken.count` : counted;
  }
  return description.zeros === false
    ? 'READ_ONCE(from->here) == from->taken'
    : 'READ_ONCE(from->adds) == from->adds_taken';
}

/** Numbers first: they are cheap to tell apart. */
function comparisons(keys: MapDescription['keys'], same: string): string {
  return keys
    .map((type, i) => (type === 'long' ? `e->k${i + 1} == k${i + 1}` : `${same}(e->k${i + 1}, k${i + 1})`))
    .sort((a, b) => a.length - b.length)
    .join(' && ');
}

function valueType(name: string, value: MapDescription['value']): string {
  switch (value) {
    case 'long':
      return 's64 ';
    case 'string':
      return 'const char *';
    case 'stats':
      return `const struct stat_${name} *`;
  }
}

function statistics(description: MapDescription): StatView[] {
  const { name, storage, watched = false } = description;
  if (description.statistics === undefined) return [];
  const sortedBy = description.sorts.filter((sort) => sort.column === 0).map((sort) => sort.by);
  return [valueStatView({ name, storage, watched, statistics: description.statistics, sortedBy })];
}

function distinct(sorts: readonly Sort[]): Sort[] {
  return [...new Map(sorts.map((sort) => [sortName(sort), sort])).values()];
}

function sortView(description: MapDescription, sort: Sort): SortView {
  const of = (entry: string): string => compared(description, sort, entry);
  const isString =
    sort.column === 0 ? description.value === 'string' : description.keys[sort.column - 1] === 'string';
  return {
    name: sortName(sort),
    isString,
    isLong: !isString,
    a: of('a'),
    b: of('b'),
    order: sort.direction === 'ascending' ? '<' : '>',
  };
}

/** C for what an order compares of one entry. */
function compared(description: MapDescription, sort: Sort, entry: string): string {
  const place = `map_${description.name}_entry(${entry})->`;
  if (sort.column > 0) return `${place}k${sort.column}`;
  if (description.value !== 'stats') return `${place}value`;
  const by = sort.by ?? 'count';
  switch (by) {
    case 'count':
    case 'sum':
    case 'min':
    case 'max':
      return `${place}value.${by}`;
    case 'avg':
    case 'variance':
      return `stat_${description.name}_${by}_of(&${place}value)`;
  }
}
