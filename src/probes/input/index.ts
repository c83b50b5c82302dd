/** `input.key`: what is typed, key by key; the tapset makes `input.char` and `input.line` of it. */
import type { CType } from '../../kernel/types.ts';
import { matchesNames, readPattern, rejectArgument, reportComponent } from '../components.ts';
import type {
  BodyParameter,
  ContextVariable,
  FamilyHandler,
  FamilyPlan,
  HandlerContext,
  ProbeFamily,
} from '../family.ts';

/** Texts are no values of the kernel: they have no members. */
const TEXT: CType = { kind: 'void' };

const KEY: ContextVariable = {
  name: 'key',
  type: TEXT,
  c: 'key',
  text: true,
  parameter: false,
  own: 'given',
};
const PARAMETER: BodyParameter = { declaration: 'const char *key', name: 'key' };

export const input: ProbeFamily = {
  name: 'input',
  // Its one point is for the tapset alone.
  types: [],

  claims: ([first, second]) => first?.name === 'input' && second?.name === 'key',

  bind(point, { diagnostics }) {
    const [first, key, extra] = point.components;
    for (const component of [first, key]) if (component !== undefined) rejectArgument(component, diagnostics);
    if (extra !== undefined) {
      reportComponent(extra, [], diagnostics);
      return [];
    }
    return [{ text: 'input.key', data: {} }];
  },

  suggest: () => [],
  context: (): HandlerContext => ({ level: 'atomic', paced: true, regs: false, task: false }),
  mechanism: () => 'a file in debugfs that tapc run writes to',
  variables: () => [KEY],
  signature: () => [PARAMETER],

  *list(pattern) {
    if (matchesNames(readPattern(pattern) ?? [], ['input', 'key'])) {
      yield { text: 'input.key', variables: [{ name: '$key', type: 'string' }] };
    }
  },

  plan: ({ handlers }) => planKeys(handlers),
};

function planKeys(handlers: readonly FamilyHandler[]): FamilyPlan {
  return {
    template: 'input.c.hbs',
    view: {
      handlers: handlers.map((handler) => ({
        probe: handler.index,
        body: handler.body,
        enter: handler.enter,
        leave: handler.leave,
        argument: handler.needsArguments ? ', key' : '',
      })),
    },
    declarations: [],
    uses: [
      'tapc_procfs_take',
      'tapc_input_enter',
      'tapc_input_leave',
      'tapc_input_attach_file',
      'tapc_input_detach_file',
      'vfree',
    ],
    attach: 'tapc_input_attach',
    detach: 'tapc_input_detach',
  };
}
