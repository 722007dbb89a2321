import type { ClusterSpec } from '../spec/clusterSpec.ts';
import { madeAddonRoles, type AddonRoleNeed } from './addonRoles.ts';
import { clusterShape, type ClusterShape } from './clusterShape.ts';
import { usesNodeRoleForCni } from './plannedAddons.ts';
import type { Template, TemplateOutput, TemplateResource, TemplateValue } from './template.ts';
import { getAtt, managedPolicy, output, ref, sub, tagList, templateOf } from './templateParts.ts';

/** The roles of the control plane and of whatever runs pods. CloudFormation names them, so that clusters never clash. */
export function permissionsTemplate(spec: ClusterSpec): Template {
  const shape = clusterShape(spec);
  const resources: Record<string, TemplateResource> = { ClusterRole: clusterRole(spec, shape) };
  const outputs: Record<string, TemplateOutput> = {
    ClusterRoleArn: output('Role that EKS takes to run the control plane.', getAtt('ClusterRole', 'Arn')),
  };
  const add = (name: string, description: string, resource: TemplateResource) => {
    resources[name] = resource;
    outputs[`${name}Arn`] = output(description, getAtt(name, 'Arn'));
  };
  if (shape.managed) add('NodeRole', 'Role of the nodes.', nodeRole(spec));
  if (shape.selfManaged) {
    // A role of its own: EKS makes and removes the access entry of a managed group's role by itself.
    add('SelfManagedNodeRole', 'Role of the self-managed nodes.', nodeRole(spec));
    add('NodeInstanceProfile', 'Instance profile of the self-managed nodes.', {
      Type: 'AWS::IAM::InstanceProfile',
      Properties: { Roles: [ref('SelfManagedNodeRole')] },
    });
  }
  if (shape.auto) add('AutoNodeRole', 'Role of the nodes that Auto Mode makes.', autoNodeRole(spec));
  if (shape.fargate) add('PodExecutionRole', 'Role with which Fargate pulls images.', podExecutionRole(spec));
  for (const made of madeAddonRoles(spec, 'pod-identity'))
    add(made.role, `Role of the ${made.what}.`, podIdentityRole(spec, made));
  return templateOf(spec, 'roles of the control plane and of what runs pods', {
    Resources: resources,
    Outputs: outputs,
  });
}

function clusterRole(spec: ClusterSpec, { auto }: ClusterShape): TemplateResource {
  const policies = ['AmazonEKSClusterPolicy'];
  if (auto)
    policies.push(
      'AmazonEKSComputePolicy',
      'AmazonEKSBlockStoragePolicy',
      'AmazonEKSLoadBalancingPolicy',
      'AmazonEKSNetworkingPolicy',
    );
  // Auto Mode marks its sessions with the cluster's name, by which those policies are bound to the cluster's own resources.
  const actions = auto ? ['sts:AssumeRole', 'sts:TagSession'] : 'sts:AssumeRole';
  return role(spec, [trust('eks.amazonaws.com', actions)], policies);
}

// EC2's service principal follows the partition's domain (ec2.amazonaws.com.cn in China); EKS's does not.
const ec2 = sub('ec2.${AWS::URLSuffix}');

function nodeRole(spec: ClusterSpec): TemplateResource {
  // The CNI starts before anything could give it credentials of its own; with hop limit 1 no other pod gets at them.
  const cni = usesNodeRoleForCni(spec);
  const ipv6 = spec.network.ipFamily === 'ipv6';
  return role(
    spec,
    [trust(ec2)],
    [
      'AmazonEKSWorkerNodePolicy',
      'AmazonEC2ContainerRegistryPullOnly',
      ...(cni && !ipv6 ? ['AmazonEKS_CNI_Policy'] : []),
      ...(spec.features.sessionManager ? ['AmazonSSMManagedInstanceCore'] : []),
    ],
    cni && ipv6 ? [cniIpv6Policy] : [],
  );
}

/** AWS has no managed policy of the VPC CNI’s for IPv6: the actions that its documentation names, and the look for subnets. */
const cniIpv6Policy: TemplateValue = {
  PolicyName: 'vpc-cni-ipv6',
  PolicyDocument: {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: [
          'ec2:AssignIpv6Addresses',
          'ec2:DescribeInstances',
          'ec2:DescribeTags',
          'ec2:DescribeNetworkInterfaces',
          'ec2:DescribeInstanceTypes',
          'ec2:DescribeSubnets',
        ],
        Resource: '*',
      },
      {
        Effect: 'Allow',
        Action: 'ec2:CreateTags',
        Resource: sub('arn:${AWS::Partition}:ec2:*:*:network-interface/*'),
      },
    ],
  },
};

function autoNodeRole(spec: ClusterSpec): TemplateResource {
  return role(spec, [trust(ec2)], ['AmazonEKSWorkerNodeMinimalPolicy', 'AmazonEC2ContainerRegistryPullOnly']);
}

function podExecutionRole(spec: ClusterSpec): TemplateResource {
  const profiles = sub(`arn:\${AWS::Partition}:eks:\${AWS::Region}:\${AWS::AccountId}:fargateprofile/${spec.name}/*`);
  return role(
    spec,
    [trust('eks-fargate-pods.amazonaws.com', 'sts:AssumeRole', { ArnLike: { 'aws:SourceArn': profiles } })],
    ['AmazonEKSFargatePodExecutionRolePolicy'],
  );
}

/** Bound to one service account of this cluster: without the tags any association of the account could take the role. */
function podIdentityRole(spec: ClusterSpec, { namespace, serviceAccount, policy }: AddonRoleNeed): TemplateResource {
  const cluster = sub(`arn:\${AWS::Partition}:eks:\${AWS::Region}:\${AWS::AccountId}:cluster/${spec.name}`);
  const condition = {
    StringEquals: {
      'aws:RequestTag/eks-cluster-arn': cluster,
      'aws:RequestTag/kubernetes-namespace': namespace,
      'aws:RequestTag/kubernetes-service-account': serviceAccount,
    },
  };
  return role(spec, [trust('pods.eks.amazonaws.com', ['sts:AssumeRole', 'sts:TagSession'], condition)], [policy]);
}

function trust(
  service: TemplateValue,
  actions: TemplateValue = 'sts:AssumeRole',
  condition?: TemplateValue,
): TemplateValue {
  return {
    Effect: 'Allow',
    Principal: { Service: service },
    Action: actions,
    ...(condition === undefined ? {} : { Condition: condition }),
  };
}

function role(
  spec: ClusterSpec,
  statements: readonly TemplateValue[],
  policies: readonly string[],
  inline: readonly TemplateValue[] = [],
): TemplateResource {
  return {
    Type: 'AWS::IAM::Role',
    Properties: {
      AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: statements },
      ManagedPolicyArns: policies.map(managedPolicy),
      ...(inline.length > 0 ? { Policies: inline } : {}),
      Tags: tagList(spec),
    },
  };
}
