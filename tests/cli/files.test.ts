/** Where what a user asked for is written: what is there besides a plain file. */
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { writeWhole } from '../../src/cli/files.ts';

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tapc-files-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('a file that is there keeps its mode', () => {
  const file = join(folder, 'script.stp');
  writeFileSync(file, 'old');
  chmodSync(file, 0o750);
  writeWhole(file, 'new');
  expect(readFileSync(file, 'utf8')).toBe('new');
  expect(statSync(file).mode & 0o7777).toBe(0o750);
  expect(readdirSync(folder)).toEqual(['script.stp']);
});

test('a link keeps leading to its file', () => {
  const [file, link] = [join(folder, 'kept.c'), join(folder, 'link.c')];
  writeFileSync(file, 'old');
  symlinkSync('kept.c', link);
  writeWhole(link, 'new');
  expect(lstatSync(link).isSymbolicLink()).toBe(true);
  expect(readFileSync(file, 'utf8')).toBe('new');
});

test('a device is written to, and stays one', () => {
  // A second name, so that a fault here takes nobody's /dev/null away.
  const link = join(folder, 'null');
  symlinkSync('/dev/null', link);
  writeWhole(link, 'text');
  expect(statSync(link).isCharacterDevice()).toBe(true);
  expect(lstatSync(link).isSymbolicLink()).toBe(true);
});

test('a folder is no place for a file', () => {
  expect(() => writeWhole(folder, 'text')).toThrow(/cannot write .*EISDIR/);
  expect(existsSync(folder)).toBe(true);
});

test('a folder that nobody can make is told', () => {
  expect(() => writeWhole('/proc/none/there/x.c', 'text')).toThrow(/cannot write .*ENOENT/);
});
