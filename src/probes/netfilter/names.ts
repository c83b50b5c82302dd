/** The kernel's names of protocol families, and of the moments at which their packets can be seen. */

export interface Family {
  /** In the kernel: `NFPROTO_IPV4`. */
  readonly name: string;
  /** What the kernel must be configured with, where not all are. */
  readonly config?: string;
  /** What names of its hooks begin with, the usual one first. */
  readonly prefixes: readonly string[];
  /** Its hooks by number. */
  readonly hooks: readonly string[];
  /** What names of priorities begin with. */
  readonly priorities?: string;
}

const ROUTED = ['PRE_ROUTING', 'LOCAL_IN', 'FORWARD', 'LOCAL_OUT', 'POST_ROUTING'] as const;

export const FAMILIES: readonly Family[] = [
  {
    name: 'NFPROTO_IPV4',
    prefixes: ['NF_INET_', 'NF_IP_'],
    hooks: ROUTED,
    priorities: 'NF_IP_PRI_',
  },
  {
    name: 'NFPROTO_IPV6',
    prefixes: ['NF_IP6_', 'NF_INET_'],
    hooks: ROUTED,
    priorities: 'NF_IP6_PRI_',
  },
  {
    name: 'NFPROTO_ARP',
    config: 'NETFILTER_FAMILY_ARP',
    prefixes: ['NF_ARP_'],
    hooks: ['IN', 'OUT', 'FORWARD'],
  },
  {
    name: 'NFPROTO_BRIDGE',
    config: 'NETFILTER_FAMILY_BRIDGE',
    prefixes: ['NF_BR_'],
    hooks: ROUTED,
  },
];

/** Every name of a hook of the family, the usual spelling first. */
export function hookNames(family: Family): readonly string[] {
  return family.prefixes.flatMap((prefix) => family.hooks.map((hook) => `${prefix}${hook}`));
}

/** The number of a hook by its name; undefined where the family has none. */
export function hookNumber(family: Family, name: string): number | undefined {
  const place = hookNames(family).indexOf(name);
  return place < 0 ? undefined : place % family.hooks.length;
}
