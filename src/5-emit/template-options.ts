/** A field that the view lacks is an error; nothing is escaped; no helper but `each`, `if` and `unless`. */
export const TEMPLATE_OPTIONS = {
  strict: true,
  noEscape: true,
  knownHelpersOnly: true,
  knownHelpers: { each: true, if: true, unless: true },
} as const;
