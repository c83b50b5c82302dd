/** The only place that writes files: whole or not at all. */
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { environmentError } from './exit.ts';

/** The system's word for what went wrong, `ENOENT`; empty for anything else. */
export function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/** Writes `text` beside `file` and renames it: a reader sees the old file or the new one, never a part. */
export function writeWhole(file: string, text: string): void {
  const folder = dirname(file);
  const beside = join(folder, `.${basename(file)}.${process.pid}.tmp`);
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(beside, text);
    renameSync(beside, file);
  } catch (error) {
    rmSync(beside, { force: true });
    throw environmentError(
      `cannot write ${file}: ${errorCode(error) || String(error)}`,
      'check that the folder exists and may be written',
    );
  }
}
