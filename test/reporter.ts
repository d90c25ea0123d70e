/**
 * Mocha's `spec` report, then one plain closing line: `12 passed, 0 failed, 1 skipped`. With PARLANCE_FORBID_SKIPS=1
 * a skipped test fails the run. With PARLANCE_TEST_TOTALS=FILE the counts are appended there too, one run a line, so
 * that .ci/run can add up several runs.
 */
import { appendFileSync } from 'node:fs';
import { reporters, type MochaOptions, type Runner } from 'mocha';

interface Totals {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

function closingLine({ passed, failed, skipped }: Totals): string {
  return `${passed} passed, ${failed} failed` + (skipped > 0 ? `, ${skipped} skipped` : '');
}

export default class Reporter extends reporters.Spec {
  readonly #skipped: string[] = [];

  constructor(runner: Runner, options: MochaOptions) {
    super(runner, options);
    runner.on('pending', (test) => this.#skipped.push(test.fullTitle()));
  }

  /** Mocha calls it last; what it passes on decides the exit code. */
  override done(failures: number, finish?: (failures: number) => void): void {
    const { passes: passed, failures: failed } = this.stats;
    const skipped = this.#skipped.length;
    const forbidden = process.env['PARLANCE_FORBID_SKIPS'] === '1' ? skipped : 0;
    if (forbidden > 0) {
      console.log(`Skips are forbidden (PARLANCE_FORBID_SKIPS=1), yet skipped:\n  ${this.#skipped.join('\n  ')}\n`);
    }
    const line = closingLine({ passed, failed, skipped });
    console.log(line);
    const file = process.env['PARLANCE_TEST_TOTALS'];
    if (file) appendFileSync(file, `${line}\n`);
    finish?.(failures + forbidden);
  }
}
