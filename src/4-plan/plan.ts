/**
 * Everything the module will contain, as plain JSON data, before any C text exists: what phase 4 hands to phase 5.
 * `tapc compile --dump-plan` prints it.
 */

/** Position in the script, as run-time errors and the status file name it: `hello.stp:3:7`. */
export type Where = string;

export interface ModulePlan {
  readonly module: string;
  readonly kernel: { readonly release: string; readonly arch: string };
  /** Display name of the script. */
  readonly script: string;
  /** Macros written first, in order: `TAPC_STRLEN` and its kin. */
  readonly parameters: readonly { readonly name: string; readonly value: string; readonly comment?: string }[];
  readonly globals: readonly PlanGlobal[];
  readonly formats: readonly PlanFormat[];
  readonly functions: readonly PlanFunction[];
  readonly handlers: readonly PlanHandler[];
  readonly families: readonly PlanFamily[];
  /** Facility items in the order they are written, by facility; and what they import. */
  readonly runtime: readonly { readonly facility: string; readonly file: string; readonly items: readonly string[] }[];
  readonly headers: readonly string[];
  readonly imports: readonly string[];
  /** Layout facts that the module asserts when it is built. */
  readonly assertions: readonly { readonly type: string; readonly member: string; readonly offset: number }[];
}

// The rest (PlanGlobal, PlanFormat, PlanFunction, PlanHandler, PlanFamily and the statement and value
// trees of bodies) is designed together with the lowering that makes it and the printer that reads it.
