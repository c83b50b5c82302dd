/** What one kernel gets of the API: the variants that fit it, the symbols these import, and what it lacks. */
import {
  type Condition,
  conditionText,
  holds,
  importOf,
  isLacking,
  type KernelUse,
} from '../4-plan/link/manifest.ts';
import type { KernelProfile } from '../kernel/profile.ts';
import type { Api } from './manifest.ts';

/** A file of the runtime that not every kernel gets, and the fact by which this one does. */
export interface Variant {
  readonly facility: string;
  readonly file: string;
  readonly fact: string;
}

export interface KernelApi {
  readonly variants: readonly Variant[];
  /** Uses that this kernel's modules may have. */
  readonly uses: readonly KernelUse[];
  readonly symbols: ReadonlySet<string>;
  /** Uses that the kernel exports nothing for. */
  readonly lacking: readonly KernelUse[];
}

export function kernelApi(api: Api, profile: KernelProfile): KernelApi {
  const { files, uses: all } = api.runtime;
  // Macros of -D choose files, too; both kinds are there.
  const fits = files.filter(({ when }) => when === undefined || couldHold(when, profile));
  const named = new Set(fits.flatMap((file) => file.items.flatMap((item) => item.uses)));
  const anywhere = new Set(files.flatMap((file) => file.items.flatMap((item) => item.uses)));
  // What no file names, generated code does.
  const uses = all.filter(({ name }) => named.has(name) || api.templates.has(name) || !anywhere.has(name));
  return {
    variants: fits.flatMap(({ facility, file, when }) =>
      when === undefined || !isFact(when) ? [] : [{ facility, file, fact: conditionText(when) }],
    ),
    uses,
    symbols: new Set(uses.flatMap((use) => importOf(use, profile) ?? [])),
    lacking: uses.filter((use) => isLacking(use, profile)),
  };
}

function couldHold(condition: Condition, profile: KernelProfile): boolean {
  return !isFact(condition) || holds(condition, profile, new Set());
}

/** Whether it asks for something of the kernel. */
function isFact(condition: Condition): boolean {
  if ('define' in condition) return false;
  if ('not' in condition) return isFact(condition.not);
  if ('all' in condition) return condition.all.some(isFact);
  if ('any' in condition) return condition.any.some(isFact);
  return true;
}
