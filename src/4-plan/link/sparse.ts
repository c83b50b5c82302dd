/** Members of structs that a module has no use for are left out of it, with the lines that do nothing but set them. */
import { withoutLiterals } from '../tree.ts';

/** A line that stands or falls with members of a struct. */
interface MemberLine {
  readonly members: readonly string[];
  /** Members that it reads. */
  readonly reads: readonly string[];
}

/** The module's C besides the items. */
export interface OtherCode {
  readonly code: readonly string[];
  /** Names in more of it, any of which may be a member. */
  readonly names: Iterable<string>;
}

/** An item by its lines, or stretches of them; `undefined` for what stays whatever is used. */
type Lines = readonly { readonly text: string; readonly of: MemberLine | undefined }[];

/**
 * The texts of items without what nobody reads of the structs named `sparse`. Whoever has a member of the same name in another struct keeps it alive: too much may stay, never too little.
 */
export function withoutUnread(
  texts: readonly string[],
  sparse: ReadonlySet<string>,
  rest: OtherCode,
): string[] {
  const structs = new Map([...sparse].map((name) => [name, new Set<string>()]));
  const defined = texts.map((text) => structLines(text, structs));
  const names = new Set(rest.names);
  const isGiven = (member: string): boolean =>
    names.has(member) || [texts, rest.code].some((list) => list.some((text) => givesTo(member, text)));
  const set = texts.map((text, i): Lines => defined[i] ?? setterLines(text, structs, isGiven));
  const read = new Set([...names, ...rest.code.flatMap(readIn)]);
  const waiting: MemberLine[] = [];
  for (const { text, of } of set.flat()) {
    if (of !== undefined) waiting.push(of);
    else for (const member of readIn(text)) read.add(member);
  }
  for (let grew = true; grew; ) {
    const before = read.size;
    for (const { members, reads } of waiting) {
      if (members.some((m) => read.has(m))) for (const member of reads) read.add(member);
    }
    grew = read.size > before;
  }
  return set.map((lines) =>
    lines
      .filter(({ of }) => of?.members.some((m) => read.has(m)) ?? true)
      .map(({ text }) => text)
      .join('\n'),
  );
}

/** The definition of a sparse struct by its members, which are noted; undefined for any other item. */
function structLines(text: string, structs: ReadonlyMap<string, Set<string>>): Lines | undefined {
  const name = /^struct (\w+) \{$/m.exec(text)?.[1];
  const known = name === undefined ? undefined : structs.get(name);
  if (known === undefined) return undefined;
  let inside = false;
  return text.split('\n').map((line) => {
    const members = inside ? membersOf(line) : [];
    if (line.endsWith('{')) inside = true;
    else if (line.startsWith('}')) inside = false;
    for (const member of members) known.add(member);
    return { text: line, of: members.length === 0 ? undefined : { members, reads: [] } };
  });
}

/** What a line of a struct declares. */
function membersOf(line: string): string[] {
  const code = withoutLiterals(line)
    .replace(/\/\*.*$/, '')
    .replaceAll(/\b_{2,}\w+(?:\([^()]*\))?|\[[^\]]*\]/g, '');
  const pointer = /\(\*(\w+)\)/.exec(code)?.[1];
  if (pointer !== undefined) return [pointer];
  return code.includes(';') ? code.split(',').flatMap((part) => /(\w+)\s*;?\s*$/.exec(part)?.[1] ?? []) : [];
}

/**
 * Finds `	hit->regs = regs;` and `		.regs = regs,` in what deals with a sparse struct, and `if (hit->finish) hit->finish(hit);` where
 * no member of that name `isGiven` a value anywhere.
 */
function setterLines(
  text: string,
  structs: ReadonlyMap<string, ReadonlySet<string>>,
  isGiven: (member: string) => boolean,
): Lines {
  const dealsWith = [...structs].filter(([name]) => text.includes(`struct ${name} `));
  const lines: { text: string; of: MemberLine | undefined }[] = [];
  let from = 0;
  const keep = (to: number): void => {
    if (to > from) lines.push({ text: text.slice(from, to - 1), of: undefined });
  };
  const isMember = (name: string): boolean => dealsWith.some(([, members]) => members.has(name));
  // What lies between such lines stays together: it is looked through once.
  for (const { index, line, of } of dealsWith.length === 0 ? [] : memberLines(text, isMember, isGiven)) {
    keep(index);
    lines.push({ text: line, of });
    from = index + line.length + 1;
  }
  keep(text.length + 1);
  return lines;
}

interface FoundLine {
  readonly index: number;
  readonly line: string;
  readonly of: MemberLine;
}

function memberLines(
  text: string,
  isMember: (name: string) => boolean,
  isGiven: (member: string) => boolean,
): FoundLine[] {
  const found: FoundLine[] = [];
  for (const { 0: line, 1: member = '', 2: value = '', index } of text.matchAll(SETTER)) {
    if (isMember(member)) found.push({ index, line, of: { members: [member], reads: readIn(value) } });
  }
  // Looked for where there is one: most C calls no member.
  if (!CALLED.test(text)) return found;
  for (const { 0: line, 2: member = '', index } of text.matchAll(CALL)) {
    if (isMember(member) && !isGiven(member)) found.push({ index, line, of: { members: [], reads: [] } });
  }
  return found.sort((a, b) => a.index - b.index);
}

const SETTER = /^\t(?:\w+->|\t\.)(\w+) = ([^;,\n]*)[;,]$/gm;
const CALLED = /(?:->|\.)\w+\(/;
/** On two lines, without an `else` behind it. */
const CALL = /^\t+if \((?:unlikely\()?([\w>.-]+)(?:->|\.)(\w+)\)*\n\t+\1(?:->|\.)\2\(.*\);$(?!\n\t+else)/gm;

/** Whether the member gets another value than NULL. */
function givesTo(member: string, code: string): boolean {
  return code.includes(`${member} = `) && new RegExp(`(?:->|\\.)${member} = (?!NULL\\b)`).test(code);
}

/** Members that C names. */
function readIn(code: string): string[] {
  return [...withoutLiterals(code).matchAll(/(?:->|\.|TAPC_SUM\()\s*([A-Za-z_]\w*)/g)].map(
    ([, member = '']) => member,
  );
}
