import fs from 'node:fs';
import path from 'node:path';
import Mocha from 'mocha';
import type { Failure, Report, SkippedTest } from './report.ts';

/** A mocha reporter: the console sees mocha's own `spec` or `dot`, the file `reporterOptions.output` gets a `Report`. */
export class Reporter extends Mocha.reporters.Base {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    const { output, style } = options.reporterOptions as { output: string; style?: string };
    new (style === 'dot' ? Mocha.reporters.Dot : Mocha.reporters.Spec)(runner, options);
    const passed: Mocha.Test[] = [];
    const skipped: SkippedTest[] = [];
    const failures: Failure[] = [];
    runner.on('pass', test => passed.push(test));
    runner.on('pending', test => skipped.push({ title: test.fullTitle(), reason: skipReason(test) }));
    runner.on('fail', (test, error: Error) => {
      failures.push({ title: test.fullTitle(), message: error.stack ?? error.message });
    });
    runner.once('end', () => {
      const slowest = passed
        .map(test => ({ title: test.fullTitle(), milliseconds: test.duration ?? 0 }))
        .sort((a, b) => b.milliseconds - a.milliseconds)
        .slice(0, 10);
      const report: Report = { passed: passed.length, failed: failures.length, skipped, failures, slowest };
      fs.mkdirSync(path.dirname(output), { recursive: true });
      fs.writeFileSync(output, `${JSON.stringify(report, null, 2)}\n`);
    });
  }
}

function skipReason(test: Mocha.Test): string {
  let bearer: (Mocha.Test | Mocha.Suite) & { skipReason?: string } = test;
  while (bearer.skipReason === undefined && bearer.parent) bearer = bearer.parent;
  return bearer.skipReason ?? 'no reason given';
}

// mocha loads a reporter by its module's default export.
export default Reporter;
