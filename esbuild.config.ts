/** Makes what bin/tapc runs: the command line in one file, and the grammar compiled beside it. */
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { build } from 'esbuild';
import { grammarRecipe, RECIPE_FILE } from './src/1-parse/grammar.ts';

await mkdir('dist', { recursive: true });
await writeFile(`dist/${RECIPE_FILE}`, grammarRecipe());
// Written beside and renamed, so that a tapc which starts meanwhile finds the old bundle or the new one.
await build({
  entryPoints: ['src/cli/main.ts'],
  outfile: 'dist/tapc.new.js',
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  minifySyntax: true,
  legalComments: 'none',
  // commander and handlebars are CommonJS and ask for node's modules with require.
  banner: {
    js: "import { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);",
  },
});
await rename('dist/tapc.new.js', 'dist/tapc.js');
