import { damaged } from './error.ts';

const setting = /^CONFIG_(\w+)=(?:"(.*)"|(.*))$/gm;
/** A setting, a comment, or nothing; no control characters. */
const wellFormed = /^(?:(?:CONFIG_\w+=|#)[^\p{Cc}\uFFFD]*)?$/u;

export function isConfig(text: string): boolean {
  return /^(?:CONFIG_\w+=|# CONFIG_\w+ is not set)/m.test(text.slice(0, 4096));
}

/** The options that a `.config` sets, without CONFIG_, strings without their quotes. Throws where it is damaged. */
export function readConfig(text: string): ReadonlyMap<string, string> {
  const lines = text.split('\n');
  if (lines.pop() !== '') throw damaged('configuration', 'its last line is cut off');
  const wrong = lines.findIndex((line) => !wellFormed.test(line.replaceAll('\t', ' ')));
  if (wrong >= 0) throw damaged('configuration', `line ${wrong + 1} is no option`);
  const options = new Map<string, string>();
  for (const [, name, quoted, plain] of text.matchAll(setting)) {
    if (name !== undefined) options.set(name, quoted ?? plain ?? '');
  }
  return options;
}
