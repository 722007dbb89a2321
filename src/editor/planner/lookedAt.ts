import type { ClusterSpec } from '../../core/spec/clusterSpec.ts';
import type { Account } from '../accounts/account.ts';

/** What a planner lists networks for. `vpcId` is undefined for a VPC that is made, and empty while none is chosen. */
export interface Place {
  readonly account: Account;
  readonly region: string;
  readonly vpcId: string | undefined;
}

/** What is looked at for a spec: while it stays the same, what was seen holds. */
export function lookedAt({ id }: Account, { region, network, access }: ClusterSpec): string {
  const { vpc, apiAccess } = network;
  return JSON.stringify([
    id,
    region,
    vpc?.id,
    vpc?.subnets,
    apiAccess.securityGroups,
    access.administrators.length > 0,
  ]);
}
