import { bundleProfile } from './bundle.ts';
import { fetchKernel } from './fetch.ts';
import { kernelLines } from './lines.ts';

const usage = `usage: npx tsx tests/kernel/fetch/main.ts [--refresh] [--bundle] LINE...
Fetches Debian's newest kernel of each line, with headers, into the cache, and prints where it is.
  --refresh  look for a newer point version even if the line is in the cache
  --bundle   make the profile in runtime/kernels/ anew from it
Lines: ${kernelLines.map((row) => row.line).join(' ')}`;

const args = process.argv.slice(2);
const known = new Set(['--refresh', '--bundle']);
const refresh = args.includes('--refresh');
const lines = args.filter((argument) => !known.has(argument));

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
      if (args.includes('--bundle')) console.log(`  profile ${bundleProfile(kernel)}`);
    }
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 3;
  }
}
