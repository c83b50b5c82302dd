/** `procfs("path").read`, `procfs("path").write`: files of the script in `/proc/systemtap/MODULE/`. */
import type { PointComponent } from '../../1-parse/ast.ts';
import type { Diagnostics } from '../../diagnostics/diagnostic.ts';
import type { CType } from '../../kernel/types.ts';
import { matchesNames, numberArgument, readPattern, rejectArgument, reportComponent } from '../components.ts';
import type { BodyParameter, BoundPoint, ContextVariable, HandlerContext, ProbeFamily } from '../family.ts';
import { pathProblem, reportClashes } from './paths.ts';
import { planFiles } from './plan.ts';

/** As in SystemTap. */
const PATH_UNLESS_SAID = 'command';
/** Root's alone. */
const UMASK_UNLESS_SAID = 0o077n;
const MOST_BYTES = 16_777_216n;

type Direction = 'read' | 'write';

/** Texts are no values of the kernel: they have no members. */
const TEXT: CType = { kind: 'void' };

const VARIABLES: Readonly<Record<Direction, ContextVariable>> = {
  read: {
    name: 'value',
    type: TEXT,
    c: '(const char *)value->text',
    text: true,
    parameter: false,
    own: 'made',
    store: { kind: 'text', c: 'value' },
  },
  write: { name: 'value', type: TEXT, c: 'value', text: true, parameter: false, own: 'given' },
};

const PARAMETERS: Readonly<Record<Direction, BodyParameter>> = {
  read: { declaration: 'struct tapc_value *value', name: 'value' },
  write: { declaration: 'const char *value', name: 'value' },
};

export const procfs: ProbeFamily = {
  name: 'procfs',
  types: ['procfs', 'procfs(string)', 'procfs.umask(number)', 'procfs(string).umask(number)'].flatMap(
    (file) => [`${file}.read`, `${file}.read.maxsize(number)`, `${file}.write`],
  ),

  claims: ([first]) => first?.name === 'procfs',

  bind(point, { diagnostics }) {
    const [first, ...rest] = point.components;
    if (first === undefined) return [];
    const path = pathOf(first, diagnostics);
    const hasMask = rest[0]?.name === 'umask';
    const umask = hasMask ? maskOf(rest[0], diagnostics) : UMASK_UNLESS_SAID;
    if (path === undefined || umask === undefined) return [];
    const [access, size, extra] = hasMask ? rest.slice(1) : rest;
    if (access === undefined) {
      const after = hasMask ? 'procfs("…").umask(0077)' : 'procfs("…")';
      diagnostics.error('probe-component', point.span, `${after} needs what it is for: .read or .write`);
      return [];
    }
    const direction = directionNamed(access.name);
    if (direction === undefined) {
      reportComponent(access, hasMask ? ['read', 'write'] : ['read', 'write', 'umask'], diagnostics);
      return [];
    }
    rejectArgument(access, diagnostics);
    if (size !== undefined && (size.name !== 'maxsize' || access.name !== 'read' || extra !== undefined)) {
      const stray = size.name === 'maxsize' && access.name === 'read' ? extra : size;
      reportComponent(
        stray ?? size,
        access.name === 'read' && stray === size ? ['maxsize'] : [],
        diagnostics,
      );
      return [];
    }
    const bytes = size === undefined ? null : bytesOf(size, diagnostics);
    if (bytes === undefined) return [];
    const head = `procfs${first.arg === undefined ? '' : `("${path}")`}${hasMask ? `.umask(${umask})` : ''}`;
    const tail = bytes === null ? '' : `.maxsize(${bytes})`;
    return [
      { text: `${head}.${direction}${tail}`, data: { path, direction, umask: Number(umask), size: bytes } },
    ];
  },

  together: reportClashes,
  suggest: () => [],
  context: (): HandlerContext => ({ level: 'atomic', paced: true, regs: false, task: true }),
  mechanism: () => 'a file in /proc/systemtap',
  variables: (point) => [VARIABLES[directionOf(point)]],
  signature: (point) => [PARAMETERS[directionOf(point)]],

  *list(pattern) {
    const components = readPattern(pattern) ?? [];
    for (const direction of ['read', 'write'] as const) {
      if (matchesNames(components, ['procfs', direction])) {
        yield { text: `procfs("PATH").${direction}`, variables: [{ name: '$value', type: 'string' }] };
      }
    }
  },

  plan: ({ handlers }) => planFiles(handlers),
};

function directionOf(point: BoundPoint): Direction {
  return point.data.direction === 'read' ? 'read' : 'write';
}

function directionNamed(name: string): Direction | undefined {
  return name === 'read' || name === 'write' ? name : undefined;
}

function pathOf(first: PointComponent, diagnostics: Diagnostics): string | undefined {
  if (first.arg === undefined) return PATH_UNLESS_SAID;
  if (first.arg.kind !== 'string') {
    diagnostics.error('probe-argument', first.span, '"procfs" takes the path of a file: procfs("name")');
    return undefined;
  }
  const path = first.arg.value;
  const problem = pathProblem(path);
  if (problem === undefined) return path;
  diagnostics.error('procfs-path', first.span, `"${path}" is no path of a file in /proc: ${problem}`, {
    hints: path === '__stdin' ? ['what is typed comes to input.char and input.line'] : [],
  });
  return undefined;
}

function maskOf(component: PointComponent | undefined, diagnostics: Diagnostics): bigint | undefined {
  const mask = numberArgument(component, diagnostics);
  return mask === undefined ? undefined : mask & 0o777n;
}

function bytesOf(component: PointComponent, diagnostics: Diagnostics): number | undefined {
  const bytes = numberArgument(component, diagnostics);
  if (bytes === undefined) return undefined;
  if (bytes >= 1n && bytes <= MOST_BYTES) return Number(bytes);
  diagnostics.error('probe-argument', component.span, `"maxsize" takes a number from 1 to ${MOST_BYTES}`);
  return undefined;
}
