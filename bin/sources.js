// Runs tapc from its sources.
import { register } from 'tsx/esm/api';

register();
await import('../src/cli/main.ts');
