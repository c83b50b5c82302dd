const setting = /^CONFIG_(\w+)=(?:"(.*)"|(.*))$/gm;

export function isConfig(text: string): boolean {
  return /^(?:CONFIG_\w+=|# CONFIG_\w+ is not set)/m.test(text.slice(0, 4096));
}

/** The options that a `.config` sets, without CONFIG_, strings without their quotes. */
export function readConfig(text: string): ReadonlyMap<string, string> {
  const options = new Map<string, string>();
  for (const [, name, quoted, plain] of text.matchAll(setting)) {
    if (name !== undefined) options.set(name, quoted ?? plain ?? '');
  }
  return options;
}
