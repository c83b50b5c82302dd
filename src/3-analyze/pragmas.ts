/** What embedded C says about itself in comments. */

/** A comment `pure`: the code may be left out where its value is not used. */
export function isPure(code: string): boolean {
  return hasComment(code, 'pure');
}

/** A comment `guru`: only guru mode may call it, wherever it is defined. */
export function isForGurus(code: string): boolean {
  return hasComment(code, 'guru');
}

/** A comment `string`: the expression's value is a string. */
export function isString(code: string): boolean {
  return hasComment(code, 'string');
}

/** Script globals that comments `pragma:read:NAME` and `pragma:write:NAME` announce, or that the macros for them name. */
export function globalsOf(code: string): {
  readonly read: readonly string[];
  readonly write: readonly string[];
} {
  if (!/pragma|STAP_GLOBAL/.test(code)) return { read: [], write: [] };
  const named = (mode: string, macro: string) => [
    ...new Set(
      [
        ...code.matchAll(
          new RegExp(`/\\*\\s*pragma:${mode}:(\\w+)\\s*\\*/|\\bSTAP_GLOBAL_${macro}_(\\w+)`, 'g'),
        ),
      ].map((m) => m[1] ?? m[2] ?? ''),
    ),
  ];
  return { read: named('read', 'GET'), write: named('write', 'SET') };
}

/** What a comment `pragma:record:ITEM:MOST` announces: an item of the runtime that makes the string in a record, of so many bytes at most. */
export function recordItemOf(code: string): { readonly item: string; readonly most: string } | undefined {
  const [, item, most] = /\/\*\s*pragma:record:(\w+):(\w+)\s*\*\//.exec(code) ?? [];
  return item === undefined || most === undefined ? undefined : { item, most };
}

function hasComment(code: string, word: string): boolean {
  return code.includes(word) && new RegExp(`/\\*\\s*${word}\\s*\\*/`).test(code);
}
