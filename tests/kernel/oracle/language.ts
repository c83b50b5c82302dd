/**
 * `npm run oracle:language -- [CHAPTER/…]`: asks Debian's `stap -p2` about every sample of the language, and prints where it
 * does not agree and `differences.txt` does not say why. Exit status 1 on such a difference.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { type LanguageSample, languageSamples } from '../../support/language.ts';
import { fetchKernel } from '../fetch/fetch.ts';
import { openStap, type Stap } from './stap.ts';

const LINE = '6.1';

async function main(): Promise<void> {
  const wanted = process.argv.slice(2);
  const explained = await explanations();
  const samples = languageSamples().filter(
    ({ name }) => wanted.length === 0 || wanted.some((word) => name.startsWith(word)),
  );
  const scratch = await mkdtemp(path.join(tmpdir(), 'tapc-oracle-'));
  try {
    const stap = await openStap(await fetchKernel(LINE), scratch, ['vfs_read']);
    const queue = samples.filter(({ name }) => wanted.length > 0 || !explained(name));
    let agreed = 0;
    const worker = async (): Promise<void> => {
      for (let sample = queue.shift(); sample !== undefined; sample = queue.shift()) {
        const { accepted, said } = await ask(stap, sample);
        if (accepted === sample.accepted) agreed++;
        else {
          process.exitCode = 1;
          process.stdout.write(`${sample.name}: stap ${accepted ? 'accepts' : 'refuses'} it\n${said}`);
        }
      }
    };
    await Promise.all(Array.from({ length: availableParallelism() }, worker));
    const skipped = samples.length - queue.length - agreed;
    process.stdout.write(`${agreed} samples agree, ${skipped} others are explained or stand above\n`);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function ask(
  stap: Stap,
  { file, guru, args }: LanguageSample,
): Promise<{ accepted: boolean; said: string }> {
  const { accepted, stderr } = await stap(['-p2', ...(guru ? ['-g'] : []), file, ...args]);
  const said = stderr.split('\n').filter((text) => /error:/.test(text));
  return { accepted, said: said.map((text) => `  ${text}\n`).join('') };
}

/** Whether `differences.txt` says why a sample differs. */
async function explanations(): Promise<(name: string) => boolean> {
  const text = await readFile(path.join(import.meta.dirname, 'differences.txt'), 'utf8');
  const patterns = [...text.matchAll(/^([\w/*]+): /gm)].map(
    ([, name = '']) => new RegExp(`^${name.replaceAll('*', '.*')}$`),
  );
  return (name) => patterns.some((pattern) => pattern.test(name));
}

void main();
