/** Types whose layout the kernel's headers show, so that the module can assert it when it is built. */

const HEADERS: Readonly<Record<string, readonly string[]>> = {
  'linux/blk_types.h': ['struct bio'],
  'linux/cred.h': ['struct cred'],
  'linux/dcache.h': ['struct dentry', 'struct qstr'],
  'linux/fdtable.h': ['struct fdtable', 'struct files_struct'],
  'linux/fs.h': ['struct address_space', 'struct file', 'struct inode', 'struct kiocb', 'struct super_block'],
  'linux/mm_types.h': ['struct mm_struct', 'struct page', 'struct vm_area_struct'],
  'linux/module.h': ['struct module'],
  'linux/mount.h': ['struct vfsmount'],
  'linux/net.h': ['struct socket'],
  'linux/netdevice.h': ['struct net_device'],
  'linux/path.h': ['struct path'],
  'linux/pid.h': ['struct pid'],
  'linux/sched.h': ['struct task_struct'],
  'linux/sched/signal.h': ['struct signal_struct'],
  'linux/skbuff.h': ['struct sk_buff'],
  'linux/tty.h': ['struct tty_struct'],
  'linux/tty_driver.h': ['struct tty_driver'],
  'linux/uio.h': ['struct iov_iter'],
  'net/sock.h': ['struct sock'],
};

const BY_TYPE: ReadonlyMap<string, string> = new Map(
  Object.entries(HEADERS).flatMap(([header, types]) => types.map((type) => [type, header] as const)),
);

/** The header that defines a type; undefined where none is known to. */
export function headerOf(type: string): string | undefined {
  return BY_TYPE.get(type);
}
