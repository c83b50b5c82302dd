/** Writing files of the user's: whole or not at all. */
import { realpathSync, statSync, writeFileSync } from 'node:fs';
import { writeWhole as writeBytes } from '../kernel/file.ts';
import { environmentError } from './exit.ts';

/** The system's word for what went wrong, `ENOENT`; empty for anything else. */
export function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/**
 * Writes a file of the user's: a reader sees the old one or the new one, never a part. What is there keeps its mode, and a link keeps
 * leading to it; a device or a pipe is written to.
 */
export function writeWhole(file: string, text: string): void {
  try {
    const there = statSync(file, { throwIfNoEntry: false });
    if (there === undefined || there.isFile()) {
      const place = there === undefined ? file : realpathSync(file);
      writeBytes(place, piecesOf(text), there?.mode);
    } else writeFileSync(file, text);
  } catch (error) {
    throw environmentError(
      `cannot write ${file}: ${errorCode(error) || String(error)}`,
      'check that the folder exists and may be written',
    );
  }
}

const PIECE = 1 << 16;

/** A big module takes its size in memory once, not twice: each piece is in the place of the one before. */
function* piecesOf(text: string): Generator<Uint8Array> {
  const encoder = new TextEncoder();
  const room = new Uint8Array(PIECE);
  for (let at = 0; at < text.length; ) {
    const { read, written } = encoder.encodeInto(text.slice(at), room);
    yield room.subarray(0, written);
    at += read;
  }
}
