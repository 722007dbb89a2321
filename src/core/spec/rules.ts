import { accessRules } from './accessRules.ts';
import type { Finding } from './finding.ts';
import { labelRules } from './labelRules.ts';
import { networkRules } from './networkRules.ts';
import { nodeRules } from './nodeRules.ts';
import { regionRules } from './regionRules.ts';
import type { SettledSpecFile } from './schema.ts';
import { tagRules } from './tagRules.ts';

/** What the schema cannot say: how fields fit each other and what AWS and Kubernetes refuse. Pure, no account needed. */
export function checkRules(spec: SettledSpecFile): Finding[] {
  return [regionRules, networkRules, nodeRules, labelRules, tagRules, accessRules].flatMap(rule => rule(spec));
}
