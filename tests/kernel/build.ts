/** Builds modules against real kernels' headers, and static programs for the guest. */
export { type BuiltModule, buildModules, type ModuleSource } from './build/build.ts';
export { guestPrograms } from './build/programs.ts';
