/**
 * Templates as functions. Here they are compiled when they are first asked for; the build puts what precompile.ts
 * makes in the place of this file, since the compiler costs more time at every start than the templates themselves.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Handlebars from 'handlebars';
import { packageRoot } from '../assets.ts';
import { once } from '../once.ts';
import { TEMPLATE_OPTIONS } from './template-options.ts';

const compiled = once(() => new Map<string, (view: object) => string>());

/** What the template at a path from the root of the package makes of a view. */
export function render(path: string, view: object): string {
  const known = compiled().get(path);
  if (known !== undefined) return known(view);
  const text = readFileSync(join(packageRoot(), path), 'utf8');
  const template = Handlebars.compile<object>(text, TEMPLATE_OPTIONS);
  compiled().set(path, template);
  return template(view);
}
