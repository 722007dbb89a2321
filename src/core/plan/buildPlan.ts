import type { ClusterSpec } from '../spec/clusterSpec.ts';
import { supportOf } from './versionSupport.ts';
import { judgeNetwork } from '../network/judgeNetwork.ts';
import { plannedNamespaces } from '../templates/fargateTemplate.ts';
import { estimateCost } from './cost.ts';
import { interfacePlace, plannedEndpoints } from './endpoints.ts';
import type { AccountFacts, Plan } from './plan.ts';
import { specHash } from './specHash.ts';
import { plannedStacks } from './stacks.ts';
import { criticalPath, plannedSteps } from './steps.ts';
import { planWarnings } from './warnings.ts';

/**
 * Resolves a spec against an account and region; without `account` zones and administrator stay open and the warnings say so. Pure but
 * for the default of `today` (an ISO day), which decides support and its warnings.
 */
export function buildPlan(
  spec: ClusterSpec,
  account?: AccountFacts,
  today = new Date().toISOString().slice(0, 10),
): Plan {
  const endpoints = plannedEndpoints(spec, account);
  const stacks = plannedStacks(spec, account);
  const steps = plannedSteps(stacks, plannedNamespaces(spec));
  const support = supportOf(spec.version, account, today);
  const proxyZones = interfacePlace(account?.proxyService?.zones, spec, account).zones?.length;
  const cost = estimateCost(spec, endpoints, support.phase === 'extended', proxyZones);
  return {
    spec,
    specHash: specHash(spec),
    account,
    stacks,
    endpoints,
    steps,
    cost,
    time: criticalPath(steps),
    findings: judgeNetwork(spec, account),
    warnings: planWarnings({ spec, account, endpoints, support, today }),
  };
}
