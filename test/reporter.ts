/**
 * Mocha's `spec` report, with what became of files that ended before their report, then one plain closing line: `12 passed, 0 failed, 1 skipped`. With PARLANCE_FORBID_SKIPS=1
 * a skipped test fails the run. With PARLANCE_TEST_TOTALS=FILE the counts are appended there too, one run a line, so
 * that .ci/run can add up several runs.
 */
import { appendFileSync } from 'node:fs';
import { relative } from 'node:path';
import { reporters, type MochaOptions, type Runner } from 'mocha';

interface Totals {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** In parallel mode: of a file that could not be loaded, or whose process ended. Mocha tells only of the first. */
interface FailureOfFile extends Error {
  readonly file?: string;
}

function closingLine({ passed, failed, skipped }: Totals): string {
  return `${passed} passed, ${failed} failed` + (skipped > 0 ? `, ${skipped} skipped` : '');
}

export default class Reporter extends reporters.Spec {
  readonly #skipped: string[] = [];
  readonly #brokenOff: string[] = [];

  constructor(runner: Runner, options: MochaOptions) {
    super(runner, options);
    runner.on('pending', (test) => this.#skipped.push(test.fullTitle()));
    runner.on('fail', (_, error: FailureOfFile) => {
      if (error.file !== undefined)
        this.#brokenOff.push(`${relative('.', error.file)}: ${error.stack ?? error.message}`);
    });
  }

  /** Mocha calls it last; what it passes on decides the exit code. */
  override done(failures: number, finish?: (failures: number) => void): void {
    const { passes: passed, failures: failed } = this.stats;
    const skipped = this.#skipped.length;
    const forbidden = process.env['PARLANCE_FORBID_SKIPS'] === '1' ? skipped : 0;
    if (forbidden > 0) {
      console.log(`Skips are forbidden (PARLANCE_FORBID_SKIPS=1), yet skipped:\n  ${this.#skipped.join('\n  ')}\n`);
    }
    if (this.#brokenOff.length > 0) console.log(`Files that broke off:\n\n${this.#brokenOff.join('\n\n')}\n`);
    const line = closingLine({ passed, failed, skipped });
    console.log(line);
    const file = process.env['PARLANCE_TEST_TOTALS'];
    if (file) appendFileSync(file, `${line}\n`);
    finish?.(failures + forbidden);
  }
}
