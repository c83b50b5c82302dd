/** `netfilter.pf("…").hook("…")`: packets on their way through the kernel. */
import type { PointComponent, ProbePoint } from '../../1-parse/ast.ts';
import type { Diagnostics } from '../../diagnostics/diagnostic.ts';
import { didYouMean } from '../../diagnostics/suggest.ts';
import type { KernelProfile } from '../../kernel/profile.ts';
import type { CType } from '../../kernel/types.ts';
import { matchesNames, readPattern, rejectArgument, reportComponent, stringArgument } from '../components.ts';
import type {
  BindEnvironment,
  BodyParameter,
  ContextVariable,
  FamilyHandler,
  FamilyPlan,
  HandlerContext,
  ProbeFamily,
} from '../family.ts';
import { pointRows } from '../rows.ts';
import { FAMILIES, type Family, hookNames, hookNumber } from './names.ts';

const LEAST = -2_147_483_648n;
const MOST = 2_147_483_647n;

const PARAMETERS: readonly BodyParameter[] = [
  { declaration: 'struct sk_buff *skb', name: 'skb' },
  { declaration: 'const struct nf_hook_state *state', name: 'state' },
  { declaration: 'unsigned int *verdict', name: 'verdict' },
];

export const netfilter: ProbeFamily = {
  name: 'netfilter',
  types: ['netfilter.hook(string).pf(string)', 'netfilter.pf(string).hook(string)'].flatMap((place) => [
    place,
    `${place}.priority(string)`,
  ]),

  // What its aliases are called begins so, too.
  claims: ([first, second]) =>
    first?.name === 'netfilter' && (second === undefined || second.name === 'hook' || second.name === 'pf'),

  bind(point, env) {
    const { diagnostics } = env;
    const [first, ...rest] = point.components;
    if (first !== undefined) rejectArgument(first, diagnostics);
    const [one, other, priority, extra] = rest;
    const pf = [one, other].find((c) => c?.name === 'pf');
    const hook = [one, other].find((c) => c?.name === 'hook');
    if (pf === undefined || hook === undefined) {
      const stray = other;
      if (stray !== undefined) reportComponent(stray, [one?.name === 'pf' ? 'hook' : 'pf'], diagnostics);
      else {
        const message =
          'netfilter needs a family and a hook: netfilter.pf("NFPROTO_IPV4").hook("NF_INET_LOCAL_IN")';
        diagnostics.error('probe-component', point.span, message);
      }
      return [];
    }
    const stray = priority?.name === 'priority' ? extra : priority;
    if (stray !== undefined) {
      reportComponent(stray, priority === stray ? ['priority'] : [], diagnostics);
      return [];
    }
    const family = familyOf(pf, env);
    if (family === undefined) return [];
    const number = hookOf(hook, family, diagnostics);
    const order = priority === undefined ? 0 : priorityOf(priority, family, env);
    if (number === undefined || order === undefined) return [];
    return [{ text: textOf(point), data: { family: family.name, hook: number, order } }];
  },

  suggest: () => [],
  context: (point): HandlerContext => {
    // The sender is the task that runs; who receives is whoever was interrupted.
    return { level: 'atomic', regs: false, task: point.data.hook === 3 };
  },
  mechanism: () => 'a hook of netfilter in each network namespace',
  variables: (_, profile) => variablesOf(profile),
  signature: () => PARAMETERS,

  *list(pattern, profile) {
    const components = readPattern(pattern) ?? [];
    if (!matchesNames(components, ['netfilter', 'pf', 'hook'])) return;
    const variables = variablesOf(profile).map(({ name }) => ({
      name: `$${name}`,
      type: SPELLINGS[name] ?? 'unsigned int',
    }));
    for (const family of FAMILIES) {
      for (const name of hookNames(family).slice(0, family.hooks.length)) {
        yield { text: `netfilter.pf("${family.name}").hook("${name}")`, variables };
      }
    }
  },

  plan: ({ handlers }) => planHooks(handlers),
};

const SPELLINGS: Readonly<Record<string, string>> = {
  hooknum: 'unsigned int',
  skb: 'struct sk_buff *',
  in: 'struct net_device *',
  out: 'struct net_device *',
  verdict: 'unsigned int',
};

