/** Where the process starts: it runs, or gets ready for the snapshot that later ones start from. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString, startupSnapshot } from 'node:v8';
import { emit } from '../5-emit/index.ts';
import { planOrThrow } from './compile.ts';
import { writeWhole } from './files.ts';
import { makeProgram, run } from './program.ts';
import { prepareRequest } from './request.ts';

/** A script of what most scripts use: what it loads and has V8 compile is what the snapshot has, and each start reads all of it. */
const USUAL = `probe begin { printf("%s %d\\n", "began", 1) exit() }
probe kernel.function("vfs_read") { if (execname() == "ab") next }
`;

/** Without running a command, so that nothing of this process, such as its output, gets into the snapshot. */
function warmUp(): void {
  // What machine code was made of here would be made again at the first call in each process.
  setFlagsFromString('--no-sparkplug');
  const folder = mkdtempSync(join(tmpdir(), 'tapc-'));
  const script = join(folder, 'usual.stp');
  writeWhole(script, USUAL);
  for (const r of ['6.1', '6.12']) {
    const plan = planOrThrow(prepareRequest(script, [], { r, I: [], D: [], G: [] }));
    for (const { path, text } of emit(plan, {})) writeWhole(join(folder, path), text);
  }
  rmSync(folder, { recursive: true });
  rehearse('compile', '-', '-o', '-');
  setFlagsFromString('--sparkplug');
}

/** Reads a command line up to where its command would run. */
function rehearse(...args: string[]): void {
  const stop = new Error('that was all');
  try {
    makeProgram()
      .hook('preAction', () => {
        throw stop;
      })
      .parse(args, { from: 'user' });
  } catch (error) {
    if (error !== stop) throw error;
  }
}

/** The commands that we start get the environment that bin/tapc was started with. */
function restoreEnvironment(): void {
  const { env } = process;
  if (env.TAPC_EXTRA_CA_CERTS !== undefined) env.NODE_EXTRA_CA_CERTS = env.TAPC_EXTRA_CA_CERTS;
  if (env.TAPC_TUNED !== undefined) delete env.GLIBC_TUNABLES;
  delete env.TAPC_EXTRA_CA_CERTS;
  delete env.TAPC_TUNED;
}

function start(program: ReturnType<typeof makeProgram>): void {
  restoreEnvironment();
  // All is written by then, and nothing is left to do but to take the heap apart.
  process.once('beforeExit', () => process.exit());
  void run(program);
}

if (startupSnapshot.isBuildingSnapshot()) {
  warmUp();
  const program = makeProgram();
  startupSnapshot.setDeserializeMainFunction(() => start(program));
} else {
  start(makeProgram());
}
