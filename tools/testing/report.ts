/** What one stage of the test run found; written by the mocha reporter as JSON and by the checks directly. */
export interface Report {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: readonly SkippedTest[];
  readonly failures: readonly Failure[];
  readonly slowest: readonly { readonly title: string; readonly milliseconds: number }[];
}

export interface SkippedTest {
  readonly title: string;
  readonly reason: string;
}

export interface Failure {
  readonly title: string;
  readonly message: string;
}

export function oneCheck(title: string, exitCode: number): Report {
  const failures = exitCode === 0 ? [] : [{ title, message: `exit code ${exitCode}` }];
  return { passed: exitCode === 0 ? 1 : 0, failed: failures.length, skipped: [], failures, slowest: [] };
}
