import type { Nodegroup } from '@aws-sdk/client-eks';
import { signalOption } from '../aws/identity.ts';
import { vcpuFindings, type VcpuDemand } from '../preflight/judgeQuotas.ts';
import { look, seenOf, unknownOf, type Looker } from '../preflight/look.ts';
import { lookAtVcpus } from '../preflight/quotaLooks.ts';
import { managedSurge } from '../preflight/surge.ts';
import type { UpgradePlan } from './upgradePlan.ts';

/**
 * Whether the account's quotas hold the nodes that EKS starts before it ends the old ones of a plan's managed groups. Sentences; none where
 * they do. Reads only. @throws PrivateEksError as `look`
 */
export async function surgeWarnings({ cluster, steps }: UpgradePlan, looker: Looker): Promise<string[]> {
  const names = steps.filter(({ kind }) => kind === 'managed').map(({ name }) => name);
  if (names.length === 0) return [];
  const demands = await look(() => Promise.all(names.map(name => demandOf(cluster, name, looker))));
  const known = seenOf(demands) ?? [];
  const quotas = await lookAtVcpus([...new Set(known.flatMap(({ instanceTypes }) => instanceTypes))], looker);
  const applied = seenOf(quotas.applied);
  const findings = [
    ...unknownOf(demands, 'which nodes are replaced'),
    ...unknownOf(quotas.applied, 'whether the quota of vCPUs holds the new nodes that start before old ones go'),
    // One after the other: none adds to another.
    ...known.flatMap(demand => vcpuFindings([demand], quotas, applied)),
  ];
  const told = findings.map(({ message, evidence, fix }) => [message, ...evidence.slice(-1), fix].join(' '));
  return [...new Set(told)];
}

async function demandOf(clusterName: string, nodegroupName: string, looker: Looker): Promise<VcpuDemand> {
  const { DescribeNodegroupCommand } = await import('@aws-sdk/client-eks');
  const eks = await looker.session.client('eks');
  const command = new DescribeNodegroupCommand({ clusterName, nodegroupName });
  const { nodegroup = {} } = await eks.send(command, signalOption(looker.signal));
  const { instanceTypes = [], capacityType, scalingConfig, updateConfig = {} } = nodegroup;
  const surge = managedSurge(scalingConfig?.desiredSize ?? 0, await zoneCountOf(nodegroup, looker), updateConfig);
  return { instanceTypes, spot: capacityType === 'SPOT', now: 0, grown: 0, surge: { ...surge, group: nodegroupName } };
}

async function zoneCountOf({ subnets: SubnetIds = [] }: Nodegroup, { session, signal }: Looker): Promise<number> {
  const { DescribeSubnetsCommand } = await import('@aws-sdk/client-ec2');
  const ec2 = await session.client('ec2');
  const { Subnets = [] } = await ec2.send(new DescribeSubnetsCommand({ SubnetIds }), signalOption(signal));
  return new Set(Subnets.map(({ AvailabilityZoneId }) => AvailabilityZoneId)).size;
}
