import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeEach, expect, it, vi } from 'vitest';
import { parseCatalogue } from '../../src/diagnostics/catalogue.ts';
import { bundledFolder, bundledNames, openProfileFile } from '../../src/kernel/bundled.ts';
import { ProfileError, profileErrorCodes } from '../../src/kernel/error.ts';
import { importedFolder, importedNames, importKernel, openRunning } from '../../src/kernel/import.ts';
import {
  importText,
  kernelsText,
  listKernels,
  summarizeKernel,
  summaryText,
} from '../../src/kernel/kernels.ts';
import { selectProfile } from '../../src/kernel/select.ts';
import { BtfBuilder, smallKernel } from './btf-builder.ts';
import { buildBzImage, buildElf, exportSections } from './elf-builder.ts';

const btf = smallKernel().build();
const banner = Buffer.from('Linux version 6.7.8-test (a@b) (gcc 12) #1 SMP Debian\n\0', 'latin1');
const vmlinux = buildElf(62, [['.rodata', banner], ['.BTF', btf], ...exportSections(['kfree', 'wake'])]);

/** Bundled profiles unpacked, for all tests but the one of unpacking. */
const unpacked = mkdtempSync(path.join(tmpdir(), 'tapc-unpacked-'));
afterAll(() => rmSync(unpacked, { recursive: true }));

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'tapc-profiles-'));
  const cache = path.join(folder, 'cache');
  mkdirSync(cache);
  symlinkSync(unpacked, path.join(cache, 'unpacked'));
  vi.stubEnv('TAPC_CACHE', cache);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

function file(name: string, content: Buffer | string): string {
  const place = path.join(folder, name);
  mkdirSync(path.dirname(place), { recursive: true });
  writeFileSync(place, content);
  return place;
}

/** A build folder such as 6.12's, with or without the vmlinux that carries BTF alone. */
function headers(withBtf: boolean, release = '6.7.8-test'): string {
  file('build/include/generated/utsrelease.h', `#define UTS_RELEASE "${release}"\n`);
  file('build/.config', 'CONFIG_HZ=250\nCONFIG_NAME="a \\" b"\n# CONFIG_OFF is not set\n');
  file(
    'build/Module.symvers',
    '0x00000001\twake\tvmlinux\tEXPORT_SYMBOL_GPL\tINNER\n0x00000002\tother\tdrivers/x\tEXPORT_SYMBOL\t\n',
  );
  file(
    'source/include/trace/events/some.h',
    '#define TRACE_SYSTEM some\nTRACE_EVENT(woken,\n\tTP_PROTO(int x));\n',
  );
  file('build/Makefile', `include ${folder}/source/Makefile\n`);
  if (withBtf) file('build/vmlinux', buildElf(62, [['.BTF', btf]]));
  return path.join(folder, 'build');
}

function moduleFile(name: string, vermagic: string): Buffer {
  const types = new BtfBuilder(smallKernel());
  const own = types.compound('struct', 'gadget', 8, [['state', 1, 0]]);
  types.func('gadget_open', 1, [['gadget', types.record('pointer', '', own)]]);
  return buildElf(62, [
    ['.modinfo', Buffer.from(`license=GPL\0name=${name}\0vermagic=${vermagic}\0`)],
    ['.gnu.linkonce.this_module', Buffer.alloc(64)],
    ['.BTF', types.build()],
  ]);
}

