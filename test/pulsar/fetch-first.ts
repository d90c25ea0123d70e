import { pulsarAvailable, pulsarLibraries } from './libraries.ts';

/** Before a run of all tests: once, lest two test processes at a time have Maven fetch the broker. */
export async function mochaGlobalSetup(): Promise<void> {
  if (pulsarAvailable()) await pulsarLibraries(console.log);
}
