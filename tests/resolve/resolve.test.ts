import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Script } from '../../src/1-parse/ast.ts';
import { parse } from '../../src/1-parse/index.ts';
import { globMatcher } from '../../src/2-resolve/glob.ts';
import { resolve } from '../../src/2-resolve/index.ts';
import { scanDefinitions, TapsetLibrary } from '../../src/2-resolve/library.ts';
import type { Program } from '../../src/2-resolve/program.ts';
import { Diagnostics } from '../../src/diagnostics/diagnostic.ts';
import { preprocessorFacts } from '../../src/pipeline.ts';
import { families } from '../../src/probes/registry.ts';
import { diagnosticLines, moduleRequest } from '../support/check.ts';

const samples = join(import.meta.dirname, 'samples');

function describeProgram(text: string): string {
  const { source, profile, tapset, overrides } = moduleRequest(text);
  const diagnostics = new Diagnostics();
  const conditions = preprocessorFacts(profile, false);
  const read = (file: typeof source): Script =>
    parse(file, { args: [], conditions, guru: true }, diagnostics);
  const script = read(source);
  const library = new TapsetLibrary(tapset, read);
  const { program } = resolve({ source, script, library, profile, families, overrides }, diagnostics);
  const lines = [
    ...program.probes.flatMap((probe) => describeProbe(probe, text)),
    ...program.functions.map(
      (f) => `function ${f.id}/${f.item.params.length}${f.trusted ? ' (tapset)' : ''}`,
    ),
    ...program.globals.map((g) => `global ${g.id}`),
    ...diagnosticLines({ sources: program.sources, diagnostics: diagnostics.list, hasErrors: false }),
  ];
  return `${lines.join('\n')}\n`;
}

function describeProbe(probe: Program['probes'][number], text: string): string[] {
  const part = (span: { start: number; end: number }) =>
    text.slice(span.start, span.end).replace(/\s+/g, ' ');
  return [
    `probe ${probe.written}`,
    ...probe.points.map((p) => `  at ${p.text}`),
    ...probe.conditions.map((c) => `  if ${part(c.span)}`),
    ...probe.blocks.map((b) => `  do ${b.span.file === 'test.stp' ? part(b.span) : b.span.file}`),
    ...probe.origin.map((o) => `  through ${o.name}`),
  ];
}

describe('phase 2', () => {
  test.each(readdirSync(samples).filter((name) => name.endsWith('.stp')))('%s', async (name) => {
    const text = readFileSync(join(samples, name), 'utf8');
    await expect(describeProgram(text)).toMatchFileSnapshot(join(samples, name.replace(/\.stp$/, '.txt')));
  });
});

test('the scan of a tapset file finds its definitions', () => {
  const text =
    'global a, b[10]\nprivate global c\nprivate function f(x) {}\nprobe x.y("z"), w = begin {}\nfunction g:long () %{ %}\nprobe end {}';
  expect(scanDefinitions(text)).toEqual({
    functions: ['f', 'g'],
    globals: ['a', 'b'],
    aliases: ['x.y', 'w'],
    macros: [],
  });
});

test('a star stops at a dot, two do not', () => {
  expect(globMatcher('vfs.*').test('vfs.read')).toBe(true);
  expect(globMatcher('vfs.*').test('vfs.read.return')).toBe(false);
  expect(globMatcher('vfs.**').test('vfs.read.return')).toBe(true);
  expect(globMatcher('a[xy].b?').test('ax.bc')).toBe(true);
  expect(globMatcher('a(').test('a(')).toBe(true);
});
