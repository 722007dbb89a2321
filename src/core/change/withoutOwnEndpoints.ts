import type { AccountFacts } from '../plan/plan.ts';
import { clusterTag } from '../spec/ownTags.ts';

/** An existing VPC as it was before us: endpoints of this cluster's own stack are planned again, not adopted as somebody else's. */
export function withoutOwnEndpoints(account: AccountFacts, cluster: string): AccountFacts {
  const { network } = account;
  if (!network) return account;
  const endpoints = network.endpoints.filter(({ tags }) => tags[clusterTag] !== cluster);
  return { ...account, network: { ...network, endpoints } };
}
