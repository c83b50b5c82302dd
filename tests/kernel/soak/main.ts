/** `npm run soak -- [--minutes N] [-r LINE]…`: see README.md. The minutes are shared by the kernels. */
import { parseArgs } from 'node:util';
import { LINES, soak } from './soak.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    line: { type: 'string', short: 'r', multiple: true },
  },
});
const minutes = Number(values.minutes);
if (!(minutes > 0)) throw new Error('--minutes takes a number of minutes');
const lines = values.line ?? LINES;
for (const line of lines) {
  const { rounds, visits, told, wrong } = await soak(line, (minutes * 60) / lines.length);
  console.log(`${line}: ${rounds} rounds, ${visits} modules came and went`);
  for (const text of told) console.log(`  ${text}`);
  for (const text of wrong) console.log(`  WRONG: ${text}`);
  if (wrong.length > 0) process.exitCode = 1;
}
