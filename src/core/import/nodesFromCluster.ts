import type { ResponseLaunchTemplateData } from '@aws-sdk/client-ec2';
import type { NodeGroupSpec, Taint } from '../spec/clusterSpec.ts';
import { architectureOf } from '../spec/instanceType.ts';
import type { ClusterFacts } from './clusterFacts.ts';
import { readUserData } from './readUserData.ts';

type Lose = (what: string) => void;
const effects: Readonly<Record<string, Taint['effect']>> = {
  NO_SCHEDULE: 'NoSchedule',
  PREFER_NO_SCHEDULE: 'PreferNoSchedule',
  NO_EXECUTE: 'NoExecute',
};

/** Node groups as a spec has them; what of them it has no words for is lost, and told. */
export function nodesFromCluster(facts: ClusterFacts, lose: Lose): Record<string, NodeGroupSpec> {
  const clusterSubnets = facts.cluster.resourcesVpcConfig?.subnetIds ?? [];
  const groups: Record<string, NodeGroupSpec> = {};
  for (const { group, launch } of facts.nodegroups) {
    const name = group.nodegroupName ?? '';
    const of = `node group ${name}`;
    const amiType = group.amiType ?? '';
    const data = readUserData(launch);
    const os = /^BOTTLEROCKET/.test(amiType) || data.bottlerocket ? 'bottlerocket' : 'al2023';
    if (!/^(?:BOTTLEROCKET|AL2023)_/.test(amiType) && amiType !== 'CUSTOM') lose(`${of}: image type ${amiType}`);
    if (/FIPS/.test(amiType)) lose(`${of}: the FIPS variant of the image`);
    if (group.remoteAccess?.ec2SshKey) lose(`${of}: SSH with the key ${group.remoteAccess.ec2SshKey}`);
    if ((group.subnets ?? []).some(id => !clusterSubnets.includes(id)))
      lose(`${of}: subnets of its own, ${group.subnets?.join(', ')}`);
    if (group.capacityType === 'CAPACITY_BLOCK') lose(`${of}: a capacity block`);
    const { maxUnavailable, maxUnavailablePercentage } = group.updateConfig ?? {};
    if (maxUnavailablePercentage !== undefined || (maxUnavailable ?? 1) !== 1)
      lose(
        `${of}: replaced ${maxUnavailablePercentage === undefined ? `${maxUnavailable} nodes` : `${maxUnavailablePercentage} % of the nodes`} at a time`,
      );
    metadataLosses(of, launch, lose);
    const types = group.instanceTypes ?? (launch?.InstanceType ? [launch.InstanceType] : ['t3.medium']);
    groups[name] = {
      kind: 'managed',
      os,
      ...(launch?.ImageId?.startsWith('ami-') ? { ami: launch.ImageId } : {}),
      instanceTypes: types,
      architecture: architectureOf(types[0] ?? ''),
      capacity: group.capacityType === 'SPOT' ? 'spot' : 'on-demand',
      minSize: group.scalingConfig?.minSize ?? 0,
      desiredSize: group.scalingConfig?.desiredSize ?? 0,
      maxSize: group.scalingConfig?.maxSize ?? 1,
      diskGiB: group.diskSize ?? diskOf(launch) ?? 20,
      labels: group.labels ?? {},
      taints: (group.taints ?? []).map(({ key = '', value, effect = '' }) => ({
        key,
        ...(value ? { value } : {}),
        effect: effects[effect] ?? 'NoSchedule',
      })),
      repair: group.nodeRepairConfig?.enabled === true,
    };
  }
  for (const { group, launch } of facts.scalingGroups) {
    const tag = group.Tags?.find(({ Key }) => Key === 'Name')?.Value;
    const prefix = `${facts.cluster.name}-`;
    const name = tag?.startsWith(prefix)
      ? tag.slice(prefix.length)
      : (group.AutoScalingGroupName ?? '').replace(/[^A-Za-z0-9_-]/g, '-').slice(0, 63);
    const of = `Auto Scaling group ${group.AutoScalingGroupName}`;
    const mixed = group.MixedInstancesPolicy;
    const overrides = mixed?.LaunchTemplate?.Overrides ?? [];
    const types = overrides.flatMap(({ InstanceType }) => InstanceType ?? []);
    const instanceTypes = types.length > 0 ? types : [launch?.InstanceType ?? 't3.medium'];
    const percent = mixed?.InstancesDistribution?.OnDemandPercentageAboveBaseCapacity ?? 100;
    if (percent > 0 && percent < 100) lose(`${of}: ${percent} % on demand, the rest spot`);
    if (!launch) lose(`${of}: it has no launch template that can be read`);
    metadataLosses(of, launch, lose);
    const data = readUserData(launch);
    // EKS's own image is a parameter of the stack; an image that is said stands in the stack's parameters by its id.
    const said = facts.stacks.some(
      ({ parameters }) => launch?.ImageId !== undefined && parameters['ImageId'] === launch.ImageId,
    );
    const own = facts.stacks.some(({ name: stack }) => stack.endsWith(`-nodes-${name.replaceAll('_', '-')}`));
    groups[name] = {
      kind: 'self-managed',
      os: data.bottlerocket ? 'bottlerocket' : 'al2023',
      ...(launch?.ImageId?.startsWith('ami-') && (said || !own) ? { ami: launch.ImageId } : {}),
      instanceTypes,
      architecture: architectureOf(instanceTypes[0] ?? ''),
      capacity: mixed && percent === 0 ? 'spot' : 'on-demand',
      minSize: group.MinSize ?? 0,
      desiredSize: group.DesiredCapacity ?? 0,
      maxSize: group.MaxSize ?? 1,
      diskGiB: diskOf(launch) ?? 20,
      labels: data.labels,
      taints: data.taints,
      repair: false,
    };
  }
  return groups;
}

function metadataLosses(of: string, launch: ResponseLaunchTemplateData | undefined, lose: Lose): void {
  const { HttpPutResponseHopLimit: hops, HttpTokens: tokens } = launch?.MetadataOptions ?? {};
  if (launch && (hops ?? 1) > 1)
    lose(`${of}: pods reach the metadata service (hop limit ${hops}); a spec's nodes close it`);
  if (launch && tokens === 'optional') lose(`${of}: the metadata service without tokens; a spec's nodes demand them`);
  if (launch?.BlockDeviceMappings?.some(({ Ebs }) => Ebs?.Encrypted === false))
    lose(`${of}: disks that are not encrypted`);
}

/** The biggest disk: Bottlerocket's second one, any other's only one. */
function diskOf(launch: ResponseLaunchTemplateData | undefined): number | undefined {
  const sizes = (launch?.BlockDeviceMappings ?? []).flatMap(({ Ebs }) => Ebs?.VolumeSize ?? []);
  return sizes.length > 0 ? Math.max(...sizes) : undefined;
}
