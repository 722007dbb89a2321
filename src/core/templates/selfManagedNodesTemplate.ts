import type { ClusterSpec } from '../spec/clusterSpec.ts';
import { userData, type UserDataChoice, userDataParameters } from './groupUserData.ts';
import { launchTemplate, type NamedGroup } from './launchTemplate.ts';
import { imageParameterOf } from './nodeImage.ts';
import type { Template, TemplateParameter, TemplateValue } from './template.ts';
import { clusterNameParameter, getAtt, output, parameter, ref, tagMap, templateOf } from './templateParts.ts';

/**
 * One Auto Scaling group of nodes that join by themselves: role and access entry stand before it. CloudFormation is content when the
 * instances run, whether or not they join: the run looks for that itself, because a signal would need an endpoint for CloudFormation.
 */
export function selfManagedNodesTemplate(spec: ClusterSpec, group: NamedGroup, choice: UserDataChoice): Template {
  return templateOf(spec, `self-managed node group ${group.name}`, {
    Parameters: {
      ...clusterNameParameter,
      ClusterSecurityGroupId: parameter(
        'AWS::EC2::SecurityGroup::Id',
        'Security group that EKS made for control plane and nodes.',
      ),
      NodeInstanceProfileArn: parameter('String', 'Instance profile of the nodes.'),
      SubnetIds: parameter('List<AWS::EC2::Subnet::Id>', 'Private subnets for the nodes.'),
      ...userDataParameters(group, choice),
      ImageId: imageParameter(group),
    },
    Resources: {
      LaunchTemplate: launchTemplate(
        spec,
        group,
        {
          ImageId: ref('ImageId'),
          IamInstanceProfile: { Arn: ref('NodeInstanceProfileArn') },
          SecurityGroupIds: [ref('ClusterSecurityGroupId')],
          UserData: userData(group, choice) ?? '',
          ...(isMixed(group) ? {} : { InstanceType: group.instanceTypes[0] ?? '' }),
        },
        ownedTag(spec),
      ),
      AutoScalingGroup: {
        Type: 'AWS::AutoScaling::AutoScalingGroup',
        // One after the other, each given time to join before the next goes; without a signal nothing else tells that it has.
        UpdatePolicy: {
          AutoScalingRollingUpdate: {
            MaxBatchSize: 1,
            MinInstancesInService: Math.min(group.minSize, group.maxSize - 1),
            PauseTime: 'PT5M',
            WaitOnResourceSignals: false,
            SuspendProcesses: [
              'AlarmNotification',
              'AZRebalance',
              'HealthCheck',
              'ReplaceUnhealthy',
              'ScheduledActions',
            ],
          },
        },
        Properties: {
          MinSize: String(group.minSize),
          MaxSize: String(group.maxSize),
          DesiredCapacity: String(group.desiredSize),
          VPCZoneIdentifier: ref('SubnetIds'),
          ...launch(group),
          Tags: Object.entries(groupTags(spec, group)).map(([Key, Value]) => ({
            Key,
            Value,
            PropagateAtLaunch: true,
          })),
        },
      },
    },
    Outputs: { AutoScalingGroupName: output('The Auto Scaling group.', ref('AutoScalingGroup')) },
  });
}

/** EKS's own image is looked up whenever the stack is made or updated, in AWS's public parameters. */
function imageParameter({ ami }: NamedGroup): TemplateParameter {
  return ami === undefined
    ? parameter(
        'AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>',
        'Public parameter with the image of the nodes that EKS offers.',
      )
    : parameter('AWS::EC2::Image::Id', 'Image of the nodes.');
}

/** The value of the parameter `ImageId`. */
export function imageIdSource(spec: Pick<ClusterSpec, 'version'>, group: NamedGroup): string {
  return group.ami ?? imageParameterOf(group, spec.version);
}

function isMixed({ capacity, instanceTypes }: NamedGroup): boolean {
  return capacity === 'spot' || instanceTypes.length > 1;
}

function launch(group: NamedGroup): Record<string, TemplateValue> {
  const specification = {
    LaunchTemplateId: ref('LaunchTemplate'),
    Version: getAtt('LaunchTemplate', 'LatestVersionNumber'),
  };
  if (!isMixed(group)) return { LaunchTemplate: specification };
  const spot = group.capacity === 'spot';
  return {
    MixedInstancesPolicy: {
      InstancesDistribution: {
        OnDemandBaseCapacity: 0,
        OnDemandPercentageAboveBaseCapacity: spot ? 0 : 100,
        // In the order of the list, as EKS does it for its own groups.
        OnDemandAllocationStrategy: 'prioritized',
        ...(spot ? { SpotAllocationStrategy: 'price-capacity-optimized' } : {}),
      },
      LaunchTemplate: {
        LaunchTemplateSpecification: specification,
        Overrides: group.instanceTypes.map(InstanceType => ({ InstanceType })),
      },
    },
    ...(spot ? { CapacityRebalance: true } : {}),
  };
}

/** Kubernetes' cloud provider looks for it on instances. */
function ownedTag({ name }: ClusterSpec): Record<string, string> {
  return { [`kubernetes.io/cluster/${name}`]: 'owned' };
}

function groupTags(spec: ClusterSpec, { name }: NamedGroup): Record<string, string> {
  const autoscaler = {
    'k8s.io/cluster-autoscaler/enabled': 'true',
    [`k8s.io/cluster-autoscaler/${spec.name}`]: 'owned',
  };
  return tagMap(spec, {
    Name: `${spec.name}-${name}`,
    ...ownedTag(spec),
    ...(spec.features.autoscaling ? autoscaler : {}),
  });
}
