/** The target's build tree and the compiler that fits it. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Arch, architectureOf, hostArchitecture } from '../kernel/architectures.ts';
import { environmentError, usageError } from './exit.ts';
import { say } from './report.ts';

export interface BuildTree {
  /** Folder with the kernel's Makefile. */
  readonly folder: string;
  /** The compiler to call, as CC gets it. */
  readonly compiler: string;
  /** For make: the architecture, where it is not this machine's, and what of the configuration does not hold for this compiler. */
  readonly overrides: readonly string[];
}

/** The build tree for a release, or the folder itself where one was named: as `--headers`, or as the kernel. */
export function findBuildTree(
  { release, arch }: { readonly release: string; readonly arch: Arch },
  named: { readonly headers: string | undefined; readonly kernel: string | undefined },
  compiler?: string,
): BuildTree {
  const { headers, kernel } = named;
  if (headers !== undefined && !isTree(headers)) {
    throw usageError(`--headers ${headers}: not a build tree of a kernel, for it has no Makefile`);
  }
  const asKernel = kernel !== undefined && isTree(kernel) ? kernel : undefined;
  const folder = headers ?? asKernel ?? `/lib/modules/${release}/build`;
  if (!isTree(folder)) {
    throw environmentError(
      `no kernel headers for ${release}: ${folder} is not a build tree`,
      `install them (on Debian: apt-get install linux-headers-${release}), or name a build tree with --headers`,
    );
  }
  const own = releaseOf(folder);
  if (own !== undefined && own !== release) {
    say(`tapc: warning: ${folder} is of ${own}, and the module is made for ${release}`);
  }
  requireCommand('make', 'install make');
  const cross = arch === hostArchitecture().name ? undefined : architectureOf(arch).cross;
  const cc = compiler ?? compilerOf(folder, cross?.tools ?? '');
  requireCommand(cc, `install ${cc}, the compiler that the kernel was built with, or choose one with --cc`);
  const other = cross === undefined ? [] : [`ARCH=${cross.arch}`, `CROSS_COMPILE=${cross.tools}`];
  return { folder, compiler: cc, overrides: [...other, ...overridesFor(configOf(folder), cc)] };
}

function isTree(folder: string): boolean {
  return existsSync(join(folder, 'Makefile'));
}

/** The release that a build tree has been configured for. */
function releaseOf(folder: string): string | undefined {
  const file = join(folder, 'include/generated/utsrelease.h');
  return existsSync(file) ? /UTS_RELEASE "(.*)"/.exec(readFileSync(file, 'utf8'))?.[1] : undefined;
}

/** What a kernel's configuration may say of the compiler that it was built with, and the option that this is about. */
const ALIGNMENT = '-fmin-function-alignment=16';
const CLAIMS = [
  {
    config: 'CONFIG_CC_HAS_MIN_FUNCTION_ALIGNMENT',
    option: ALIGNMENT,
    instead: 'CONFIG_CC_HAS_MIN_FUNCTION_ALIGNMENT=',
  },
  // ftrace wants its places aligned there: the module goes without them.
  { config: 'CONFIG_DYNAMIC_FTRACE_WITH_CALL_OPS', option: ALIGNMENT, instead: 'CC_FLAGS_FTRACE=' },
] as const;

/** Arguments for make that take back what the configuration claims and this compiler cannot do. */
export function overridesFor(config: string, compiler: string): string[] {
  return CLAIMS.filter(({ config: name }) => config.includes(`\n${name}=y\n`))
    .filter(({ option }) => !takes(compiler, option))
    .map(({ instead }) => instead);
}

function takes(compiler: string, option: string): boolean {
  const args = [option, '-x', 'c', '-fsyntax-only', '-'];
  return spawnSync(compiler, args, { input: '', stdio: ['pipe', 'ignore', 'ignore'] }).status === 0;
}

/** The kernel's `.config`; empty where the tree has none. */
function configOf(folder: string): string {
  const file = join(folder, '.config');
  return existsSync(file) ? `\n${readFileSync(file, 'utf8')}\n` : '';
}

/** The compiler that built the kernel where it is installed, else gcc; `tools` stands before the names of compilers. */
function compilerOf(folder: string, tools: string): string {
  const name = /^CONFIG_CC_VERSION_TEXT="([^\s"]+)/m.exec(configOf(folder))?.[1];
  const plain = name?.replace(/^.*-linux-gnu-/, '');
  const fitting = tools === '' ? [name, plain] : [`${tools}${plain}`];
  return fitting.find((cc) => cc !== undefined && commandExists(cc)) ?? `${tools}gcc`;
}

function commandExists(command: string): boolean {
  if (command.includes('/')) return existsSync(command);
  return (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, command)));
}

function requireCommand(command: string, help: string): void {
  if (!commandExists(command)) throw environmentError(`the command ${command} is not there`, help);
}

export interface MakeResult {
  readonly ok: boolean;
  readonly output: string;
}

/**
 * Kbuild asks the compiler for each of some thirty options whether it takes it: by compiling nothing into a temporary file, which is
 * a third of what a small module takes. What the compiler alone has to answer needs neither assembler nor file; the rest is asked
 * as Kbuild does it. (1: a command; 2 and 3: what to say where it succeeds, and where it fails.)
 */
const TRY_RUN = (() => {
  const outcome = (command: string): string =>
    `if { ${command}; } >/dev/null 2>&1; then echo "$(2)"; else echo "$(3)"; fi`;
  const compiles = '$(findstring -c -x c /dev/null,$(1))';
  const assembles = '$(findstring -Wa$(comma),$(1))';
  const question = '$(subst -c -x c /dev/null -o "$$TMP",-fsyntax-only -x c /dev/null,$(1))';
  const inFolder =
    'set -e; TMP=$(TMPOUT)/tmp; TMPO=$(TMPOUT)/tmp.o; trap "rm -rf $(TMPOUT)" EXIT; mkdir -p $(TMPOUT)';
  return `try-run=$(if $(if ${assembles},,${compiles}),$(shell ${outcome(question)}),$(shell ${inFolder}; ${outcome('$(1)')}))`;
})();

/** Runs Kbuild for the module in `folder`; its output is returned, and passed on as it comes when `verbose`. */
export function makeModule(
  tree: BuildTree,
  folder: string,
  verbose: boolean,
  more: readonly string[] = [],
): Promise<MakeResult> {
  // Nothing reads the module's own debugging and type information, or its coverage, and it takes as long to make as the code.
  const args = [
    '-C',
    tree.folder,
    `M=${folder}`,
    `CC=${tree.compiler}`,
    'CONFIG_DEBUG_INFO=',
    'CONFIG_DEBUG_INFO_BTF_MODULES=',
    'PAHOLE_FLAGS=',
    'CFLAGS_GCOV=',
    TRY_RUN,
    ...tree.overrides,
    ...more,
    'modules',
  ];
  return new Promise((settle, fail) => {
    const make = spawn('make', verbose ? [...args, 'V=1'] : args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const chunks: Buffer[] = [];
    const take = (chunk: Buffer) => {
      chunks.push(chunk);
      if (verbose) process.stderr.write(chunk);
    };
    make.stdout.on('data', take);
    make.stderr.on('data', take);
    make.on('error', fail);
    make.on('close', (code) => settle({ ok: code === 0, output: Buffer.concat(chunks).toString('utf8') }));
  });
}
