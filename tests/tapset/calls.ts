/** `calls.txt` to aliases of the tapset. */

/** Columns of a line, tabs as eight. */
const WIDTH = 150;

/** One call of the table. */
interface Call {
  readonly name: string;
  /** Names in the kernel's table of numbers, each with `.native` or `.compat` behind it where only those are meant. */
  readonly sources: readonly string[];
  readonly args: readonly string[];
  /** Format of `return_str`. */
  readonly format: number;
  /** More statements, what `argstr` is instead of all arguments, when the call is meant at all. */
  readonly extra: string[];
  argstr?: string;
  condition?: string;
}

interface Section {
  readonly file: string;
  readonly title: string;
  readonly calls: Call[];
}

/** One argument: its statements, and its piece of `argstr`. */
interface Argument {
  readonly statements: readonly string[];
  readonly format: string;
  readonly value: string;
}

export function callFiles(table: string): [string, string][] {
  return readSections(table).map(({ file, title, calls }) => [
    `${file}.stp`,
    [`// System calls: ${title}. Made of calls.txt by \`npm run tapset\`.`, '', ...calls.map(aliasesOf)].join(
      '\n',
    ),
  ]);
}

function readSections(table: string): Section[] {
  const sections: Section[] = [];
  for (const line of table.split('\n')) {
    const calls = sections.at(-1)?.calls;
    const last = calls?.at(-1);
    const [, file, title] = /^== (\w+): (.*)$/.exec(line) ?? [];
    if (file !== undefined) sections.push({ file, title: title ?? '', calls: [] });
    else if (line === '' || line.startsWith('#')) continue;
    else if (last !== undefined && line.startsWith('+ ')) last.extra.push(line.slice(2));
    else if (last !== undefined && line.startsWith('! ')) last.argstr = line.slice(2);
    else if (last !== undefined && line.startsWith('? ')) last.condition = line.slice(2);
    else calls?.push(readCall(line));
  }
  return sections;
}

function readCall(line: string): Call {
  const [, name = '', sources, args = '', format] =
    /^(\w+)(?:=(\S+))?:((?: (?!->)\S+)*)(?: -> ([xo]))?$/.exec(line) ?? [];
  if (name === '') throw new Error(`calls.txt: cannot read "${line}"`);
  return {
    name,
    sources: sources?.split(',') ?? [name],
    args: args.split(' ').filter((arg) => arg !== '' && arg !== '-'),
    format: format === 'x' ? 2 : format === 'o' ? 3 : 1,
    extra: [],
  };
}

function aliasesOf(call: Call): string {
  // Structs of calls whose names end so are those of 64-bit programs, whoever calls.
  const wide = call.sources.some((source) => /time(?:r)?64$|^clock_\w+64$|_settime64$/.test(source));
  const args = call.args.map((arg, i) => argumentOf(arg, i + 1, wide ? '$compat && $nr < 403' : '$compat'));
  const formats = args.map((a) => a.format).join(', ');
  const argstr =
    call.argstr ??
    (args.length === 0 ? '""' : `sprintf("${formats}", ${args.map((a) => a.value).join(', ')})`);
  const condition = call.condition === undefined ? [] : [`if (!(${call.condition})) next`];
  const never = call.sources[0] === 'never';
  // Where no call ever comes there is nothing to read, but the variables are there.
  const read = (s: string): string => (never ? s.replaceAll(/\$\w+/g, '0') : s);
  const variables = groups([...args.map((a) => a.statements), call.extra]).map((s) => s.map(read));
  const only = call.condition === undefined ? '' : `if (!(${call.condition})) next; `;
  const result = never ? '0' : '$return';
  const names = variables.flat().flatMap((s) => /^(\w+) =/.exec(s)?.[1] ?? []);
  const doc = names.length === 0 ? 'No arguments.' : `Variables: ${names.join(', ')}.`;
  const body = [
    ...condition,
    `name = "${call.name}"`,
    ...variables.flatMap((s) => wrap(s)),
    `argstr = ${argstr}`,
  ];
  return [
    `/** A program calls ${call.name}(2). ${doc} */`,
    ...block(`probe syscall.${call.name} = ${points(call, '')} {`, body),
    `/** ${call.name}(2) comes back with \`retval\`; \`retstr\` is the same as text. */`,
    `probe syscall.${call.name}.return = ${points(call, '.return')} { ${only}name = "${call.name}"; retval = ${result}; retstr = return_str(${call.format}, retval) }`,
    '',
  ].join('\n');
}

/** Arguments that are but a number stand together, others by themselves with what is derived of them. */
function groups(args: readonly (readonly string[])[]): (readonly string[])[] {
  const made: (readonly string[])[] = [];
  let plain = false;
  for (const statements of args) {
    const last = made.at(-1);
    if (statements.length === 1 && plain && last !== undefined)
      made[made.length - 1] = [...last, ...statements];
    else made.push(statements);
    plain = statements.length === 1;
  }
  return made;
}

/** On one line where it fits. */
function block(head: string, body: readonly string[]): string[] {
  const whole = `${head} ${body.join('; ')} }`;
  return whole.length <= WIDTH ? [whole] : [head, ...body.map((line) => `\t${line}`), '}'];
}

