/** Kinds of probe points that the language has and that tapc does not serve: each is refused with its reason. */
import type { PointComponent } from '../../1-parse/ast.ts';
import type { FamilyPlan, HandlerContext, ProbeFamily } from '../family.ts';

interface Kind {
  /** First components of its points. */
  readonly path: readonly string[];
  readonly what: string;
  readonly instead: string;
}

const PROGRAM =
  'probe what the program asks of the kernel, such as kernel.trace("sys_enter") with a test of pid()';

const KINDS: readonly Kind[] = [
  { path: ['process'], what: 'probes of user-space programs', instead: PROGRAM },
  { path: ['java'], what: 'probes of Java programs', instead: PROGRAM },
  { path: ['python2'], what: 'probes of Python programs', instead: PROGRAM },
  { path: ['python3'], what: 'probes of Python programs', instead: PROGRAM },
  { path: ['debuginfod'], what: 'probes of user-space programs', instead: PROGRAM },
  {
    path: ['kernel', 'mark'],
    what: 'kernel markers, which Linux gave up for tracepoints,',
    instead: 'take the tracepoint: `tapc list \'kernel.trace("*")\'`',
  },
];

export const unavailable: ProbeFamily = {
  name: 'unavailable',
  types: [],
  claims: (components) => kindOf(components) !== undefined,
  bind(point, { diagnostics }) {
    const kind = kindOf(point.components);
    if (kind !== undefined) {
      diagnostics.error('probe-unavailable', point.span, `${kind.what} are not available in tapc`, {
        hints: [kind.instead],
      });
    }
    return [];
  },
  suggest: () => [],
  context: (): HandlerContext => ({ level: 'process', alone: true, regs: false, task: false }),
  variables: () => [],
  signature: () => [],
  list: () => [],
  plan(): FamilyPlan {
    throw new Error('no point of this family is ever bound');
  },
};

function kindOf(components: readonly PointComponent[]): Kind | undefined {
  return KINDS.find(({ path }) => path.every((name, i) => components[i]?.name === name));
}
