import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { bundledFolder, profileSuffix } from '../../../src/kernel/bundled.ts';
import { makeProfile } from '../../../src/kernel/make.ts';
import { mergeSources, readSource } from '../../../src/kernel/sources.ts';
import type { FetchedKernel } from './fetch.ts';

/** Modules whose types are bundled, where the kernel has them as modules: what scripts probe most. */
const bundledModules: ReadonlySet<string> = new Set([
  'autofs4',
  'bridge',
  'dccp',
  'dccp_ipv4',
  'dccp_ipv6',
  'dm-mod',
  'ext4',
  'fuse',
  'kvm',
  'loop',
  'nf_conntrack',
  'nfs',
  'nfsd',
  'nfsv3',
  'nfsv4',
  'overlay',
  'scsi_mod',
  'sd_mod',
  'st',
  'sunrpc',
  'tun',
  'virtio_blk',
  'virtio_net',
]);

/** Makes the profile that ships with tapc for a kernel's line, from its headers and image; gives its path. */
export function bundleProfile(kernel: FetchedKernel): string {
  const files = [kernel.headers, kernel.vmlinuz, ...modulesOf(kernel)];
  const bytes = makeProfile(mergeSources(files.map(readSource)), {
    name: kernel.line,
    origin: `Debian's headers, image and modules of ${kernel.release}`,
    packed: true,
    neighbours: () => [],
  });
  const file = path.join(bundledFolder(), `${kernel.line}${profileSuffix}`);
  writeFileSync(file, bytes);
  return file;
}

/** None where the kernel was built without types for its modules, as 5.10 was. */
function modulesOf(kernel: FetchedKernel): string[] {
  const config = readFileSync(path.join(kernel.headers, '.config'), 'utf8');
  if (!/^CONFIG_DEBUG_INFO_BTF_MODULES=y$/m.test(config)) return [];
  return readdirSync(kernel.modulesDir, { recursive: true, withFileTypes: true })
    .filter((entry) => bundledModules.has(/^(.*)\.ko(?:\.\w+)?$/.exec(entry.name)?.[1] ?? ''))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
}