/** An argument with what is derived of it stands on one line, as far as that reaches. */
function wrap(statements: readonly string[]): string[] {
  const lines: string[] = [];
  for (const statement of statements) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + statement.length + 10 < WIDTH)
      lines[lines.length - 1] = `${last}; ${statement}`;
    else lines.push(statement);
  }
  return lines;
}

function points({ sources }: Call, suffix: string): string {
  return sources
    .map((source, i) => {
      if (source === 'never') return 'never';
      const [name, width] = source.split('.');
      return `kernel.syscall("${name}")${width === undefined ? '' : `.${width}`}${suffix}${i > 0 ? ' ?' : ''}`;
    })
    .join(', ');
}

const ARGUMENT = /^(\w+?)(?:@(\d),?(\d)?)?:(\w+)(?:@(\w+))?(?:=(\w+))?$/;

function argumentOf(text: string, place: number, narrow: string): Argument {
  const [, type = '', first, second, name = '', address, given] = ARGUMENT.exec(text) ?? [];
  if (type === '') throw new Error(`calls.txt: cannot read the argument "${text}"`);
  // What follows the @ is the argument's place, or of a buffer the place of its length.
  const sized = type === 'buf' || type === 'iov' || type === 'sockaddr';
  const n = sized || first === undefined ? place : Number(first);
  const plain = (value: string, format: string): Argument => ({
    statements: [`${name} = ${value}`],
    format,
    value: name,
  });
  const described = (value: string, description: string): Argument => {
    const str = given ?? `${name}_str`;
    return { statements: [`${name} = ${value}`, `${str} = ${description}`], format: '%s', value: str };
  };
  switch (type) {
    case 'fd':
    case 'i':
    case 'id':
      return plain(`$int${n}`, '%d');
    case 'u':
      return plain(`$uint${n}`, '%u');
    case 'ux':
      return plain(`$uint${n}`, '%#x');
    case 'l':
      return plain(`$long${n}`, '%d');
    case 'n':
      return plain(`$arg${n}`, '%u');
    case 'x':
      return plain(`$arg${n}`, '%#x');
    case 'p':
      return plain(`$arg${n}`, '%p');
    case 'mode':
      return plain(`$uint${n} & 0xffff`, '%#o');
    case 'id16':
      return plain(`$int${n} << 48 >> 48`, '%d');
    case 'off':
      return plain(`$compat ? $uint${n} | $uint${n + 1} << 32 : $long${second ?? n}`, '%d');
    case 'off2':
      return plain(`$compat ? $uint${n} | $uint${n + 1} << 32 : $long${n}`, '%d');
    case 'sig':
      return described(`$int${n}`, `syscall_signal(${name})`);
    case 'dfd':
      return described(`$int${n}`, `syscall_dfd(${name})`);
    case 'path': {
      const uaddr = address ?? `${name}_uaddr`;
      return {
        statements: [
          `${uaddr} = $arg${n}`,
          `${name} = user_string_quoted(${uaddr})`,
          `${name}_unquoted = user_string_nofault(${uaddr})`,
        ],
        format: '%s',
        value: name,
      };
    }
    case 'buf':
      return described(`$arg${n}`, `syscall_buffer(${name}, $arg${first}, 64)`);
    case 'iov':
      return described(`$arg${n}`, `syscall_iovec(${name}, $int${first}, $compat)`);
    case 'sockaddr': {
      const made = described(`$arg${n}`, `syscall_sockaddr(${name}, $int${first})`);
      return { ...made, statements: [...made.statements, ...socketVariables(name, `$int${first}`)] };
    }
    case 'pair':
      return described(`$arg${n}`, `syscall_pair(${name})`);
    default:
      if (STRUCTS.has(type)) return described(`$arg${n}`, `syscall_${type}(${name}, ${narrow})`);
      return described(FLAGS_WITHOUT_SIGN.test(type) ? `$uint${n}` : `$int${n}`, `syscall_${type}(${name})`);
  }
}

function socketVariables(name: string, length: string): string[] {
  return [
    `uaddr_af = syscall_sockaddr_family(${name}, ${length})`,
    `uaddr_ip = syscall_sockaddr_ip(${name}, ${length})`,
    `uaddr_ip_port = syscall_sockaddr_port(${name}, ${length})`,
    `uaddr_ipv6_flowinfo = syscall_sockaddr_flowinfo(${name}, ${length})`,
    `uaddr_ipv6_scope_id = syscall_sockaddr_scope(${name}, ${length})`,
  ];
}

/** Decoded by functions of decode.stp, which want to know whose longs they are. */
const STRUCTS: ReadonlySet<string> = new Set([
  'timespec',
  'timespec2',
  'timeval',
  'timeval2',
  'timezone',
  'timex',
  'itimerval',
  'itimerspec',
  'sigset',
  'sigaction',
  'siginfo',
  'stack',
  'rlimit',
  'rlimit64',
]);

const FLAGS_WITHOUT_SIGN = /_flag$|_mask$|_prot$/;
