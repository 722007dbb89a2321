import type { CreateLaunchTemplateResult } from '@aws-sdk/client-ec2';
import type { NodegroupScalingConfig } from '@aws-sdk/client-eks';
import type { CallContext } from '../../kernel/account.ts';
import { AwsError } from '../../kernel/awsError.ts';
import { roleName } from './clusterRules.ts';
import type { ClusterRow, NodegroupRow } from './eksTables.ts';
import type { TemplateOfUser } from './nodegroupRules.ts';

export interface GroupWanted {
  readonly nodegroupName: string;
  readonly nodeRole: string;
  readonly subnets: readonly string[];
  readonly types: readonly string[];
  readonly scalingConfig: NodegroupScalingConfig;
  readonly template: TemplateOfUser | undefined;
  readonly imageId: string;
  readonly diskSize: number;
  readonly spot: boolean;
}

export interface LaunchedGroup {
  readonly id: string;
  readonly autoScalingGroup: string;
  readonly launchTemplateId: string;
  readonly instanceProfile: string;
  readonly securityGroupIds: readonly string[];
}

/** Makes what EKS makes in the account for a node group: instance profile, launch template of its own, Auto Scaling group. */
export function launchGroup(context: CallContext, { name, cluster }: ClusterRow, wanted: GroupWanted): LaunchedGroup {
  const { account } = context;
  const call = <Output extends object>(service: string, operation: string, input: object): Output =>
    account.call<Output>(context, service, operation, input);
  const id = account.uuid();
  const own = `eks-${id}`;
  call('iam', 'CreateInstanceProfile', { InstanceProfileName: own });
  call('iam', 'AddRoleToInstanceProfile', { InstanceProfileName: own, RoleName: roleName(wanted.nodeRole) });
  const { scalingConfig: size, template } = wanted;
  const clusterGroup = cluster.resourcesVpcConfig?.clusterSecurityGroupId ?? '';
  const given =
    template?.data.SecurityGroupIds ?? template?.data.NetworkInterfaces?.flatMap(face => face.Groups ?? []) ?? [];
  const securityGroupIds = given.length > 0 ? given : [clusterGroup];
  const tags = {
    'eks:cluster-name': name,
    'eks:nodegroup-name': wanted.nodegroupName,
    [`kubernetes.io/cluster/${name}`]: 'owned',
    'k8s.io/cluster-autoscaler/enabled': 'true',
    [`k8s.io/cluster-autoscaler/${name}`]: 'owned',
  };
  const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  const { TagSpecifications, NetworkInterfaces: _, SecurityGroups: __, ...data } = template?.data ?? {};
  const made = call<CreateLaunchTemplateResult>('ec2', 'CreateLaunchTemplate', {
    LaunchTemplateName: own,
    LaunchTemplateData: {
      BlockDeviceMappings: [
        { DeviceName: '/dev/xvda', Ebs: { VolumeSize: wanted.diskSize, VolumeType: 'gp3', DeleteOnTermination: true } },
      ],
      MetadataOptions: { HttpTokens: 'required', HttpPutResponseHopLimit: 2 },
      ...data,
      ImageId: wanted.imageId,
      InstanceType: wanted.types[0],
      SecurityGroupIds: securityGroupIds,
      IamInstanceProfile: { Name: own },
      ...(wanted.spot ? { InstanceMarketOptions: { MarketType: 'spot' } } : {}),
      TagSpecifications: [
        {
          ResourceType: 'instance',
          Tags: [...(TagSpecifications?.find(spec => spec.ResourceType === 'instance')?.Tags ?? []), ...Tags],
        },
      ],
    },
    TagSpecifications: [{ ResourceType: 'launch-template', Tags }],
  });
  const launchTemplateId = made.LaunchTemplate?.LaunchTemplateId ?? '';
  const autoScalingGroup = `eks-${wanted.nodegroupName}-${id}`;
  call('autoscaling', 'CreateAutoScalingGroup', {
    AutoScalingGroupName: autoScalingGroup,
    LaunchTemplate: { LaunchTemplateId: launchTemplateId, Version: '1' },
    MinSize: size.minSize,
    MaxSize: size.maxSize,
    DesiredCapacity: size.desiredSize,
    VPCZoneIdentifier: wanted.subnets.join(','),
    Tags: Tags.map(tag => ({
      ...tag,
      ResourceId: autoScalingGroup,
      ResourceType: 'auto-scaling-group',
      PropagateAtLaunch: true,
    })),
  });
  return { id, autoScalingGroup, launchTemplateId, instanceProfile: own, securityGroupIds };
}

/** Takes the Auto Scaling group with its instances away; the rest goes when they are gone. */
export function drainGroup(context: CallContext, { nodegroup }: NodegroupRow): void {
  const AutoScalingGroupName = nodegroup.resources?.autoScalingGroups?.[0]?.name;
  tolerant(() =>
    context.account.call(context, 'autoscaling', 'DeleteAutoScalingGroup', { AutoScalingGroupName, ForceDelete: true }),
  );
}

export function removeGroup(
  context: CallContext,
  { nodegroup, launchTemplateId, instanceProfile }: NodegroupRow,
): void {
  const steps: readonly [string, string, object][] = [
    ['ec2', 'DeleteLaunchTemplate', { LaunchTemplateId: launchTemplateId }],
    [
      'iam',
      'RemoveRoleFromInstanceProfile',
      { InstanceProfileName: instanceProfile, RoleName: roleName(nodegroup.nodeRole ?? '') },
    ],
    ['iam', 'DeleteInstanceProfile', { InstanceProfileName: instanceProfile }],
  ];
  for (const [service, operation, input] of steps)
    tolerant(() => context.account.call(context, service, operation, input));
}

/** What somebody else has removed already is gone all the same. */
export function tolerant(act: () => void): void {
  try {
    act();
  } catch (error) {
    if (!(error instanceof AwsError) || error.code === 'SandboxNotImplemented') throw error;
  }
}
