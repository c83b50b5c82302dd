import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
const folder = mkdtempSync(join(tmpdir(), 'tapc-diff-'));
const script = join(folder, 'script.stp');
writeFileSync(script, 'probe timer.s(1), kernel.function("vfs_read").return { println(execname()) }\n');

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function tapc(...args: string[]): {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
} {
  return spawnSync(join(root, 'bin', 'tapc'), args, { encoding: 'utf8', cwd: folder });
}

describe('tapc diff', { timeout: 60_000 }, () => {
  test('tells the meaning first, then the C', () => {
    const { status, stdout } = tapc('diff', script, '--from', '6.12', '--to', '7.3');
    expect(status).toBe(1);
    const [meaning = '', patch = ''] = stdout.split(/^(?=--- )/m);
    expect(meaning).toMatch(/^kernel symbols\n/);
    expect(meaning).toContain('  - hrtimer_init  prepare a timer\n');
    expect(meaning).toContain('  + hrtimer_setup  prepare a timer\n');
    expect(meaning).toContain('  + timer/hrtimer-setup.c  exports hrtimer_setup\n');
    expect(patch).toMatch(/^--- 6\.12\.\S+ \(x86_64\)\n\+\+\+ 7\.3\.\S+ \(x86_64\)\n@@ /);
    expect(patch).toMatch(/^-\thrtimer_init\(/m);
    // The kernel's name in the comment at the top is no difference.
    expect(patch).not.toMatch(/^[+-] \*/m);
    // No terminal, no colour.
    expect(stdout).not.toContain('\u001b[');
  });

  test('says nothing, with exit code 0, where nothing differs', () => {
    expect(tapc('diff', script, '--from', '7.3', '--to', '7.3')).toMatchObject({ status: 0, stdout: '' });
  });

  test('gives JSON, and counts', () => {
    const { status, stdout } = tapc(
      'diff',
      '-e',
      'probe begin { f = @cast(0, "struct file")->f_flags println(f) }',
      '--from',
      '6.1',
      '--to',
      '7.3',
      '--json',
    );
    expect(status).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      offsets: [{ member: 'struct file.f_flags', from: expect.any(Number), to: expect.any(Number) }],
      points: { lost: [], found: [] },
      lines: { added: expect.any(Number), removed: expect.any(Number) },
      diff: expect.stringContaining('static_assert(offsetof(struct file, f_flags)'),
    });
    const stat = tapc('diff', script, '--from', '6.12', '--to', '7.3', '--stat');
    expect(stat.stdout).toMatch(/^symbols +\+\d+ -\d+$/m);
    expect(stat.stdout).not.toContain('@@');
  });

  test('finds the points that a wildcard loses', () => {
    const { stdout } = tapc(
      'diff',
      '-e',
      'probe kernel.function("vfs_s*") { println(1) }',
      '--from',
      '5.10',
      '--to',
      '7.3',
      '--stat',
    );
    const points = stdout.split('probe points\n')[1] ?? '';
    expect(points).toMatch(/^ {2}- kernel\.function\("vfs_s\w+"\)/m);
  });

  test('says why a script does not compile for one of them', () => {
    const { status, stdout } = tapc(
      'diff',
      '-e',
      'probe kernel.function("__get_task_comm") { println(1) }',
      '--from',
      '6.12',
      '--to',
      '7.3',
    );
    expect(status).toBe(1);
    expect(stdout).toMatch(/^does not compile for 7\.3\.\S+ \(x86_64\)\n {2}- no-such-probe-point: /);
  });

  test('compares kept C', () => {
    for (const kernel of ['6.1', '6.12'])
      tapc('compile', '-r', kernel, script, '-o', join(folder, `k${kernel}.c`));
    const { status, stdout } = tapc(
      'diff',
      '--from',
      join(folder, 'k6.1.c'),
      '--to',
      join(folder, 'k6.12.c'),
    );
    expect(status).toBe(1);
    expect(stdout).toContain('  + register_fprobe_ips  hook returns by address\n');
    expect(stdout).toContain('  + return/by-fprobe.c  exports register_fprobe_ips\n');
    expect(tapc('diff', '--from', join(folder, 'k6.1.c'), '--to', join(folder, 'k6.1.c'))).toMatchObject({
      status: 0,
      stdout: '',
    });
    writeFileSync(join(folder, 'other.c'), 'int x;\n');
    expect(tapc('diff', '--from', join(folder, 'other.c'), '--to', join(folder, 'k6.1.c'))).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('is no module that tapc wrote'),
    });
  });

  test('finds no difference between kept C and the kernel that it was made for', () => {
    const kept = join(folder, 'kept.c');
    for (const name of ['wildcard', 'timers']) {
      const golden = join(import.meta.dirname, '../golden/modules', `${name}.stp`);
      tapc('compile', '-r', '7.3', golden, '-o', kept);
      expect(tapc('diff', golden, '--from', kept, '--to', '7.3'), name).toMatchObject({
        status: 0,
        stdout: '',
      });
    }
    const gone = tapc('diff', '--from', kept, '--to', join(folder, 'none.c'));
    expect(gone).toMatchObject({ status: 2, stderr: expect.stringContaining('there is no file') });
  });
});
