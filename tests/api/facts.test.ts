/** A fact decides what a kernel gets, never its version. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '..', '..');

function files(folder: string, pattern: RegExp): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && pattern.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Lines that match, as `file:line: text`. */
function findings(paths: readonly string[], pattern: RegExp): string[] {
  return paths.flatMap((path) =>
    readFileSync(path, 'utf8')
      .split('\n')
      .flatMap((line, i) => (pattern.test(line) ? [`${relative(root, path)}:${i + 1}: ${line.trim()}`] : [])),
  );
}

/** A look at the version in C. */
const IN_C =
  /LINUX_VERSION_CODE|KERNEL_VERSION|UTS_RELEASE|RHEL_RELEASE|#\s*if(?:n?def)?\b.*\b(?:VERSION|PATCHLEVEL)\b/;

/** A line or release that is compared with something, or taken apart, or a version spelled out in a condition. */
const IN_TYPESCRIPT =
  /(?:profile\.line|kernel\.line|\.release|kernelRelease|kernelVersion)\s*(?:[<>]=?|[!=]==?)|compareReleases\(|(?:[<>]=?|[!=]==)\s*'\d\.\d+/;

/** What may know a release, since it is about names of kernels: choosing a profile, and `-r`. */
const ABOUT_NAMES = /^src\/kernel\/(?:select|bundled|import|kernels|sources|make)\.ts:/;

describe('facts, not versions', () => {
  const c = [
    ...files('runtime', /\.(?:c|h|hbs)$/),
    ...files('src', /\.hbs$/),
    ...files('tests/golden/modules', /\.c$/),
    ...files('tapsets', /\.stpm?$/),
  ];
  const typescript = files('src', /\.ts$/);

  test('in the C of the runtime, in templates, in tapsets, and in what comes out', () => {
    expect(c.length).toBeGreaterThan(80);
    expect(findings(c, IN_C)).toEqual([]);
  });

  test('generated C has no conditional but what -D asks for', () => {
    expect(
      findings(
        c.filter((file) => file.endsWith('.c')),
        /^\s*#\s*(?:if|elif|ifdef|ifndef)\b(?! TAPC_\w+$)/,
      ),
    ).toEqual([]);
  });

  test('in TypeScript', () => {
    expect(typescript.length).toBeGreaterThan(200);
    const found = findings(typescript, IN_TYPESCRIPT).filter((line) => !ABOUT_NAMES.test(line));
    expect(found).toEqual([]);
  });

  test('and the patterns find what they are for', () => {
    for (const line of ['#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 1, 0)', '#ifdef RHEL_RELEASE_CODE']) {
      expect(line).toMatch(IN_C);
    }
    for (const line of [
      "if (profile.line === '6.1') {",
      "profile.release >= '6.12'",
      'compareReleases(a, b) < 0',
    ]) {
      expect(line).toMatch(IN_TYPESCRIPT);
    }
  });
});
