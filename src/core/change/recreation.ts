import type { ResourceChange } from './changePlan.ts';

const of = (paths: string) => paths.split(' ').map(path => `/Properties/${path}`);

/**
 * Properties whose change makes CloudFormation replace the resource, of the types that our templates use: `createOnlyProperties` of AWS's
 * resource schemas. Only for what is foreseen without a change set; a change set's own word always wins.
 */
const createOnly: Readonly<Record<string, readonly string[]>> = {
  'AWS::EKS::Cluster': of(
    'Name RoleArn EncryptionConfig OutpostConfig KubernetesNetworkConfig/IpFamily KubernetesNetworkConfig/ServiceIpv4Cidr AccessConfig/BootstrapClusterCreatorAdminPermissions BootstrapSelfManagedAddons',
  ),
  'AWS::EKS::Nodegroup': of(
    'ClusterName NodegroupName NodeRole Subnets AmiType CapacityType DiskSize InstanceTypes RemoteAccess',
  ),
  'AWS::EKS::FargateProfile': of('ClusterName FargateProfileName PodExecutionRoleArn Subnets Selectors'),
  'AWS::EKS::Addon': of('ClusterName AddonName'),
  'AWS::EKS::AccessEntry': of('ClusterName PrincipalArn Type'),
  'AWS::EKS::PodIdentityAssociation': of('ClusterName Namespace ServiceAccount'),
  'AWS::IAM::Role': of('Path RoleName'),
  'AWS::IAM::InstanceProfile': of('Path InstanceProfileName'),
  'AWS::IAM::OIDCProvider': of('Url'),
  'AWS::EC2::VPC': of('CidrBlock Ipv4IpamPoolId Ipv4NetmaskLength'),
  'AWS::EC2::VPCCidrBlock': of('VpcId CidrBlock AmazonProvidedIpv6CidrBlock'),
  'AWS::EC2::Subnet': of('VpcId AvailabilityZone AvailabilityZoneId CidrBlock Ipv6Native'),
  'AWS::EC2::RouteTable': of('VpcId'),
  'AWS::EC2::SubnetRouteTableAssociation': of('SubnetId RouteTableId'),
  'AWS::EC2::SecurityGroup': of('GroupName GroupDescription VpcId'),
  'AWS::EC2::SecurityGroupIngress': of(
    'GroupId IpProtocol FromPort ToPort CidrIp CidrIpv6 SourceSecurityGroupId SourcePrefixListId SourceSecurityGroupOwnerId',
  ),
  'AWS::EC2::VPCEndpoint': of('VpcId ServiceName VpcEndpointType'),
  'AWS::EC2::LaunchTemplate': of('LaunchTemplateName'),
  'AWS::AutoScaling::AutoScalingGroup': of('AutoScalingGroupName InstanceId'),
  'AWS::Logs::LogGroup': of('LogGroupName'),
};

/** True when a change at `path` (`/Properties/Subnets/0`) replaces a resource of the type. */
export function recreates(type: string, path: string): boolean {
  return (createOnly[type] ?? []).some(
    only => path === only || path.startsWith(`${only}/`) || only.startsWith(`${path}/`),
  );
}

/** Types that our templates name: CloudFormation makes the new one first, which its name, or the addresses it needs, forbid. */
const inItsOwnWay: readonly string[] = [
  'AWS::EKS::Cluster',
  'AWS::EKS::Nodegroup',
  'AWS::EKS::FargateProfile',
  'AWS::EKS::Addon',
  'AWS::EKS::AccessEntry',
  'AWS::EKS::PodIdentityAssociation',
];

export function isReplaced({ replacement }: Pick<ResourceChange, 'replacement'>): boolean {
  return replacement !== 'False';
}

/** A resource that is replaced, and that CloudFormation cannot replace because its successor would have the same name. */
export function blocksItself({ type, replacement, properties }: ResourceChange): boolean {
  if (!isReplaced({ replacement }) || !inItsOwnWay.includes(type)) return false;
  // Another name, or another principal, is another thing: its successor may be made first.
  return !properties.some(({ path, recreation }) => recreation === 'Always' && isNameOf(type, path));
}

function isNameOf(type: string, path: string): boolean {
  const names: Readonly<Record<string, string>> = {
    'AWS::EKS::AccessEntry': '/Properties/PrincipalArn',
    'AWS::EKS::PodIdentityAssociation': '/Properties/ServiceAccount',
  };
  return names[type] === path;
}
