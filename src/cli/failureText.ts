import type { FailureCause } from '../core/run/runEvent.ts';

/** The pinned failure for a terminal: what, why, fix, evidence, AWS's own words. */
export function failureText(step: string, cause: FailureCause): string {
  const lines = [
    `✗ ${step}: ${cause.what}`,
    ...(cause.why ? [`  Why: ${cause.why}`] : []),
    `  Fix: ${cause.fix}`,
    ...cause.evidence.map(fact => `  Seen: ${fact}`),
    ...(cause.specPath === undefined ? [] : [`  Spec: ${cause.specPath}`]),
    ...(cause.awsMessage === undefined ? [] : [`  AWS: ${cause.awsMessage}`]),
  ];
  return `${lines.join('\n')}\n`;
}
