/** The catalogue of diagnostics: `messages/*.md`, one entry a code. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface CatalogueEntry {
  readonly code: string;
  /** The line below the heading. */
  readonly summary: string;
  /** The whole entry below its heading, Markdown. */
  readonly text: string;
  /** The scripts of its fenced `stp` examples. */
  readonly examples: readonly string[];
}

/** All entries by code, from the `.md` files of `folder`. */
export function readCatalogue(folder: string): ReadonlyMap<string, CatalogueEntry> {
  const entries = new Map<string, CatalogueEntry>();
  for (const name of readdirSync(folder).sort()) {
    if (!name.endsWith('.md')) continue;
    for (const entry of parseCatalogue(readFileSync(join(folder, name), 'utf8')))
      entries.set(entry.code, entry);
  }
  return entries;
}

/** The entries of one catalogue file. */
export function parseCatalogue(markdown: string): CatalogueEntry[] {
  return markdown
    .split(/^## /m)
    .slice(1)
    .map((section) => {
      const newline = section.indexOf('\n');
      const text = section.slice(newline + 1).trim();
      return {
        code: section.slice(0, newline).trim(),
        summary: text.split('\n', 1)[0] ?? '',
        text,
        examples: [...text.matchAll(/^```stp\n(.*?)^```/gms)].map((m) => m[1] ?? ''),
      };
    });
}
