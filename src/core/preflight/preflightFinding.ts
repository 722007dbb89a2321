/** What a look before a run has found. An `error` stops it; `unknown` could not be looked at, and is never taken for "fine". */
export interface PreflightFinding {
  readonly severity: 'error' | 'warning' | 'unknown';
  /** Stable kebab-case: `quota-exceeded`. */
  readonly code: string;
  readonly message: string;
  readonly fix: string;
  /** Spec field to jump to. */
  readonly specPath?: string;
  /** Facts seen in the account, one a line. */
  readonly evidence: readonly string[];
}

export function finding(
  severity: PreflightFinding['severity'],
  code: string,
  message: string,
  fix: string,
  more: Partial<Pick<PreflightFinding, 'specPath' | 'evidence'>> = {},
): PreflightFinding {
  return { severity, code, message, fix, evidence: [], ...more };
}
