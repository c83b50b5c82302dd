/** Makes what bin/tapc runs: the command line in one file, trees of the tapset, and the snapshot to start from. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { build, type Plugin } from 'esbuild';
import { precompiledTemplates } from './src/5-emit/precompile.ts';
import { storeTrees } from './src/cli/tapset.ts';

const BUNDLE = 'dist/tapc.cjs';
const NEW = 'dist/new.cjs';
/** Only the Node that took it can start from it. */
const SNAPSHOT = `dist/tapc-${process.version}.blob`;
const NEW_SNAPSHOT = 'dist/new.blob';
/** The flags that a start needs, too: V8 takes a snapshot only with those that it was taken with. */
const FLAGS = 'dist/v8-flags';
/** That Node's file, so that bin/tapc knows it without starting it, and its version. */
const TAKER = 'dist/node';
/**
 * Most runs end before compiled code or a collection of garbage has paid for itself; a big script is to leave memory for others; and
 * whoever can choose the names in a script may have their hashes collide.
 */
const V8_FLAGS = [
  '--interrupt-budget=1000000',
  '--interrupt-budget-for-feedback-allocation=6000',
  '--interrupt-budget-factor-for-feedback-allocation=48',
  '--no-baseline-batch-compilation',
  '--min-semi-space-size=8',
  '--max-semi-space-size=8',
  '--initial-old-space-size=64',
  '--heap-growing-percent=10',
  '--no-rehash-snapshot',
];

/** Templates compiled here, so that their compiler stays out of the bundle. */
const templates: Plugin = {
  name: 'templates',
  setup: (bundler) => {
    bundler.onLoad({ filter: /5-emit[/]templates[.]ts$/ }, () => ({
      contents: precompiledTemplates(),
      resolveDir: import.meta.dirname,
    }));
  },
};

/** Parts of Node that few commands need, each loaded when something in it is first used. */
const lateBuiltins: Plugin = {
  name: 'late builtins',
  setup: (bundler) => {
    bundler.onResolve(
      { filter: /^node:(child_process|crypto|stream.promises|timers.promises|zlib)$/ },
      (wanted) =>
        wanted.namespace === 'late'
          ? { path: wanted.path, external: true }
          : { path: wanted.path, namespace: 'late' },
    );
    bundler.onLoad({ filter: /./, namespace: 'late' }, async ({ path }) => ({
      contents: Object.keys(await import(path))
        .filter((name) => name !== 'default')
        .map(
          (name) =>
            `Object.defineProperty(exports,'${name}',{enumerable:true,get:()=>require('${path}').${name}});`,
        )
        .join('\n'),
    }));
  },
};

mkdirSync('dist', { recursive: true });
storeTrees('dist');
await build({
  entryPoints: ['src/cli/main.ts'],
  outfile: NEW,
  bundle: true,
  plugins: [templates, lateBuiltins],
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  // One byte a character is what V8 reads fastest.
  charset: 'ascii',
  minifySyntax: true,
  minifyWhitespace: true,
  minifyIdentifiers: true,
  legalComments: 'none',
  // A snapshot may be started elsewhere than it was made: bin/tapc names the bundle in its first argument, as Node itself does.
  banner: { js: "const bundle={get folder(){return require('node:path').resolve(process.argv[1],'..')}};" },
  define: { 'import.meta.dirname': 'bundle.folder' },
});
// esbuild leaves regular expressions as they are, and one other character makes two bytes of each.
const [wide] = /[^\0-\x7f]+/.exec(readFileSync(NEW, 'latin1')) ?? [];
if (wide !== undefined) throw new Error(`the bundle is not all ASCII: ${Buffer.from(wide, 'latin1')}`);
// Written beside and renamed, so that a tapc which starts meanwhile finds the old bundle or the new one.
rmSync(SNAPSHOT, { force: true });
renameSync(NEW, BUNDLE);
takeSnapshot();

/** Starts the bundle, and keeps the heap that it has when it is ready for its arguments. Without one, tapc starts slower. */
function takeSnapshot(): void {
  const { status, stderr } = spawnSync(
    process.execPath,
    [...V8_FLAGS, '--snapshot-blob', NEW_SNAPSHOT, '--build-snapshot', BUNDLE],
    { encoding: 'utf8', env: { ...process.env, NODE_OPTIONS: '' } },
  );
  if (status === 0) {
    writeFileSync(FLAGS, `${V8_FLAGS.join(' ')}\n`);
    renameSync(NEW_SNAPSHOT, SNAPSHOT);
    const { stdout } = spawnSync('find', ['-L', process.execPath, '-printf', '%i:%C@'], { encoding: 'utf8' });
    writeFileSync(TAKER, `${stdout} ${process.version}\n`);
    return;
  }
  // Node shows the line of the bundle, which has thousands of characters.
  const said = stderr.split('\n').filter((line) => line.length < 200);
  console.error(`Node ${process.version} took no snapshot of tapc:\n${said.join('\n')}`);
}
