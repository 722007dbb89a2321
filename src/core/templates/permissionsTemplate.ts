import type { ClusterSpec } from '../spec/clusterSpec.ts';
import type { Template, TemplateResource, TemplateValue } from './template.ts';
import { getAtt, managedPolicy, output, sub, tagList } from './templateParts.ts';

/** The roles of the control plane and of the nodes. CloudFormation names them, so that clusters never clash. */
export function permissionsTemplate(spec: ClusterSpec): Template {
  const nodePolicies = [
    'AmazonEKSWorkerNodePolicy',
    'AmazonEC2ContainerRegistryPullOnly',
    // The CNI starts before anything could give it credentials of its own; with hop limit 1 no other pod gets at them.
    'AmazonEKS_CNI_Policy',
    ...(spec.features.sessionManager ? ['AmazonSSMManagedInstanceCore'] : []),
  ];
  return {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: `Private EKS ${spec.name}: roles of the control plane and the nodes`,
    Resources: {
      ClusterRole: role(spec, 'eks.amazonaws.com', ['AmazonEKSClusterPolicy']),
      // EC2's service principal follows the partition's domain (ec2.amazonaws.com.cn in China); EKS's does not.
      NodeRole: role(spec, sub('ec2.${AWS::URLSuffix}'), nodePolicies),
    },
    Outputs: {
      ClusterRoleArn: output('Role that EKS takes to run the control plane.', getAtt('ClusterRole', 'Arn')),
      NodeRoleArn: output('Role of the nodes.', getAtt('NodeRole', 'Arn')),
    },
  };
}

function role(spec: ClusterSpec, service: TemplateValue, policies: readonly string[]): TemplateResource {
  return {
    Type: 'AWS::IAM::Role',
    Properties: {
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }],
      },
      ManagedPolicyArns: policies.map(managedPolicy),
      Tags: tagList(spec),
    },
  };
}
