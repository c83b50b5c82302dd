import { homedir } from 'node:os';
import path from 'node:path';

/** Where tapc keeps what it can make again: $TAPC_CACHE, else its folder in the user's cache. */
export function cacheFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const given = environment.TAPC_CACHE;
  if (given !== undefined && given !== '') return path.resolve(given);
  const shared = environment.XDG_CACHE_HOME;
  const base = shared !== undefined && shared !== '' ? shared : path.join(homedir(), '.cache');
  return path.join(base, 'tapc');
}
