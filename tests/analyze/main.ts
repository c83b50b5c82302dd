/** `npx tsx tests/analyze/main.ts`: which features have samples, as a Markdown table. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const tests = join(import.meta.dirname, '..');
const kinds = [
  { what: 'accepted', folder: join(tests, 'analyze', 'samples') },
  { what: 'refused or warned of', folder: join(tests, 'errors', 'analyze') },
];

const rows = kinds.flatMap(({ what, folder }) =>
  readdirSync(folder).flatMap((topic) =>
    readdirSync(join(folder, topic))
      .filter((name) => name.endsWith('.stp'))
      .map((name) => {
        const text = readFileSync(join(folder, topic, name), 'utf8').replace(/^# .*$/gm, '');
        const script = text.trim().replace(/\s+/g, ' ').replaceAll('|', '\\|');
        return `| ${what} | ${topic} | ${name.replace(/\.stp$/, '')} | \`\`${script}\`\` |`;
      }),
  ),
);

process.stdout.write(
  `${['| outcome | topic | sample | script |', '|---|---|---|---|', ...rows].join('\n')}\n\n${rows.length} samples\n`,
);
