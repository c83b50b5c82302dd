/** Which statistics are read how, so that only those fields are kept. */
import type { ForeachStatement, StatOp, StatOpName } from '../1-parse/ast.ts';
import type { ProgramGlobal, Symbols } from '../2-resolve/program.ts';
import type { Diagnostics } from '../diagnostics/diagnostic.ts';
import type { StatisticsUse } from './checked.ts';
import { constantValue, type Known } from './constants.ts';
import { rootsOf, type Unit } from './units.ts';
import { walkLive } from './walk.ts';

/** Buckets of a linear histogram: each is eight bytes on every CPU. */
const MAX_BUCKETS = 1000n;
const MAX_SHIFT = 62n;

interface Use {
  readonly ops: Set<StatOpName>;
  histogram?: NonNullable<StatisticsUse['histogram']>;
  histogramOp?: StatOp;
  shift: number;
  /** The first @variance with a shift. */
  shifted?: StatOp;
}

export function collectStatistics(
  units: readonly Unit[],
  symbols: Symbols,
  known: Known,
  diagnostics: Diagnostics,
): ReadonlyMap<ProgramGlobal, StatisticsUse> {
  const uses = new Map<ProgramGlobal, Use>();
  const collector = new Collector(uses, symbols, known, diagnostics);
  for (const unit of units) {
    for (const root of rootsOf(unit)) {
      walkLive(root, known.elided, (node) => {
        if (node.kind === 'stat-op') collector.extract(node);
        else if (node.kind === 'foreach') collector.walkSorted(node);
        return true;
      });
    }
  }
  return uses;
}

class Collector {
  readonly #uses: Map<ProgramGlobal, Use>;
  readonly #symbols: Symbols;
  readonly #known: Known;
  readonly #diagnostics: Diagnostics;

  constructor(uses: Map<ProgramGlobal, Use>, symbols: Symbols, known: Known, diagnostics: Diagnostics) {
    this.#uses = uses;
    this.#symbols = symbols;
    this.#known = known;
    this.#diagnostics = diagnostics;
  }

  extract(node: StatOp): void {
    const use = this.#useOf(node.stat.kind === 'index' ? node.stat.base : node.stat);
    if (use === undefined) return;
    use.ops.add(node.op);
    if (node.op === 'variance') this.#variance(use, node);
    else if (node.op === 'hist_log') this.#histogram(use, node, { kind: 'log' });
    else if (node.op === 'hist_linear') this.#linear(use, node);
    else if (node.params.length > 0) {
      this.#error(node.params[0] ?? node, 'stat-params', `@${node.op} takes the statistic alone`);
    }
  }

  /** `foreach (k in a@sum+)` needs the sum; a bare `a+` on statistics sorts by count. */
  walkSorted(node: ForeachStatement): void {
    if (node.sort === undefined || node.array.kind === 'stat-op') return;
    if (node.sort.column !== 0 && node.sort.by === undefined) return;
    const use = this.#useOf(node.array.kind === 'index' ? node.array.base : node.array);
    use?.ops.add(node.sort.by ?? 'count');
  }

  #useOf(node: object): Use | undefined {
    const resolved = this.#symbols.get(node);
    if (resolved?.kind !== 'global') return undefined;
    const known = this.#uses.get(resolved.global);
    if (known !== undefined) return known;
    const fresh: Use = { ops: new Set(), shift: 0 };
    this.#uses.set(resolved.global, fresh);
    return fresh;
  }

  #variance(use: Use, node: StatOp): void {
    const shift = this.#shift(node);
    if (shift === use.shift) return;
    if (use.shifted === undefined) {
      use.shift = shift;
      use.shifted = node;
      return;
    }
    const message = `a statistic has one bit shift for its variance, here ${shift}, before ${use.shift}`;
    this.#diagnostics.error('stat-params', node.span, message, {
      hints: ['give both the same; the result does not depend on it'],
      notes: [{ message: 'the first is here', span: use.shifted.span }],
    });
  }

  #shift(node: StatOp): number {
    const [shift] = node.params;
    if (shift === undefined) return 0;
    const value = constantValue(shift, this.#known);
    if (typeof value === 'bigint' && value >= 0n && value <= MAX_SHIFT) return Number(value);
    this.#error(shift, 'stat-params', `the bit shift of @variance is a number from 0 to ${MAX_SHIFT}`);
    return 0;
  }

  #linear(use: Use, node: StatOp): void {
    const [low, high, width] = node.params.map((p) => constantValue(p, this.#known));
    if (typeof low !== 'bigint' || typeof high !== 'bigint' || typeof width !== 'bigint') {
      this.#error(node, 'stat-params', '@hist_linear needs three literal numbers: low, high and width', [
        '@hist_linear(s, 0, 100, 10) has buckets of 10 from 0 to 100',
      ]);
      return;
    }
    if (width <= 0n) this.#error(node, 'stat-params', 'the width of a bucket must be more than 0');
    else if (high <= low)
      this.#error(node, 'stat-params', `the high end (${high}) must be above the low one (${low})`);
    else if ((high - low) / width > MAX_BUCKETS) {
      this.#error(
        node,
        'stat-params',
        `this histogram has ${(high - low) / width} buckets; ${MAX_BUCKETS} are the most`,
        ['widen the buckets, or use @hist_log'],
      );
    } else this.#histogram(use, node, { kind: 'linear', low, high, width });
  }

  #histogram(use: Use, node: StatOp, histogram: NonNullable<StatisticsUse['histogram']>): void {
    const before = use.histogram;
    if (before !== undefined && !sameHistogram(before, histogram)) {
      this.#diagnostics.error(
        'two-histograms',
        node.span,
        'a statistic is kept in one kind of histogram, and this asks for a second',
        {
          hints: ['fill two statistics with the same samples, or print both with the same parameters'],
          notes: [{ message: 'the first is here', ...(use.histogramOp && { span: use.histogramOp.span }) }],
        },
      );
      return;
    }
    use.histogram = histogram;
    use.histogramOp ??= node;
  }

  #error(
    node: { readonly span: StatOp['span'] },
    code: string,
    message: string,
    hints: readonly string[] = [],
  ): void {
    this.#diagnostics.error(code, node.span, message, { hints });
  }
}

type Histogram = NonNullable<StatisticsUse['histogram']>;

function sameHistogram(a: Histogram, b: Histogram): boolean {
  if (a.kind === 'log' || b.kind === 'log') return a.kind === b.kind;
  return a.low === b.low && a.high === b.high && a.width === b.width;
}
