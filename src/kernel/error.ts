/** What can go wrong with a kernel file or profile; each is an entry of `src/diagnostics/messages/kernel.md`. */
export const profileErrorCodes = [
  'kernel-file-unreadable',
  'kernel-file-unknown',
  'kernel-file-damaged',
  'kernel-compression-unknown',
  'kernel-no-btf',
  'kernel-arch-unsupported',
  'kernel-not-found',
  'profile-damaged',
  'profile-unwritable',
  'profile-format',
] as const;

export type ProfileErrorCode = (typeof profileErrorCodes)[number];

/** A kernel file or profile that cannot be used, and what to do about it. */
export class ProfileError extends Error {
  readonly code: ProfileErrorCode;
  /** A full sentence that says what would help. */
  readonly hint: string;

  constructor(code: ProfileErrorCode, message: string, hint: string) {
    super(message);
    this.name = 'ProfileError';
    this.code = code;
    this.hint = hint;
  }
}

/** A file that says it is one thing and breaks that thing's rules. `what` names the part: "BTF", "xz stream". */
export function damaged(what: string, detail: string): ProfileError {
  return new ProfileError(
    'kernel-file-damaged',
    `damaged ${what}: ${detail}`,
    'The file is truncated or not what it says it is: copy it anew and compare its size with the original.',
  );
}
