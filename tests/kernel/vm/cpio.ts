/**
 * The kernel's "newc" archive format, both ways: files go into the guest as an initramfs, and come out of it
 * as the archive that busybox's cpio writes.
 */

export type CpioEntry =
  | { readonly kind: 'file'; readonly path: string; readonly data: Uint8Array; readonly executable?: boolean }
  | { readonly kind: 'directory'; readonly path: string }
  | { readonly kind: 'link'; readonly path: string; readonly target: string }
  | { readonly kind: 'device'; readonly path: string; readonly major: number; readonly minor: number };

const HEADER_BYTES = 110;
const TRAILER = 'TRAILER!!!';
const MODE_TYPE_MASK = 0o170000;
const MODE_REGULAR = 0o100000;
const MODE_DIRECTORY = 0o040000;
const MODE_LINK = 0o120000;
const MODE_CHARACTER = 0o020000;

/** An archive of `entries` in their order; the same entries give the same bytes. */
export function writeCpio(entries: readonly CpioEntry[]): Buffer {
  const parts: Buffer[] = [];
  for (const [index, entry] of entries.entries()) {
    const rdev =
      entry.kind === 'device' ? { major: entry.major, minor: entry.minor } : { major: 0, minor: 0 };
    pushEntry(parts, index + 1, modeOf(entry), entry.path, contentOf(entry), rdev);
  }
  pushEntry(parts, 0, 0, TRAILER, Buffer.alloc(0), { major: 0, minor: 0 });
  return Buffer.concat(parts);
}

function pushEntry(
  parts: Buffer[],
  inode: number,
  mode: number,
  path: string,
  data: Uint8Array,
  rdev: { readonly major: number; readonly minor: number },
): void {
  const name = Buffer.from(`${path}\0`);
  const fields = [inode, mode, 0, 0, 1, 0, data.length, 0, 0, rdev.major, rdev.minor, name.length, 0];
  const header = `070701${fields.map((n) => n.toString(16).padStart(8, '0')).join('')}`;
  parts.push(Buffer.from(header), name, padding(HEADER_BYTES + name.length));
  parts.push(Buffer.from(data.buffer, data.byteOffset, data.byteLength), padding(data.length));
}

function padding(length: number): Buffer {
  return Buffer.alloc((4 - (length % 4)) % 4);
}

function modeOf(entry: CpioEntry): number {
  switch (entry.kind) {
    case 'file':
      return MODE_REGULAR | (entry.executable === true ? 0o755 : 0o644);
    case 'directory':
      return MODE_DIRECTORY | 0o755;
    case 'link':
      return MODE_LINK | 0o777;
    case 'device':
      return MODE_CHARACTER | 0o600;
  }
}

function contentOf(entry: CpioEntry): Uint8Array {
  switch (entry.kind) {
    case 'file':
      return entry.data;
    case 'link':
      return Buffer.from(entry.target);
    case 'directory':
    case 'device':
      return Buffer.alloc(0);
  }
}

/** The regular files of a newc archive by path, without a leading `./`. Throws on a damaged archive. */
export function readCpio(archive: Buffer): Map<string, Buffer> {
  const files = new Map<string, Buffer>();
  let at = 0;
  for (;;) {
    if (archive.toString('latin1', at, at + 6) !== '070701') throw new Error(`no newc header at byte ${at}`);
    const field = (n: number): number =>
      Number.parseInt(archive.toString('latin1', at + 6 + n * 8, at + 14 + n * 8), 16);
    const mode = field(1);
    const size = field(6);
    const nameLength = field(11);
    const name = archive.toString('utf8', at + HEADER_BYTES, at + HEADER_BYTES + nameLength - 1);
    if (name === TRAILER) return files;
    const start = align4(at + HEADER_BYTES + nameLength);
    if (start + size > archive.length) throw new Error(`the archive ends within ${name}`);
    if ((mode & MODE_TYPE_MASK) === MODE_REGULAR) {
      files.set(name.replace(/^\.\//, ''), archive.subarray(start, start + size));
    }
    at = align4(start + size);
  }
}

function align4(n: number): number {
  return (n + 3) & ~3;
}
