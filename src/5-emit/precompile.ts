/** What the build puts in the place of templates.ts: all templates compiled, and no compiler. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import Handlebars from 'handlebars';
import { packageRoot } from '../assets.ts';
import { TEMPLATE_OPTIONS } from './template-options.ts';

/** Paths of all templates from the root of the package, sorted. */
export function templateFiles(): string[] {
  const root = packageRoot();
  return ['src', 'runtime'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.hbs'))
      .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'))
      .sort(),
  );
}

/** JavaScript of a module with the same exports as templates.ts. */
export function precompiledTemplates(): string {
  const rows = templateFiles().map((path) => `${JSON.stringify(path)}: () => (${precompiled(path)}),\n`);
  return `import Handlebars from 'handlebars/runtime.js';
const templates = {\n${rows.join('')}};
const made = new Map();
export function render(path, view) {
  if (!made.has(path)) made.set(path, Handlebars.template(templates[path]()));
  return made.get(path)(view);
}
`;
}

/** A place in a template. */
const PLACE = /\{"start":\{"line":\d+,"column":\d+\},"end":\{"line":\d+,"column":\d+\}\}/g;
/** What each part of a template has for the runtimes of older versions. */
const LOOKUP_OF_OLD_RUNTIMES = / \|\| function\(parent, propertyName\) \{[^{}]*\{[^{}]*\}[^{}]*\}/g;

/** Without what only a message about a name that is missing would tell, and without what older runtimes need: a third of all. */
function precompiled(path: string): string {
  const text = readFileSync(join(packageRoot(), path), 'utf8');
  const code = String(Handlebars.precompile(text, TEMPLATE_OPTIONS));
  return code.replace(PLACE, '0').replace(LOOKUP_OF_OLD_RUNTIMES, '');
}
