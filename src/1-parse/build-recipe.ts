/** Writes the compiled grammar into a folder (default `dist`): `tsx src/1-parse/build-recipe.ts [DIR]`. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { grammarRecipe, RECIPE_FILE } from './grammar.ts';

const folder = process.argv[2] ?? 'dist';
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, RECIPE_FILE), grammarRecipe());
