import {
  closeSync,
  existsSync,
  fchmodSync,
  fstatSync,
  linkSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { type ByteSource, type Container, readContainer } from './container.ts';
import { ProfileError } from './error.ts';

/** Opens the container in a file, and reads its sections from there when they are asked for. */
export function openContainer(file: string): Container {
  return inFile(file, () => readContainer(fileSource(file)));
}

/** Says in a ProfileError which file it is about. */
export function inFile<T>(file: string, use: () => T): T {
  try {
    return use();
  } catch (error) {
    if (error instanceof ProfileError)
      throw new ProfileError(error.code, `${file}: ${error.message}`, error.hint);
    const reason = error instanceof Error ? error.message.replace(/,.*/, '') : String(error);
    throw new ProfileError(
      'kernel-file-unreadable',
      `${file}: cannot be read: ${reason}`,
      'Check the path, and that you may read it.',
    );
  }
}

/** No descriptor is held: the file is opened for each read, and has to be the same one each time. */
function fileSource(file: string): ByteSource {
  const { stat, head } = reading(file, (descriptor) => {
    const bytes = Buffer.allocUnsafeSlow(HEAD_BYTES);
    return {
      stat: fstatSync(descriptor),
      head: bytes.subarray(0, readSync(descriptor, bytes, 0, HEAD_BYTES, 0)),
    };
  });
  return {
    size: stat.size,
    read: (offset, length) => {
      if (offset + length <= head.length) return head.subarray(offset, offset + length);
      return reading(file, (descriptor) => {
        const now = fstatSync(descriptor);
        const bytes = Buffer.allocUnsafeSlow(length);
        const same = now.ino === stat.ino && now.mtimeMs === stat.mtimeMs && now.size === stat.size;
        if (!same || readSync(descriptor, bytes, 0, length, offset) !== length) {
          throw new ProfileError('profile-damaged', `${file}: changed while it was read`, 'Try again.');
        }
        return bytes;
      });
    },
  };
}

/** What the directory of a container fits in is read at once. */
const HEAD_BYTES = 4096;

function reading<T>(file: string, use: (descriptor: number) => T): T {
  const descriptor = openSync(file, 'r');
  try {
    return use(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Makes a folder, and those above it. Node's own way of doing that never ends where none can be made, as below /proc. */
export function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(path.dirname(folder));
  try {
    mkdirSync(folder);
  } catch (error) {
    // Another process may have made it.
    if (!existsSync(folder)) throw error;
  }
}

/**
 * Writes a file, in pieces, beside its place and renames it, so that no one ever sees half of it. Makes the folder. `mode`: the
 * file's permissions.
 */
export function writeWhole(file: string, pieces: Iterable<Uint8Array>, mode?: number): void {
  const part = `${file}.${process.pid}.part`;
  makeFolder(path.dirname(file));
  try {
    const descriptor = openSync(part, 'w');
    try {
      for (const piece of pieces) writeFileSync(descriptor, piece);
      if (mode !== undefined) fchmodSync(descriptor, mode & 0o7777);
    } finally {
      closeSync(descriptor);
    }
    renameSync(part, file);
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  }
}

/**
 * The same for a file whose name stands for its content: one that is there already stays, for somebody may be
 * reading it.
 */
export function writeOnce(file: string, bytes: Buffer): void {
  const part = `${file}.${process.pid}.part`;
  makeFolder(path.dirname(file));
  try {
    writeFileSync(part, bytes);
    linkSync(part, file);
  } finally {
    rmSync(part, { force: true });
  }
}
