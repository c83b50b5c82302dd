import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';
const listing = { maxBuffer: 1 << 28 };

/** One suite of Debian's archive, seen through apt with state of its own: nothing is installed or changed. */
export interface Suite {
  /** Names of the packages that match the regular expression. */
  search(pattern: string): Promise<string[]>;
  /** Packages that the newest version of a package depends on, alternatives included. */
  dependencies(name: string): Promise<string[]>;
  /** Downloads packages into a folder; apt checks their signatures. Shows apt's progress on a terminal. */
  download(names: readonly string[], folder: string): Promise<void>;
}

/**
 * The URL of Debian's main or security archive as this machine's own apt reaches it.
 * Throws with what to do where the machine has no such source.
 */
export async function archiveUrl(archive: 'main' | 'security'): Promise<string> {
  const variable = archive === 'main' ? 'TAPC_DEBIAN_MIRROR' : 'TAPC_DEBIAN_SECURITY_MIRROR';
  const given = process.env[variable];
  if (given !== undefined && given !== '') return given.replace(/\/+$/, '');
  const { stdout } = await run('apt-get', ['update', '--print-uris'], listing);
  const archives = new Map<'main' | 'security', string>();
  for (const [, url, suite] of stdout.matchAll(/^'([^'\n]*)\/dists\/([^'\n]+)\/InRelease'/gm)) {
    if (url === undefined || suite === undefined || !/\/debian(-security)?$/.test(url)) continue;
    const kind = /-security$|\/updates$/.test(suite) ? 'security' : 'main';
    if (!archives.has(kind)) archives.set(kind, url);
  }
  // Mirrors carry the two side by side, so the one tells where the other is.
  const main = archives.get('main');
  const found = archives.get(archive) ?? (main === undefined ? undefined : `${main}-security`);
  if (found === undefined) {
    throw new Error(
      `no source of Debian's ${archive} archive in this machine's apt configuration: set ${variable} to its URL`,
    );
  }
  return found;
}

/**
 * Opens a suite, reading its package lists anew. `state` is a folder that this alone uses; a package's name is of
 * the first of `architectures`, unless it says another one.
 */
export async function openSuite(
  state: string,
  url: string,
  suite: string,
  architectures: readonly string[],
): Promise<Suite> {
  for (const part of ['nothing', 'lists/partial', 'cache/archives/partial']) {
    await mkdir(path.join(state, part), { recursive: true });
  }
  const signed = existsSync(keyring) ? `[signed-by=${keyring}] ` : '';
  await writeFile(path.join(state, 'sources.list'), `deb ${signed}${url} ${suite} main\n`);
  await writeFile(path.join(state, 'status'), '');
  const options = Object.entries({
    'Dir::State::lists': path.join(state, 'lists'),
    'Dir::State::status': path.join(state, 'status'),
    'Dir::Etc::sourcelist': path.join(state, 'sources.list'),
    'Dir::Etc::sourceparts': path.join(state, 'nothing'),
    'Dir::Etc::preferences': path.join(state, 'status'),
    'Dir::Etc::preferencesparts': path.join(state, 'nothing'),
    'Dir::Cache': path.join(state, 'cache'),
    'APT::Architecture': architectures[0] ?? '',
    'APT::Architectures': architectures.join(','),
    'APT::Get::List-Cleanup': 'false',
    'Acquire::Languages': 'none',
    'Acquire::Retries': '3',
    // The cache may lie in a home folder that apt's own user may not enter.
    ...(process.getuid?.() === 0 ? { 'APT::Sandbox::User': 'root' } : {}),
  }).flatMap(([name, value]) => ['-o', `${name}=${value}`]);

  await run('apt-get', [...options, '-qq', '-o', 'APT::Update::Error-Mode=any', 'update'], listing);
  return {
    async search(pattern) {
      const { stdout } = await run('apt-cache', [...options, 'search', '--names-only', pattern], listing);
      return stdout.split('\n').flatMap((line) => /^(\S+) - /.exec(line)?.[1] ?? []);
    },
    async dependencies(name) {
      const { stdout } = await run('apt-cache', [...options, 'show', '--no-all-versions', name], listing);
      const field = /^Depends: (.*)$/m.exec(stdout)?.[1] ?? '';
      return field.split(/[,|]/).flatMap((item) => /[a-z0-9][a-z0-9.+-]*/.exec(item)?.[0] ?? []);
    },
    async download(names, folder) {
      await mkdir(folder, { recursive: true });
      const terminal = process.stderr.isTTY === true;
      const quiet = terminal ? [] : ['-qq'];
      await watch('apt-get', [...options, ...quiet, 'download', ...names], folder);
    },
  };
}

/** Runs a command whose output is for the user's eyes: it all goes to standard error. */
function watch(command: string, args: readonly string[], folder: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: folder, stdio: ['ignore', 2, 2] });
    child.on('error', reject);
    child.on('exit', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`${command} failed (exit status ${code}); its messages are above`));
    });
  });
}
