/**
 * Parses every SystemTap script and tapset file that is installed: `npx tsx tests/parse/corpus.ts [-v]`.
 * Prints how many parse, which fail and why, the speed and the peak memory. Exit status 1 on a failure.
 */
import { fileURLToPath } from 'node:url';
import { installedScripts, parseFiles } from './installed.ts';

if (process.argv[1] === fileURLToPath(import.meta.url)) main(process.argv.includes('-v'));

function main(verbose: boolean): void {
  const files = installedScripts();
  parseFiles(files.filter((file) => file.path.includes('/examples/')));
  const result = parseFiles(files);
  for (const failure of result.failures) {
    process.stdout.write(`${failure.path}: ${failure.messages.length} errors\n`);
    for (const message of failure.messages.slice(0, verbose ? 100 : 2))
      process.stdout.write(`  ${message}\n`);
  }
  const kilobytes = result.bytes / 1024;
  const peak = process.resourceUsage().maxRSS / 1024;
  const parsed = files.length - result.failures.length - result.templates;
  process.stdout.write(
    `${parsed} of ${files.length} files parse, ${result.templates} template refused ` +
      `(${kilobytes.toFixed(0)} KB, ${result.items} items)\n` +
      `${(kilobytes / (result.milliseconds / 1000)).toFixed(0)} KB/s, ` +
      `${(kilobytes / (result.cpuMilliseconds / 1000)).toFixed(0)} KB a second of processor time, ` +
      `peak memory ${peak.toFixed(0)} MB\n`,
  );
  if (result.failures.length > 0 || files.length === 0) process.exitCode = 1;
}
