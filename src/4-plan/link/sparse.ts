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
  const given = new Set([...rest.names, ...[...texts, ...rest.code].flatMap(givenIn)]);
  const set = texts.map((text, i): Lines => defined[i] ?? setterLines(text, structs, given));
  const read = new Set([...rest.names, ...rest.code.flatMap(readIn)]);
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
 * no member of that name is ever `given` a value.
 */
function setterLines(
  text: string,
  structs: ReadonlyMap<string, ReadonlySet<string>>,
  given: ReadonlySet<string>,
): Lines {
  const dealsWith = [...structs].filter(([name]) => text.includes(`struct ${name} `));
  const lines: { text: string; of: MemberLine | undefined }[] = [];
  let from = 0;
  const keep = (to: number): void => {
    if (to > from) lines.push({ text: text.slice(from, to - 1), of: undefined });
  };
  // What lies between such lines stays together: it is looked through once.
  for (const match of dealsWith.length === 0 ? [] : text.matchAll(SETTER_OR_CALL)) {
    const [line, setMember, value = '', , called = ''] = match;
    const member = setMember ?? called;
    if (!dealsWith.some(([, members]) => members.has(member))) continue;
    if (setMember === undefined && given.has(member)) continue;
    keep(match.index);
    const members = setMember === undefined ? [] : [setMember];
    lines.push({ text: line, of: { members, reads: readIn(value) } });
    from = match.index + line.length + 1;
  }
  keep(text.length + 1);
  return lines;
}

const SETTER = String.raw`^\t(?:\w+->|\t\.)(\w+) = ([^;,\n]*)[;,]$`;
/** On two lines, without an `else` behind it. */
const CALL = String.raw`^\t+if \((?:unlikely\()?([\w>.-]+)(?:->|\.)(\w+)\)*\n\t+\3(?:->|\.)\4\(.*\);$(?!\n\t+else)`;
const SETTER_OR_CALL = new RegExp(`${SETTER}|${CALL}`, 'gm');

/** Members that get another value than NULL. */
function givenIn(code: string): string[] {
  return [...code.matchAll(/(?:->|\.)(\w+) = (?!NULL\b)/g)].map(([, member = '']) => member);
}

/** Members that C names. */
function readIn(code: string): string[] {
  return [...withoutLiterals(code).matchAll(/(?:->|\.|TAPC_SUM\()\s*([A-Za-z_]\w*)/g)].map(
    ([, member = '']) => member,
  );
}
