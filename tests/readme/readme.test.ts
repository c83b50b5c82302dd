import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const example = join(root, 'tests', 'kernel', 'samples', 'readme', 'opens', 'script.stp');

/** The texts of all fenced blocks of a kind. */
function blocks(kind: string): string[] {
  return [...readme.matchAll(new RegExp(`^\`\`\`${kind}\\n(.*?)^\`\`\``, 'gms'))].map((m) => m[1] ?? '');
}

interface Step {
  readonly command: string;
  readonly output: string;
}

function steps(block: string): Step[] {
  return block
    .split(/^\$ /m)
    .slice(1)
    .map((step) => {
      const newline = step.indexOf('\n');
      return { command: step.slice(0, newline), output: step.slice(newline + 1) };
    });
}

describe('the README', () => {
  test('shows the script that runs on real kernels', () => {
    expect(blocks('stp')).toEqual([readFileSync(example, 'utf8')]);
  });

  test('shows what its commands print', { timeout: 60_000 }, () => {
    const folder = mkdtempSync(join(tmpdir(), 'tapc-readme-'));
    try {
      copyFileSync(example, join(folder, 'opens.stp'));
      const shown = blocks('console').flatMap(steps);
      expect(shown.length).toBeGreaterThan(0);
      for (const { command, output } of shown) {
        const printed = execFileSync('sh', ['-c', `${command} 2>&1`], {
          cwd: folder,
          encoding: 'utf8',
          env: { ...process.env, PATH: `${join(root, 'bin')}:${process.env.PATH ?? ''}` },
        });
        expect(printed, command).toBe(output);
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test('begins with the two commands that a newcomer runs', () => {
    const [first, second] = blocks('sh').map((block) => block.trim());
    expect(first).toMatch(/^npm install .* bin\/tapc compile /);
    expect(second).toBe('npm run --silent test:all');
    expect(readFileSync(join(root, '.ci', 'run'), 'utf8')).toContain('README.md');
  });
});
