import type { NetworkFinding } from '../networkFacts.ts';

/**
 * A finding's words. `{resource}` is the resource's id, `{resources}` all of them with spaces between, `{seen}` what was seen; other braces
 * are filled in by whoever finds it.
 */
export interface FindingText {
  readonly severity: NetworkFinding['severity'];
  readonly attribute: string;
  readonly wanted: string;
  readonly why: string;
  readonly fix: string;
  readonly specPath?: string;
}
