/** Layout of the C that templates cannot lay out by themselves. */

const WIDTH = 100;
const TAB = 8;

/** Head of a function, `static void f(` … `)`, its parameters wrapped and aligned as the kernel does. */
export function functionHead(name: string, parameters: readonly string[]): string {
  const column = name.length + 1;
  const indent = '\t'.repeat(Math.floor(column / TAB)) + ' '.repeat(column % TAB);
  const lines: string[] = [];
  let line = '';
  for (const [i, parameter] of parameters.entries()) {
    const text = i < parameters.length - 1 ? `${parameter},` : `${parameter})`;
    if (line !== '' && column + line.length + 1 + text.length > WIDTH) {
      lines.push(line);
      line = text;
    } else line = line === '' ? text : `${line} ${text}`;
  }
  return `${name}(${[...lines, line].join(`\n${indent}`)}`;
}
