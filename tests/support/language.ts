/** The samples of the language: scripts that are accepted or refused, each about one thing. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const tests = join(import.meta.dirname, '..');

export interface LanguageSample {
  /** `chapter/name`. */
  readonly name: string;
  readonly text: string;
  readonly accepted: boolean;
  readonly guru: boolean;
  readonly args: readonly string[];
  /** `error CODE LINE:COLUMN` and `warning …`, in their order. */
  readonly expected: readonly string[];
  readonly file: string;
}

const FOLDERS = [
  { folder: join(tests, 'analyze', 'language'), accepted: true },
  { folder: join(tests, 'errors', 'language'), accepted: false },
];

/** Every sample, by name. */
export function languageSamples(): readonly LanguageSample[] {
  return FOLDERS.flatMap(({ folder, accepted }) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.stp'))
      .map((path) => readSample(join(folder, path), path.replace(/\.stp$/, ''), accepted)),
  ).sort((a, b) => (a.name < b.name ? -1 : 1));
}

function readSample(file: string, name: string, accepted: boolean): LanguageSample {
  const text = readFileSync(file, 'utf8');
  return {
    name,
    text,
    accepted,
    guru: /^# flags .*-g/m.test(text),
    args: /^# args (.*)$/m.exec(text)?.[1]?.split(' ') ?? [],
    expected: [...text.matchAll(/^# ((?:error|warning) [a-z-]+ (?:\d+:\d+|-))$/gm)].map((m) => m[1] ?? ''),
    file,
  };
}

/** A documented feature, and the samples about it. */
export interface Feature {
  /** Where it is documented. */
  readonly section: string;
  readonly feature: string;
  readonly samples: readonly string[];
}

/** The rows of `tests/analyze/features.txt`: `section | feature | samples`, a `*` in a name standing for anything. */
export function features(all: readonly LanguageSample[]): readonly Feature[] {
  const text = readFileSync(join(tests, 'analyze', 'features.txt'), 'utf8');
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [section = '', feature = '', patterns = ''] = line.split('|').map((part) => part.trim());
      const wanted = patterns.split(' ').map((p) => new RegExp(`^${p.replaceAll('*', '.*')}$`));
      const samples = all.map((s) => s.name).filter((name) => wanted.some((pattern) => pattern.test(name)));
      return { section, feature, samples };
    });
}
