import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { architectures, findArchitecture, hostArchitecture } from '../../src/kernel/architectures.ts';
import { bundledOf, openBundled } from '../../src/kernel/bundled.ts';
import { ProfileError } from '../../src/kernel/error.ts';
import { selectProfile } from '../../src/kernel/select.ts';

// What the user has imported would be found first.
beforeAll(() => {
  vi.stubEnv('TAPC_CACHE', '/nowhere/cache');
});
afterAll(() => {
  vi.unstubAllEnvs();
});

function errorOf(act: () => unknown): ProfileError {
  try {
    act();
  } catch (error) {
    if (error instanceof ProfileError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

it('takes a line for the architecture that is asked for, else for the own one', () => {
  expect(selectProfile('6.12-arm64').profile.arch).toBe('arm64');
  expect(selectProfile('6.12', 'arm64').profile.name).toBe('6.12-arm64');
  expect(selectProfile('6.12', 'aarch64').profile.name).toBe('6.12-arm64');
  expect(selectProfile('6.12', 'amd64').profile.name).toBe('6.12');
  expect(selectProfile('6.12').profile.arch).toBe(hostArchitecture().name);
});

it.each(['6.12', '6.12-arm64'])('finds %s by its release', (name) => {
  const { release, arch } = openBundled(name);
  expect(selectProfile(release).profile.name).toBe(name);
  expect(selectProfile(release, arch).profile.name).toBe(name);
});

it.each(architectures.map(({ name }) => name))('has bundled kernels of %s', (name) => {
  const architecture = findArchitecture(name);
  const names = architecture === undefined ? [] : bundledOf(architecture);
  expect(names.length).toBeGreaterThan(2);
  for (const bundled of names) expect(openBundled(bundled).arch).toBe(name);
});

it('says what is wrong with an architecture', () => {
  expect(errorOf(() => selectProfile('6.12', 's390x')).message).toBe('no kernels of the architecture s390x');
  const { release } = openBundled('6.1');
  const error = errorOf(() => selectProfile(release, 'arm64'));
  expect(error.message).toBe(`${release} is a kernel of x86_64, not of arm64`);
  expect(error.code).toBe('kernel-not-found');
});
