import type { CreateLaunchTemplateResult } from '@aws-sdk/client-ec2';
import type { NodegroupScalingConfig } from '@aws-sdk/client-eks';
import type { CallContext } from '../../kernel/account.ts';
import { answered, roleName } from './clusterRules.ts';
import type { ClusterRow, NodegroupRow } from './eksTables.ts';
import type { GivenTemplate } from './nodegroupRules.ts';

export interface GroupWanted {
  readonly nodegroupName: string;
  readonly nodeRole: string;
  readonly subnets: readonly string[];
  readonly types: readonly string[];
  readonly scalingConfig: NodegroupScalingConfig;
  readonly template: GivenTemplate | undefined;
  readonly imageId: string;
  readonly spot: boolean;
}

function groupTags(cluster: string, nodegroup: string) {
  const tags = {
    'eks:cluster-name': cluster,
    'eks:nodegroup-name': nodegroup,
    [`kubernetes.io/cluster/${cluster}`]: 'owned',
    'k8s.io/cluster-autoscaler/enabled': 'true',
    [`k8s.io/cluster-autoscaler/${cluster}`]: 'owned',
  };
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

/** What EKS's own launch template says: the given one's data, and what EKS has to say itself. */
export function launchData(
  { name, cluster }: Pick<ClusterRow, 'name' | 'cluster'>,
  { nodegroupName = '' }: { readonly nodegroupName?: string | undefined },
  profile: string,
  template: GivenTemplate | undefined,
  ImageId: string,
): object {
  const { TagSpecifications: theirs, InstanceType: _type, ...data } = template?.data ?? {};
  const theirTags = theirs?.find(({ ResourceType }) => ResourceType === 'instance')?.Tags ?? [];
  const Ebs = { VolumeSize: 20, VolumeType: 'gp3', DeleteOnTermination: true };
  return {
    BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs }],
    MetadataOptions: { HttpTokens: 'required', HttpPutResponseHopLimit: 2 },
    // Groups of one's own stand for EKS's.
    SecurityGroupIds: [cluster.resourcesVpcConfig?.clusterSecurityGroupId],
    ...data,
    ImageId,
    IamInstanceProfile: { Name: profile },
    TagSpecifications: [{ ResourceType: 'instance', Tags: [...theirTags, ...groupTags(name, nodegroupName)] }],
  };
}

/** Makes what EKS makes in the account for a node group: instance profile, launch template of its own, Auto Scaling group. */
export function launchGroup(context: CallContext, { name, cluster }: ClusterRow, wanted: GroupWanted) {
  const { account } = context;
  const id = account.uuid();
  const own = `eks-${id}`;
  const { scalingConfig: size, template, nodegroupName } = wanted;
  const RoleName = roleName(wanted.nodeRole);
  account.call(context, 'iam', 'CreateInstanceProfile', { InstanceProfileName: own });
  account.call(context, 'iam', 'AddRoleToInstanceProfile', { InstanceProfileName: own, RoleName });
  const Tags = groupTags(name, nodegroupName);
  const made = account.call<CreateLaunchTemplateResult>(context, 'ec2', 'CreateLaunchTemplate', {
    LaunchTemplateName: own,
    LaunchTemplateData: launchData({ name, cluster }, { nodegroupName }, own, template, wanted.imageId),
    TagSpecifications: [{ ResourceType: 'launch-template', Tags }],
  });
  const launchTemplateId = made.LaunchTemplate?.LaunchTemplateId ?? '';
  const autoScalingGroup = `eks-${nodegroupName}-${id}`;
  const tagged = { ResourceId: autoScalingGroup, ResourceType: 'auto-scaling-group', PropagateAtLaunch: true };
  account.call(context, 'autoscaling', 'CreateAutoScalingGroup', {
    AutoScalingGroupName: autoScalingGroup,
    MixedInstancesPolicy: {
      LaunchTemplate: {
        LaunchTemplateSpecification: { LaunchTemplateId: launchTemplateId, Version: '1' },
        Overrides: wanted.types.map(InstanceType => ({ InstanceType })),
      },
      InstancesDistribution: {
        OnDemandAllocationStrategy: 'prioritized',
        OnDemandBaseCapacity: 0,
        OnDemandPercentageAboveBaseCapacity: wanted.spot ? 0 : 100,
        SpotAllocationStrategy: 'price-capacity-optimized',
      },
    },
    MinSize: size.minSize,
    MaxSize: size.maxSize,
    DesiredCapacity: size.desiredSize,
    VPCZoneIdentifier: wanted.subnets.join(','),
    Tags: Tags.map(tag => ({ ...tag, ...tagged })),
  });
  return { id, autoScalingGroup, launchTemplateId, instanceProfile: own };
}

/** Takes the Auto Scaling group with its instances away; the rest goes when they are gone. */
export function drainGroup(context: CallContext, { nodegroup }: NodegroupRow): void {
  const input = { AutoScalingGroupName: nodegroup.resources?.autoScalingGroups?.[0]?.name, ForceDelete: true };
  answered(context, 'autoscaling', 'DeleteAutoScalingGroup', input);
}

export function removeGroup(
  context: CallContext,
  { nodegroup, launchTemplateId, instanceProfile }: NodegroupRow,
): void {
  const profile = { InstanceProfileName: instanceProfile };
  const RoleName = roleName(nodegroup.nodeRole ?? '');
  answered(context, 'ec2', 'DeleteLaunchTemplate', { LaunchTemplateId: launchTemplateId });
  answered(context, 'iam', 'RemoveRoleFromInstanceProfile', { ...profile, RoleName });
  answered(context, 'iam', 'DeleteInstanceProfile', profile);
}
