/** A checked program, as `stap -p2` shows one: globals, functions, probes. */
import { print } from '../../1-parse/index.ts';
import type { Checked } from '../../3-analyze/checked.ts';
import { isIdle } from '../../3-analyze/idle.ts';

/** `idle`: handlers that do nothing are shown, too. */
export function programText(checked: Checked, verbose: number, idle: boolean): string {
  const globals = [...checked.globals].map(([{ variable }, { type, keys }]) => {
    return `${variable.name}:${type}${keys.length === 0 ? '' : ` [${keys.join(', ')}]`}`;
  });
  const functions = [...checked.functions].map(([{ item }, { params, returns }]) => {
    const list = item.params.map((p, i) => `${p.name}:${params[i] ?? 'unknown'}`);
    return `${item.name}:${returns ?? 'unknown'} (${list.join(', ')})`;
  });
  const shown = checked.probes.filter((each) => idle || !isIdle(each, checked));
  const probes = shown.flatMap(({ probe, locals }) => {
    const head = probe.points.map((point) => `${point.text} /* <- ${probe.written} */`);
    const names = [...locals].map(([name, type]) => `  ${name}:${type}`);
    const bodies = verbose === 0 ? [] : probe.blocks.map((block) => printBlock(block));
    return [...head, ...(names.length === 0 ? [] : ['  # locals', ...names]), ...bodies];
  });
  return section('globals', globals) + section('functions', functions) + section('probes', probes);
}

function section(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : `# ${title}\n${lines.map((line) => `${line}\n`).join('')}`;
}

/** The text of a block: that of a probe with this body, without its head. */
function printBlock(body: Checked['probes'][number]['probe']['blocks'][number]): string {
  const { span } = body;
  const point = {
    kind: 'probe-point',
    span,
    components: [{ kind: 'point-component', span, name: 'x' }],
  } as const;
  const text = print({ file: span.file, items: [{ kind: 'probe', span, points: [point], body }] });
  return text.slice(text.indexOf('{')).trimEnd();
}
