/** One minute of the soak, shared by the kernels; `npm run soak` does ten. */
import { expect, test } from 'vitest';
import { LINES, soak } from './soak.ts';

test.each(LINES)('modules come and go under a mixed load on %s', async (line) => {
  const { wrong, told } = await soak(line, 60 / LINES.length);
  console.log(`${line}: ${told.join('; ')}`);
  expect(wrong).toEqual([]);
});
