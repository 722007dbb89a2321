import { findingText, type FindingCode } from './findingTexts.ts';
import type { NetworkFinding } from './networkFacts.ts';

/** One thing found at one resource, before equal ones are put together and put into words. */
export interface RawFinding {
  readonly code: FindingCode;
  readonly severity: NetworkFinding['severity'];
  readonly resource: string;
  readonly seen: string;
  /** What fills the braces of the code's text. */
  readonly words: Readonly<Record<string, string>>;
}

export function finding(
  code: FindingCode,
  resource: string,
  seen: string,
  words: RawFinding['words'] = {},
): RawFinding {
  return { code, severity: findingText(code).severity, resource, seen, words };
}

export const isError = ({ severity }: Pick<RawFinding, 'severity'>): boolean => severity === 'error';
