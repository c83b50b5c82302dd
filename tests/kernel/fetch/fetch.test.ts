import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { cacheFolder } from '../../../src/kernel/cache.ts';
import { readSource } from '../../../src/kernel/sources.ts';
import { fetchKernel } from './fetch.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

describe.each(['6.1', '6.12'])('kernel %s', (line) => {
  it('is one kernel, image and headers', async () => {
    const kernel = await fetchKernel(line);
    expect(kernel.release.startsWith(`${line}.`)).toBe(true);
    expect(readSource(kernel.vmlinuz).release).toBe(kernel.release);
    expect(readSource(kernel.headers).release).toBe(kernel.release);
  });

  it('names no folder outside of the cache in its Makefile', async () => {
    const { headers } = await fetchKernel(line);
    const makefile = await readFile(path.join(headers, 'Makefile'), 'utf8');
    const named = makefile.match(/\/\S+\/usr\/src\/\S+|^include \/\S+/gm) ?? [];
    expect(named.length).toBeGreaterThan(0);
    for (const folder of named) expect(folder).toContain(cacheFolder());
  });

  it('is taken from the cache without asking anyone', async () => {
    const first = await fetchKernel(line);
    // Without a path there is no apt to run.
    vi.stubEnv('PATH', '');
    expect(await fetchKernel(line)).toEqual(first);
  });
});

it('says what is missing', async () => {
  await expect(fetchKernel('2.4')).rejects.toThrow('no kernel line 2.4: the known ones are 5.10, 6.1, 6.12');
  vi.stubEnv('TAPC_CACHE', '/nowhere/cache');
  vi.stubEnv('PATH', '');
  await expect(fetchKernel('6.1')).rejects.toThrow('needs apt-get and dpkg');
});
