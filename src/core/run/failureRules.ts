import { accountRules } from './failureRules/accountRules.ts';
import type { FailureRule } from './failureRules/failureRule.ts';
import { nodeRules } from './failureRules/nodeRules.ts';
import { resourceRules } from './failureRules/resourceRules.ts';

/** First match wins: the particular before the general. */
export const failureRules: readonly FailureRule[] = [...nodeRules, ...accountRules, ...resourceRules];