function errorOf(run: () => unknown): ProfileError {
  try {
    run();
  } catch (error) {
    if (error instanceof ProfileError) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

it('imports a folder of headers, and finds it again', () => {
  const profile = importKernel([headers(true)]);
  expect(profile.release).toBe('6.7.8-test');
  expect(profile.config('HZ')).toBe('250');
  expect(profile.config('OFF')).toBeUndefined();
  expect([...profile.exportedSymbols()]).toEqual([{ name: 'wake', gpl: true, namespace: 'INNER' }]);
  expect(profile.tracepoints('some:*').map((tracepoint) => tracepoint.name)).toEqual(['woken']);
  expect(profile.exportsAssumedFrom).toBeUndefined();
  expect(importedNames()).toEqual(['6.7.8-test']);
  expect(selectProfile('6.7.8-test').reason).toBe('imported');
  expect(selectProfile('6.7').profile.types().func('wake')?.params.length).toBe(2);
  expect(kernelsText()).toContain('6.7.8-test');
  expect(summaryText(summarizeKernel('6.7.8-test'))).toContain(
    'exports                          1 symbols\n',
  );
});

it('imports headers without BTF together with the image', () => {
  const build = headers(false);
  const error = errorOf(() => importKernel([build]));
  expect(error.code).toBe('kernel-no-btf');
  expect(error.hint).toContain('vmlinuz');
  const image = file('vmlinuz', buildBzImage(gzipSync(vmlinux), '6.7.8-test', '#1 SMP'));
  const profile = importKernel([build, image], { name: 'mine' });
  expect(profile.version).toBe('#1 SMP');
  // What the headers say of the exports goes before what the image says.
  expect([...profile.exportedSymbols()].map((symbol) => symbol.name)).toEqual(['wake']);
  expect(importedNames()).toEqual(['mine']);
});

it('imports an image alone', () => {
  const profile = importKernel([file('vmlinux', vmlinux)]);
  expect(profile.release).toBe('6.7.8-test');
  expect([...profile.exportedSymbols()].map((symbol) => symbol.name)).toEqual(['kfree', 'wake']);
});

it('imports a BTF file under a given release, and assumes the exports of the neighbours', () => {
  const place = file('vmlinux.btf', btf);
  expect(errorOf(() => importKernel([place])).code).toBe('kernel-not-found');
  const profile = importKernel([place], { release: '6.7.8' });
  expect(profile.exportsAssumedFrom).toMatch(/^6\.1\.\S+, 6\.12\.\S+$/);
  // A variable is in no BTF, and so believed; a function that this kernel does not have is not exported.
  expect(profile.exports('init_task') || profile.exports('jiffies')).toBe(true);
  expect(profile.exports('kfree')).toBe(false);
});

it('takes a kernel whose headers are not given to be configured as its neighbours agree', () => {
  const profile = importKernel([file('vmlinux', vmlinux)], { name: 'image' });
  expect(profile.configAssumedFrom).toMatch(/^6\.1\.\S+, 6\.12\.\S+$/);
  expect(profile.config('DYNAMIC_FTRACE_WITH_ARGS')).toBe('y');
  expect(profile.config('CC_VERSION_TEXT')).toBeUndefined();
  expect(summaryText(summarizeKernel('image'))).toMatch(
    /^configuration +not told by the kernel: assumed from 6\.1\./m,
  );
  const told = importKernel([headers(true)], { name: 'headers' });
  expect(told.configAssumedFrom).toBeUndefined();
  expect(told.config('DYNAMIC_FTRACE_WITH_ARGS')).toBeUndefined();
});

it('refuses lists that are cut off, or have other lines than lists have', () => {
  const symvers = '0x00000000\twake\tvmlinux\tEXPORT_SYMBOL_GPL\tINNER\n';
  const config = '# A comment.\n\nCONFIG_HZ=250\nCONFIG_CC="gcc (Debian \u00e4)"\n';
  const refused = (text: string): string =>
    errorOf(() => importKernel([file('vmlinux', vmlinux), file('list', Buffer.from(text))])).message;
  expect(refused(symvers.slice(0, -1))).toContain('list: damaged Module.symvers: its last line is cut off');
  expect(refused(`${symvers}0x00000000\tsleep\n`)).toContain('damaged Module.symvers: line 2 is no export');
  expect(refused(config.slice(0, -1))).toContain('list: damaged configuration: its last line is cut off');
  expect(refused(`${config}CONFIG_NO\n`)).toContain('damaged configuration: line 5 is no option');
  expect(refused(`${config}CONFIG_X=\0\n`)).toContain('damaged configuration: line 5 is no option');
  const profile = importKernel([
    file('vmlinux', vmlinux),
    file('symvers', Buffer.from(symvers)),
    file('config', Buffer.from(config)),
  ]);
  expect([profile.config('CC'), profile.exports('wake')]).toEqual(['gcc (Debian \u00e4)', true]);
});

it('reads no device', () => {
  const error = errorOf(() => importKernel(['/dev/zero']));
  expect(error.code).toBe('kernel-file-unknown');
  expect(error.message).toContain('/dev/zero');
});

it('imports a profile made elsewhere', () => {
  importKernel([file('vmlinux', vmlinux)], { name: 'first' });
  const made = path.join(folder, 'given.profile');
  writeFileSync(made, '');
  rmSync(made);
  const kept = path.join(importedFolder(), 'first.profile');
  expect(openProfileFile(kept).name).toBe('first');
  const again = importKernel([kept]);
  expect(again.types().func('wake')?.params.length).toBe(2);
});

it('imports modules with their kernel', () => {
  const module = moduleFile('gad_get', '6.7.8-test SMP');
  expect(errorOf(() => importKernel([file('gadget.ko', module)])).code).toBe('kernel-no-btf');
  const profile = importKernel([file('vmlinux', vmlinux), file('gad-get.ko.gz', gzipSync(module))]);
  expect(profile.modules()).toEqual(['gad_get']);
  // By the name of the file or of the module.
  expect(profile.functions('*', 'gad-get')).toEqual(['gadget_open']);
  expect(profile.types('gad_get')?.func('wake')?.params.length).toBe(2);
  expect(profile.types('no_such')).toBeUndefined();
  const other = file('other.ko', moduleFile('other', '6.9.9-other SMP'));
  expect(errorOf(() => importKernel([file('vmlinux', vmlinux), other])).message).toContain('6.9.9-other');
});

it('refuses files of different kernels', () => {
  const build = headers(true, '6.9.9-other');
  const error = errorOf(() => importKernel([build, file('vmlinux', vmlinux)]));
  expect(error.message).toContain('6.9.9-other');
  expect(error.message).toContain('6.7.8-test');
});

it('changes nothing when a file is damaged', () => {
  importKernel([file('vmlinux', vmlinux)]);
  const before = readdirSync(importedFolder());
  for (let length = 0; length < vmlinux.length; length += 101) {
    const cut = file('vmlinux', vmlinux.subarray(0, length));
    const error = errorOf(() => importKernel([cut]));
    expect(error.message.startsWith(`${cut}: `)).toBe(true);
    expect(error.hint).toMatch(/\.$/);
  }
  expect(readdirSync(importedFolder())).toEqual(before);
  expect(openProfileFile(path.join(importedFolder(), '6.7.8-test.profile')).exports('kfree')).toBe(true);
});

it.each([
  ['a file that is not there', '/nowhere/vmlinuz', 'kernel-file-unreadable'],
  ['a folder that is no build folder', '/usr', 'kernel-file-unknown'],
])('says what is wrong with %s', (_, place, code) => {
  expect(errorOf(() => importKernel([place])).code).toBe(code);
  expect(importedNames()).toEqual([]);
});

it('says which kernels there are when asked for another', () => {
  const error = errorOf(() => selectProfile('4.19'));
  expect(error.code).toBe('kernel-not-found');
  for (const name of bundledNames()) expect(error.message).toContain(name);
  expect(errorOf(() => selectProfile('6.12.1-none')).hint).toContain('-r 6.12');
});

it('takes a path of headers, an image or a profile', () => {
  expect(selectProfile(headers(true)).profile.release).toBe('6.7.8-test');
  expect(selectProfile(file('vmlinuz', vmlinux)).profile.release).toBe('6.7.8-test');
  const bundled = path.join(bundledFolder(), `${bundledNames()[0]}.profile`);
  expect(selectProfile(bundled).profile.line).toBe(bundledNames()[0]);
});

it('leaves profiles that cannot be used out of the list, and says why', () => {
  importKernel([file('vmlinux', vmlinux)]);
  const place = path.join(importedFolder(), 'broken.profile');
  writeFileSync(place, 'tapcprof');
  const { kernels, unusable } = listKernels();
  const stored = kernels.filter((kernel) => kernel.kept !== 'running');
  expect(stored.map((kernel) => kernel.name)).toEqual([...bundledNames(), '6.7.8-test']);
  expect(unusable.map((entry) => entry.file)).toEqual([place]);
  expect(kernelsText()).toContain(`${place}: damaged profile: its header is not whole. Remove`);
});

it('works where the cache cannot be written', () => {
  const blocked = file('blocked', 'a file where the cache folder should be');
  vi.stubEnv('TAPC_CACHE', blocked);
  const { profile } = selectProfile('6.12');
  expect(profile.types().func('vfs_read')?.params.length).toBe(4);
  expect(errorOf(() => importKernel([file('vmlinux', vmlinux)])).code).toBe('profile-unwritable');
  expect(selectProfile(file('vmlinux', vmlinux)).profile.release).toBe('6.7.8-test');
});

it('unpacks a bundled profile into the cache once, and reads the same from there', () => {
  const cache = path.join(folder, 'empty');
  vi.stubEnv('TAPC_CACHE', cache);
  const count = selectProfile('6.12').profile.functions('*').length;
  const copies = path.join(cache, 'unpacked');
  expect(readdirSync(copies).length).toBe(1);
  const again = selectProfile('6.12').profile;
  expect(again.functions('*').length).toBe(count);
  expect(again.exports('register_kprobe')).toBe(true);
  // A copy that is not whole is made anew.
  const copy = path.join(copies, readdirSync(copies)[0] ?? '');
  writeFileSync(copy, 'tapcprof');
  expect(selectProfile('6.12').profile.functions('*').length).toBe(count);
});

it('takes the running kernel where its BTF can be read, else the newest bundled one', () => {
  const { profile, reason } = selectProfile();
  if (existsSync('/sys/kernel/btf/vmlinux')) {
    expect(reason).toBe('the running kernel');
    expect(profile.types().func('vfs_read')?.params.length).toBe(4);
    expect(openRunning()?.release).toBe(profile.release);
  } else {
    expect(profile.name).toBe(bundledNames().at(-1));
    expect(reason).toContain('bundled');
  }
});

it('says what an import made', () => {
  expect(importText([file('vmlinux', vmlinux)], {})).toBe(
    'imported 6.7.8-test (x86_64): use it with -r 6.7.8-test\n',
  );
});

it('has an entry of the catalogue for every code', () => {
  const messages = path.join(import.meta.dirname, '../../src/diagnostics/messages/kernel.md');
  const entries = parseCatalogue(readFileSync(messages, 'utf8'));
  expect(entries.map((entry) => entry.code).sort()).toEqual([...profileErrorCodes].sort());
  for (const entry of entries) expect(entry.summary).toMatch(/^[A-Z].*\.$/);
});
