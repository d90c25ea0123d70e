/**
 * Compares the `contract suites run:` lines of a test run, on standard input, with what is expected:
 * `npm test | tee log; node --import tsx scripts/compare-contract-suites.ts embedded websocket < log`. Exit code 1 on a difference.
 */
import { text } from 'node:stream/consumers';
import { EXPECTED_SUITES } from '../test/contract/expected.ts';

const ran = new Map<string, ReadonlySet<string>>();
for (const line of (await text(process.stdin)).split('\n')) {
  const match = /contract suites run: ([\w-]+): (.*)$/.exec(line);
  if (match) ran.set(match[1] ?? '', new Set((match[2] ?? '').split(', ').filter((suite) => suite !== '')));
}

const drivers = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(EXPECTED_SUITES);
for (const driver of drivers) {
  const expected = EXPECTED_SUITES[driver] ?? [];
  const suites = ran.get(driver) ?? new Set<string>();
  const missing = expected.filter((suite) => !suites.has(suite));
  const unexpected = [...suites].filter((suite) => !expected.includes(suite));
  if (expected.length === 0) missing.push(`(no driver "${driver}" in expected.ts)`);
  if (missing.length + unexpected.length > 0) process.exitCode = 1;
  if (missing.length > 0) console.error(`${driver}: expected contract suites that did not pass: ${missing.join(', ')}`);
  if (unexpected.length > 0) console.error(`${driver}: add to expected.ts: ${unexpected.join(', ')}`);
  if (missing.length + unexpected.length === 0) console.log(`${driver}: all ${expected.length} contract suites passed`);
}
