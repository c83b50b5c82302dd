/**
 * Rendering of templates; the only file that knows what they are written in. Strict: a field that the view lacks is
 * an error. Nothing is escaped.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Handlebars from 'handlebars';
import { packageRoot } from '../assets.ts';

type Template = (view: object) => string;

/** A function that renders the template at a path from the root of the package. Each is compiled once. */
export function createRenderer(): (template: string, view: object) => string {
  const compiled = new Map<string, Template>();
  const engine = Handlebars.create();
  return (template, view) => {
    const known = compiled.get(template);
    if (known !== undefined) return known(view);
    const text = readFileSync(join(packageRoot(), template), 'utf8');
    const made: Template = engine.compile(text, { strict: true, noEscape: true });
    compiled.set(template, made);
    return made(view);
  };
}
