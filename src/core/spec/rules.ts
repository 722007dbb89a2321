import { accessRules } from './accessRules.ts';
import { addonRules } from './addonRules.ts';
import { computeRules } from './computeRules.ts';
import { endpointRules } from './endpointRules.ts';
import type { Finding } from './finding.ts';
import { keyRules } from './keyRules.ts';
import { labelRules } from './labelRules.ts';
import { networkRules } from './networkRules.ts';
import { nodeRules } from './nodeRules.ts';
import { proxyRules } from './proxyRules.ts';
import { regionRules } from './regionRules.ts';
import type { SettledSpecFile } from './schema.ts';
import { tagRules } from './tagRules.ts';

/** What the schema cannot say: how fields fit each other and what AWS and Kubernetes refuse. Pure, no account needed. */
export function checkRules(spec: SettledSpecFile): Finding[] {
  const rules = [
    regionRules,
    networkRules,
    endpointRules,
    proxyRules,
    nodeRules,
    labelRules,
    computeRules,
    addonRules,
    tagRules,
    accessRules,
    keyRules,
  ];
  return rules.flatMap(rule => rule(spec));
}
