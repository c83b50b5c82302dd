/** Makes what bin/tapc runs: the command line in one file, V8's code for it, and the grammar compiled beside it. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { build, type Plugin } from 'esbuild';
import { grammarRecipe, RECIPE_FILE } from './src/1-parse/grammar.ts';
import { RUNTIME_FILE, RUNTIME_TEXTS, storedRuntime } from './src/4-plan/link/library.ts';
import { precompiledTemplates } from './src/5-emit/precompile.ts';
import { prepareTapset } from './src/cli/tapset.ts';

const BUNDLE = 'dist/tapc.cjs';
const NEW = 'dist/new.cjs';

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
writeFileSync(`dist/${RECIPE_FILE}`, grammarRecipe());
const runtime = storedRuntime();
writeFileSync(`dist/${RUNTIME_FILE}`, runtime.json);
writeFileSync(`dist/${RUNTIME_TEXTS}`, runtime.texts);
prepareTapset('dist');
await build({
  entryPoints: ['src/cli/main.ts'],
  outfile: NEW,
  bundle: true,
  plugins: [templates, lateBuiltins],
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  // One byte a character is what V8 reads fastest; bin/tapc reads it so.
  charset: 'ascii',
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none',
  banner: { js: "const bundleUrl=require('node:url').pathToFileURL(__filename).href;" },
  define: { 'import.meta.url': 'bundleUrl' },
});
// Written beside and renamed, so that a tapc which starts meanwhile finds the old bundle or the new one.
rmSync(`${BUNDLE}.cache`, { force: true });
renameSync(NEW, BUNDLE);
writeCodeCache();

/** Runs a compilation as bin/tapc would, and keeps the functions that V8 compiled for it. */
function writeCodeCache(): void {
  const script =
    'global n probe begin, timer.s(1) { n++ if (n > 1) printf("%s %d\\n", "hits", n) else exit() }';
  const loader = 'dist/new-cache.cjs';
  writeFileSync(
    loader,
    `const { readFileSync, writeFileSync } = require('node:fs');
    const { wrap } = require('node:module');
    const bundle = require('node:path').join(__dirname, 'tapc.cjs');
    const script = new (require('node:vm').Script)(wrap(readFileSync(bundle, 'latin1')), { filename: bundle });
    process.on('exit', () => writeFileSync(__filename + '.cache', script.createCachedData()));
    script.runInThisContext()({}, require, { exports: {} }, bundle, __dirname);`,
  );
  execFileSync(process.execPath, [loader, 'compile', '-r', '6.12', '-e', script], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  renameSync(`${loader}.cache`, `${BUNDLE}.cache`);
  rmSync(loader);
}
