/** Property tests take the same cases each time, so that a failure is the change's; TAPC_SEED chooses others. */
import fc from 'fast-check';

fc.configureGlobal({ seed: Number(process.env.TAPC_SEED ?? 1) });
