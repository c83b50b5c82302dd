/** What the guest's init sends over the second serial port: one line a message, results followed by their bytes. */
import { createHash } from 'node:crypto';

export type Frame =
  | { readonly kind: 'ready' }
  | { readonly kind: 'start'; readonly job: number }
  /** `archive` is a gzipped newc archive of the job's `$OUT`; undefined where its checksum did not match. */
  | { readonly kind: 'result'; readonly job: number; readonly archive: Buffer | undefined }
  | { readonly kind: 'spoiled' }
  | { readonly kind: 'done' };

/** Takes bytes as they come and gives the frames that are whole. */
export class FrameReader {
  #pending: Buffer = Buffer.alloc(0);

  push(bytes: Buffer): Frame[] {
    this.#pending = Buffer.concat([this.#pending, bytes]);
    const frames: Frame[] = [];
    for (;;) {
      const frame = this.#next();
      if (frame === undefined) return frames;
      frames.push(frame);
    }
  }

  #next(): Frame | undefined {
    const end = this.#pending.indexOf('\n');
    if (end < 0) return undefined;
    const line = this.#pending.toString('latin1', 0, end).trim();
    const [, kind, job, size, sum] = line.split(' ');
    let taken = end + 1;
    let archive: Buffer | undefined;
    if (kind === 'result') {
      taken += Number(size);
      if (this.#pending.length < taken) return undefined;
      const bytes = this.#pending.subarray(end + 1, taken);
      archive = createHash('sha256').update(bytes).digest('hex') === sum ? bytes : undefined;
    }
    this.#pending = this.#pending.subarray(taken);
    switch (kind) {
      case 'ready':
      case 'spoiled':
      case 'done':
        return { kind };
      case 'start':
        return { kind, job: Number(job) };
      case 'result':
        return { kind, job: Number(job), archive };
      default:
        throw new Error(`the guest sent what is no frame: ${line}`);
    }
  }
}