function variablesOf(profile: KernelProfile): readonly ContextVariable[] {
  const types = profile.types();
  const type = (name: string): CType => types.parse(SPELLINGS[name] ?? '') ?? { kind: 'void' };
  const one = (name: string, c: string): ContextVariable => ({ name, type: type(name), c, parameter: true });
  return [
    one('hooknum', 'state->hook'),
    one('skb', '(long)skb'),
    one('in', '(long)state->in'),
    one('out', '(long)state->out'),
    { ...one('verdict', '*verdict'), parameter: false, store: { kind: 'lvalue', c: '*verdict' } },
  ];
}

/** As it was written. */
function textOf(point: ProbePoint): string {
  return point.components
    .map(({ name, arg }) => (arg?.kind === 'string' ? `${name}("${arg.value}")` : name))
    .join('.');
}

function familyOf(component: PointComponent, { profile, diagnostics }: BindEnvironment): Family | undefined {
  const name = stringArgument(component, diagnostics);
  if (name === undefined) return undefined;
  const family = FAMILIES.find((f) => f.name === name);
  const names = FAMILIES.map((f) => f.name);
  if (family === undefined) {
    report(component, `netfilter has no probes for the family "${name}"`, name, names, diagnostics);
    return undefined;
  }
  if (family.config === undefined || profile.config(family.config) !== undefined) return family;
  diagnostics.error('no-netfilter', component.span, `this kernel has no hooks of ${name}`, {
    hints: [`it is configured without CONFIG_${family.config}`],
  });
  return undefined;
}

function hookOf(component: PointComponent, family: Family, diagnostics: Diagnostics): number | undefined {
  const name = stringArgument(component, diagnostics);
  if (name === undefined) return undefined;
  const number = hookNumber(family, name);
  if (number === undefined) {
    report(component, `${family.name} has no hook "${name}"`, name, hookNames(family), diagnostics);
  }
  return number;
}

function priorityOf(
  component: PointComponent,
  family: Family,
  { profile, diagnostics }: BindEnvironment,
): number | undefined {
  const name = stringArgument(component, diagnostics);
  if (name === undefined) return undefined;
  const isName = family.priorities !== undefined && name.startsWith(family.priorities);
  const known = isName ? profile.types().enumValue(name)?.value : undefined;
  const value = known ?? (/^[+-]?\d{1,10}$/.test(name) ? BigInt(name) : undefined);
  if (value !== undefined && value >= LEAST && value <= MOST) return Number(value);
  const hints = [
    `a number as in priority("255"), or one of the kernel's names that begin with ${family.priorities ?? 'NF_IP_PRI_'}`,
  ];
  const message = `${family.name} has no priority "${name}"`;
  diagnostics.error('netfilter-name', component.span, message, {
    hints: family.priorities === undefined ? ['a number as in priority("255")'] : hints,
  });
  return undefined;
}

function report(
  component: PointComponent,
  message: string,
  name: string,
  names: readonly string[],
  diagnostics: Diagnostics,
): void {
  const near = didYouMean(name, names);
  diagnostics.error('netfilter-name', component.span, message, {
    hints: near.length > 0 ? near : [`it is one of ${names.join(' ')}`],
  });
}

function planHooks(handlers: readonly FamilyHandler[]): FamilyPlan {
  const hooks = pointRows(handlers, (point, handler) => ({
    arguments: handler.needsArguments ? ', skb, state, &verdict' : '',
    family: point.data.family,
    hook: point.data.hook,
    order: point.data.order,
    isOne: handler.points.length === 1,
  }));
  return {
    template: 'netfilter.c.hbs',
    view: { hooks },
    declarations: ['struct sk_buff;', 'struct nf_hook_state;'],
    uses: [
      'nf_register_net_hooks',
      'nf_unregister_net_hooks',
      'register_pernet_subsys',
      'unregister_pernet_subsys',
      'synchronize_rcu',
    ],
    attach: 'tapc_netfilter_attach',
    detach: 'tapc_netfilter_detach',
  };
}
