/**
 * `npx tsx tests/analyze/main.ts`: every documented feature with its samples, as a Markdown table; `--scripts` prints the
 * samples themselves.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { features, languageSamples } from '../support/language.ts';

const tests = join(import.meta.dirname, '..');
const kinds = [
  { what: 'accepted', folder: join(tests, 'analyze', 'samples') },
  { what: 'refused or warned of', folder: join(tests, 'errors', 'analyze') },
];

if (process.argv.includes('--scripts')) printScripts();
else printFeatures();

function printFeatures(): void {
  const samples = languageSamples();
  const accepted = new Set(samples.filter((s) => s.accepted).map((s) => s.name));
  const rows = features(samples).map(({ section, feature, samples: names }) => {
    const taken = names.filter((name) => accepted.has(name)).length;
    const cells = [section, feature, taken, names.length - taken, names.join(' ')];
    return `| ${cells.map((cell) => String(cell).replaceAll('|', '\\|')).join(' | ')} |`;
  });
  const head = ['| documented in | feature | accepted | refused | samples |', '|---|---|---|---|---|'];
  process.stdout.write(`${[...head, ...rows].join('\n')}\n\n`);
  process.stdout.write(`${rows.length} features, ${samples.length} samples: ${accepted.size} are accepted\n`);
}

function printScripts(): void {
  const own = kinds.flatMap(({ what, folder }) =>
    readdirSync(folder).flatMap((topic) =>
      readdirSync(join(folder, topic))
        .filter((name) => name.endsWith('.stp'))
        .map((name) => ({ what, topic, name, text: readFileSync(join(folder, topic, name), 'utf8') })),
    ),
  );
  const language = languageSamples().map(({ name, text, accepted }) => {
    const [topic = '', own = ''] = name.split('/');
    return { what: accepted ? 'accepted' : 'refused or warned of', topic, name: own, text };
  });
  const rows = [...own, ...language].map(({ what, topic, name, text }) => {
    const script = text
      .replace(/^# .*$/gm, '')
      .trim()
      .replace(/\s+/g, ' ')
      .replaceAll('|', '\\|');
    return `| ${what} | ${topic} | ${name.replace(/\.stp$/, '')} | \`\`${script}\`\` |`;
  });
  const head = ['| outcome | topic | sample | script |', '|---|---|---|---|'];
  process.stdout.write(`${[...head, ...rows].join('\n')}\n\n${rows.length} samples\n`);
}
