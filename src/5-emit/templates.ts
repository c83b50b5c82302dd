/**
 * Templates as functions. Here they are compiled when they are first asked for; the build puts what precompile.ts
 * makes in the place of this file, since the compiler costs more time at every start than the templates themselves.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Handlebars from 'handlebars';
import { packageRoot } from '../assets.ts';
import { TEMPLATE_OPTIONS } from './template-options.ts';

export type Template = (view: object) => string;

/** The template at a path from the root of the package. */
export function loadTemplate(path: string): Template {
  return Handlebars.compile(readFileSync(join(packageRoot(), path), 'utf8'), TEMPLATE_OPTIONS);
}
