/** Rendering of templates. */
import { loadTemplate, type Template } from './templates.ts';

/** A function that renders the template at a path from the root of the package. Each is made once. */
export function createRenderer(): (template: string, view: object) => string {
  const made = new Map<string, Template>();
  return (path, view) => {
    const known = made.get(path);
    if (known !== undefined) return known(view);
    const template = loadTemplate(path);
    made.set(path, template);
    return template(view);
  };
}
