import type { PreflightFinding } from '../core/preflight/preflightFinding.ts';

const marks = { error: 'ERROR  ', warning: 'WARNING', unknown: 'UNKNOWN' } as const;

/** Findings for people: what, its evidence, what to do. */
export function preflightText(findings: readonly PreflightFinding[], cluster: string): string {
  if (findings.length === 0) return `Nothing stands in the way of ${cluster}.\n`;
  const blocks = findings.map(({ severity, message, fix, specPath, evidence }) =>
    [
      `${marks[severity]}  ${message}${specPath === undefined ? '' : ` [${specPath}]`}`,
      ...evidence.map(line => `         · ${line}`),
      `         → ${fix}`,
    ].join('\n'),
  );
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  const verdict =
    errors === 0
      ? 'A run would begin.'
      : `A run would stop: ${errors} ${errors === 1 ? 'error' : 'errors'}. Nothing has been made.`;
  return `${blocks.join('\n')}\n\n${verdict}\n`;
}
