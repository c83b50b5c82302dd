/**
 * Where the files lie that ship beside the program: `runtime/`, `tapsets/`, templates and messages. This module is
 * one folder below the root both as a source (`src/`) and in the bundle (`dist/`), which is why it stands here.
 */
import { fileURLToPath } from 'node:url';

/** Path of a file or folder given from the project's root: `rootPath('runtime/map/map.c.hbs')`. */
export function rootPath(relative: string): string {
  return fileURLToPath(new URL(`../${relative}`, import.meta.url));
}
