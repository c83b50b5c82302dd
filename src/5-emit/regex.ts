/** Tables of regular expressions in C. */
import type { PlanRegex, PlanTagger, PlanTester } from '../4-plan/plan.ts';
import { commentText } from './literal.ts';
import { WIDTH } from './wrap.ts';

export function printRegex(regex: PlanRegex): string {
  const { name, machine } = regex;
  const count = Math.max(...regex.classes) + 1;
  const head = `/* =~ "${commentText(regex.pattern)}" */\n${classTable(name, regex.classes)}\n\n`;
  return (
    head + (machine.kind === 'tester' ? printTester(name, machine, count) : printTagger(name, machine, count))
  );
}

function printTester(name: string, { next, first }: PlanTester, classes: number): string {
  return [
    `static const u16 ${name}_next[][${classes}] = {`,
    ...next.map((row) => braced(row.map(String))),
    '};',
    '',
    `static const struct tapc_regex ${name} = {`,
    `\t.class = ${name}_class,\n\t.next = ${name}_next[0],\n\t.classes = ${classes},\n\t.first = ${first},`,
    '};',
  ].join('\n');
}

function printTagger(name: string, machine: PlanTagger, classes: number): string {
  const { first } = machine;
  const moves = machine.moves.map(
    ({ from, tags }) => `{ ${from === 'fresh' ? 'TAPC_FRESH' : from}, ${tags} }`,
  );
  return [
    `static const struct tapc_regex_step ${name}_step[][${classes}] = {`,
    ...machine.steps.map((row) => braced(row.map((s) => `{ ${s.next}, ${s.moves} }`))),
    '};',
    '',
    ...table('struct tapc_regex_move', `${name}_move`, moves.length === 0 ? ['{ }'] : moves),
    '',
    ...table('u8', `${name}_threads`, machine.threads.map(String)),
    '',
    ...table('u8', `${name}_matched`, machine.matched.map(String)),
    '',
    `static const struct tapc_regex_groups ${name} = {`,
    `\t.class = ${name}_class,\n\t.step = ${name}_step[0],\n\t.move = ${name}_move,`,
    `\t.threads = ${name}_threads,\n\t.matched = ${name}_matched,`,
    `\t.first = { ${first.next}, ${first.moves} },\n\t.classes = ${classes},\n\t.tags = ${machine.tags},`,
    '};',
  ].join('\n');
}

/** Runs of bytes of the same class, those of class 0 left out. */
function classTable(name: string, classes: readonly number[]): string {
  const entries: string[] = [];
  for (let from = 0; from < 256; ) {
    let to = from;
    while (to < 255 && classes[to + 1] === classes[from]) to++;
    const key = from === to ? byteLiteral(from) : `${byteLiteral(from)} ... ${byteLiteral(to)}`;
    if (classes[from] !== 0) entries.push(`[${key}] = ${classes[from]}`);
    from = to + 1;
  }
  return table('u8', `${name}_class`, entries, '[256]').join('\n');
}

function byteLiteral(byte: number): string {
  if (byte === 0x27 || byte === 0x5c) return `'\\${String.fromCharCode(byte)}'`;
  return byte > 0x20 && byte < 0x7f ? `'${String.fromCharCode(byte)}'` : String(byte);
}

function table(type: string, name: string, entries: readonly string[], size = '[]'): string[] {
  return [`static const ${type} ${name}${size} = {`, ...filled(entries, '\t'), '};'];
}

function braced(entries: readonly string[]): string {
  const line = `\t{ ${entries.join(', ')} },`;
  if (line.length + 7 <= WIDTH) return line;
  return ['\t{', ...filled(entries, '\t\t'), '\t},'].join('\n');
}

/** Entries, as many in a line as fit. */
function filled(entries: readonly string[], margin: string): string[] {
  const lines: string[] = [];
  let line = '';
  for (const entry of entries) {
    if (line !== '' && line.length + entry.length + 2 + margin.length * 8 > WIDTH) {
      lines.push(`${margin}${line}`);
      line = '';
    }
    line += `${line === '' ? '' : ' '}${entry},`;
  }
  return line === '' ? lines : [...lines, `${margin}${line}`];
}
