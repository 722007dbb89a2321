import type { ClusterSpec, NodeGroupSpec } from '../spec/clusterSpec.ts';
import type { Template } from './template.ts';
import { clusterNameParameter, getAtt, output, parameter, ref, tagList, tagMap } from './templateParts.ts';

const amiTypes = { x86_64: 'AL2023_x86_64_STANDARD', arm64: 'AL2023_ARM_64_STANDARD' } as const;
const capacityTypes = { 'on-demand': 'ON_DEMAND', spot: 'SPOT' } as const;

/** One managed node group with a launch template that closes the metadata service to pods and encrypts the disk. */
export function nodesTemplate(spec: ClusterSpec, nodes: NodeGroupSpec & { readonly name: string }): Template {
  const nameTag = { Name: `${spec.name}-${nodes.name}` };
  return {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: `Private EKS ${spec.name}: managed node group ${nodes.name}`,
    Parameters: {
      ...clusterNameParameter,
      NodeRoleArn: parameter('String', 'Role of the nodes.'),
      SubnetIds: parameter('List<AWS::EC2::Subnet::Id>', 'Private subnets for the nodes.'),
    },
    Resources: {
      LaunchTemplate: {
        Type: 'AWS::EC2::LaunchTemplate',
        Properties: {
          LaunchTemplateData: {
            MetadataOptions: { HttpEndpoint: 'enabled', HttpTokens: 'required', HttpPutResponseHopLimit: 1 },
            BlockDeviceMappings: [
              {
                DeviceName: '/dev/xvda',
                Ebs: { VolumeType: 'gp3', VolumeSize: nodes.diskGiB, Encrypted: true, DeleteOnTermination: true },
              },
            ],
            TagSpecifications: ['instance', 'volume'].map(ResourceType => ({
              ResourceType,
              Tags: tagList(spec, nameTag),
            })),
          },
          TagSpecifications: [{ ResourceType: 'launch-template', Tags: tagList(spec, nameTag) }],
        },
      },
      NodeGroup: {
        Type: 'AWS::EKS::Nodegroup',
        Properties: {
          ClusterName: ref('ClusterName'),
          NodegroupName: nodes.name,
          NodeRole: ref('NodeRoleArn'),
          Subnets: ref('SubnetIds'),
          AmiType: amiTypes[nodes.architecture],
          CapacityType: capacityTypes[nodes.capacity],
          InstanceTypes: nodes.instanceTypes,
          ScalingConfig: { MinSize: nodes.minSize, DesiredSize: nodes.desiredSize, MaxSize: nodes.maxSize },
          UpdateConfig: { MaxUnavailable: 1 },
          LaunchTemplate: { Id: ref('LaunchTemplate'), Version: getAtt('LaunchTemplate', 'LatestVersionNumber') },
          ...(Object.keys(nodes.labels).length > 0 ? { Labels: nodes.labels } : {}),
          Tags: tagMap(spec, nameTag),
        },
      },
    },
    Outputs: { NodeGroupArn: output('The node group.', getAtt('NodeGroup', 'Arn')) },
  };
}
