import type { ClusterSpec, Taint } from '../spec/clusterSpec.ts';
import { joinsByItself, userData, type UserDataChoice, userDataParameters } from './groupUserData.ts';
import { launchTemplate, type NamedGroup } from './launchTemplate.ts';
import { amiTypeOf } from './nodeImage.ts';
import type { Template, TemplateValue } from './template.ts';
import { clusterNameParameter, getAtt, output, parameter, ref, tagMap, templateOf } from './templateParts.ts';

const capacityTypes = { 'on-demand': 'ON_DEMAND', spot: 'SPOT' } as const;
const taintEffects = { NoSchedule: 'NO_SCHEDULE', PreferNoSchedule: 'PREFER_NO_SCHEDULE', NoExecute: 'NO_EXECUTE' };

/** One managed node group with a launch template of its own. */
export function managedNodesTemplate(spec: ClusterSpec, group: NamedGroup, choice: UserDataChoice): Template {
  const { name, ami } = group;
  // Without an image of the user's own EKS adds how to join to whatever user data there is.
  const UserData = userData(group, choice);
  const more: Record<string, TemplateValue> = {
    ...(ami === undefined ? {} : { ImageId: ami }),
    ...(UserData === undefined ? {} : { UserData }),
  };
  return templateOf(spec, `managed node group ${name}`, {
    Parameters: {
      ...clusterNameParameter,
      NodeRoleArn: parameter('String', 'Role of the nodes.'),
      SubnetIds: parameter('List<AWS::EC2::Subnet::Id>', 'Private subnets for the nodes.'),
      ...userDataParameters(group, choice),
    },
    Resources: {
      LaunchTemplate: launchTemplate(spec, group, more),
      NodeGroup: {
        Type: 'AWS::EKS::Nodegroup',
        Properties: {
          ClusterName: ref('ClusterName'),
          NodegroupName: name,
          NodeRole: ref('NodeRoleArn'),
          Subnets: ref('SubnetIds'),
          // With an image in the launch template EKS refuses an image type: it takes it for CUSTOM by itself.
          ...(joinsByItself(group) ? {} : { AmiType: amiTypeOf(group) }),
          CapacityType: capacityTypes[group.capacity],
          InstanceTypes: group.instanceTypes,
          ScalingConfig: { MinSize: group.minSize, DesiredSize: group.desiredSize, MaxSize: group.maxSize },
          UpdateConfig: { MaxUnavailable: 1 },
          LaunchTemplate: { Id: ref('LaunchTemplate'), Version: getAtt('LaunchTemplate', 'LatestVersionNumber') },
          ...(Object.keys(group.labels).length > 0 ? { Labels: group.labels } : {}),
          ...(group.taints.length > 0 ? { Taints: group.taints.map(taint) } : {}),
          ...(group.repair ? { NodeRepairConfig: { Enabled: true } } : {}),
          Tags: tagMap(spec, { Name: `${spec.name}-${name}` }),
        },
      },
    },
    Outputs: { NodeGroupArn: output('The node group.', getAtt('NodeGroup', 'Arn')) },
  });
}

function taint({ key, value, effect }: Taint): TemplateValue {
  return { Key: key, ...(value === undefined ? {} : { Value: value }), Effect: taintEffects[effect] };
}
