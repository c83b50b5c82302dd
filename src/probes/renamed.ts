/** Places that the kernel has under another name now: what scripts written for older kernels ask for. */
import type { ProbePoint } from '../1-parse/ast.ts';
import type { KernelProfile } from '../kernel/profile.ts';
import type { RenamedPoint } from './family.ts';

type Place = 'function' | 'trace';

/** What one name became: the first of `now` that a kernel has is meant. */
interface Renamed {
  readonly place: Place;
  readonly was: string;
  readonly now: readonly string[];
}

/** `was now …`. Only what does the same work, at the same moment, belongs here. */
const FUNCTIONS = `
  __alloc_pages __alloc_pages_noprof __alloc_pages_nodemask
  __alloc_pages_nodemask __alloc_pages __alloc_pages_noprof
  __kmalloc __kmalloc_noprof
  _do_fork kernel_clone
  clear_huge_page folio_zero_user
  copy_user_huge_page copy_user_large_folio
  do_fork _do_fork kernel_clone
  find_get_entry mapping_get_entry filemap_get_entry __filemap_get_folio
  generic_make_request submit_bio_noacct
  kmem_cache_alloc kmem_cache_alloc_noprof
  split_huge_page split_huge_page_to_list split_huge_page_to_list_to_order __folio_split
  tcp_transmit_skb __tcp_transmit_skb
  vmalloc vmalloc_noprof`;

const TRACEPOINTS = `
  hrtimer_init hrtimer_setup
  kmalloc_node kmalloc
  kmem_cache_alloc_node kmem_cache_alloc
  mm_pagereclaim_pgout mm_vmscan_writepage mm_vmscan_write_folio
  mm_vmscan_writepage mm_vmscan_write_folio`;

function readTable(place: Place, table: string): Renamed[] {
  return table
    .trim()
    .split('\n')
    .map((line) => {
      const [was = '', ...now] = line.trim().split(' ');
      return { place, was, now };
    });
}

export const renamedPlaces: readonly Renamed[] = [
  ...readTable('function', FUNCTIONS),
  ...readTable('trace', TRACEPOINTS),
];

/** The same place by the name that this kernel has for it; undefined where none is known. */
export function renamedPoint(point: ProbePoint, profile: KernelProfile): RenamedPoint | undefined {
  const [owner, target] = point.components;
  const written = target?.arg?.value;
  if (owner?.name !== 'kernel' || target?.arg?.kind !== 'string' || typeof written !== 'string') return;
  const was = written.replace(/@.*$/, '').replace(/^\w+:/, '');
  const row = renamedPlaces.find((one) => one.place === target.name && one.was === was);
  const now = row?.now.find((name) => hasPlace(row.place, name, profile));
  if (now === undefined) return;
  const arg = { ...target.arg, value: now };
  const components = point.components.map((one) => (one === target ? { ...one, arg } : one));
  return { point: { ...point, components }, was, now };
}

export function hasPlace(place: Place, name: string, profile: KernelProfile): boolean {
  return place === 'function'
    ? profile.functions(name).length > 0
    : profile.tracepoints(name).some((one) => one.name === name);
}
