import { fetchKernel } from './fetch.ts';
import { kernelLines } from './lines.ts';

const usage = `usage: npx tsx tests/kernel/fetch/main.ts [--refresh] LINE...
Fetches Debian's newest kernel of each line, with headers, into the cache, and prints where it is.
Lines: ${kernelLines.map((row) => row.line).join(' ')}`;

const args = process.argv.slice(2);
const refresh = args.includes('--refresh');
const lines = args.filter((argument) => argument !== '--refresh');

if (lines.length === 0 || lines.some((line) => line.startsWith('-'))) {
  console.error(usage);
  process.exitCode = 2;
} else {
  try {
    for (const line of lines) {
      const kernel = await fetchKernel(line, { refresh, report: (message) => console.error(message) });
      console.log(
        `${kernel.line}: ${kernel.release}\n  image   ${kernel.vmlinuz}\n  headers ${kernel.headers}`,
      );
    }
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 3;
  }
}
