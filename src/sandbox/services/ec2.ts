import type { Account, SandboxResource, Service } from '../kernel/account.ts';
import { dhcpOptionsOperations } from './ec2/dhcpOptions.ts';
import { endpointServiceOperations } from './ec2/endpointService.ts';
import { gatewayJobs, gatewayOperations } from './ec2/gateways.ts';
import { instanceJobs, instanceOperations } from './ec2/instance.ts';
import { instanceTypeOperations } from './ec2/instanceType.ts';
import { internetGatewayOperations } from './ec2/internetGateway.ts';
import { launchTemplateOperations } from './ec2/launchTemplate.ts';
import { networkAclOperations } from './ec2/networkAcl.ts';
import { networkInterfaceOperations } from './ec2/networkInterface.ts';
import { regionOperations } from './ec2/region.ts';
import { routeTableOperations } from './ec2/routeTable.ts';
import { rows, type Ec2Rows } from './ec2/rows.ts';
import { securityGroupOperations } from './ec2/securityGroup.ts';
import { securityGroupRuleOperations } from './ec2/securityGroupRule.ts';
import { subnetOperations } from './ec2/subnet.ts';
import { tagOperations } from './ec2/tags.ts';
import { consoleOperations, volumeOperations } from './ec2/volume.ts';
import { vpcOperations } from './ec2/vpc.ts';
import { vpcBlockOperations } from './ec2/vpcBlocks.ts';
import { endpointJobs, vpcEndpointOperations } from './ec2/vpcEndpoint.ts';
import { simulatedOperations } from './simulatedOperations.ts';

/** Input members that are simulated. */
const members: Readonly<Record<string, string>> = {
  CreateVpc: 'CidrBlock InstanceTenancy TagSpecifications',
  ModifyVpcAttribute: 'VpcId EnableDnsHostnames EnableDnsSupport',
  AssociateVpcCidrBlock: 'VpcId CidrBlock AmazonProvidedIpv6CidrBlock',
  AssociateSubnetCidrBlock: 'SubnetId Ipv6CidrBlock',
  CreateNetworkAclEntry: 'NetworkAclId RuleNumber Protocol RuleAction Egress CidrBlock Ipv6CidrBlock PortRange',
  CreateNatGateway: 'SubnetId AllocationId ConnectivityType TagSpecifications',
  AllocateAddress: 'Domain TagSpecifications',
  CreateVpcPeeringConnection: 'VpcId PeerVpcId TagSpecifications',
  ModifyVpcEndpoint:
    'VpcEndpointId ResetPolicy PolicyDocument AddRouteTableIds RemoveRouteTableIds AddSubnetIds RemoveSubnetIds AddSecurityGroupIds RemoveSecurityGroupIds PrivateDnsEnabled',
  CreateSubnet: 'VpcId CidrBlock Ipv6CidrBlock AvailabilityZone AvailabilityZoneId TagSpecifications',
  ModifySubnetAttribute: 'SubnetId AssignIpv6AddressOnCreation MapPublicIpOnLaunch',
  CreateRouteTable: 'VpcId TagSpecifications',
  CreateRoute:
    'RouteTableId DestinationCidrBlock DestinationIpv6CidrBlock GatewayId NatGatewayId EgressOnlyInternetGatewayId VpcPeeringConnectionId',
  DeleteRoute: 'RouteTableId DestinationCidrBlock DestinationIpv6CidrBlock',
  AssociateRouteTable: 'RouteTableId SubnetId',
  DescribeSecurityGroups: 'GroupIds Filters MaxResults NextToken',
  DeleteSecurityGroup: 'GroupId',
  AuthorizeSecurityGroupIngress: 'GroupId IpPermissions TagSpecifications',
  AuthorizeSecurityGroupEgress: 'GroupId IpPermissions TagSpecifications',
  RevokeSecurityGroupIngress: 'GroupId IpPermissions SecurityGroupRuleIds',
  RevokeSecurityGroupEgress: 'GroupId IpPermissions SecurityGroupRuleIds',
  CreateVpcEndpoint:
    'VpcEndpointType VpcId ServiceName PolicyDocument RouteTableIds SubnetIds SecurityGroupIds PrivateDnsEnabled TagSpecifications',
  CreateNetworkInterface: 'SubnetId Description Groups TagSpecifications',
  CreateVolume: 'AvailabilityZone Size VolumeType Encrypted TagSpecifications',
  DescribeVolumes: 'VolumeIds Filters MaxResults NextToken',
  CreateSnapshot: 'VolumeId Description TagSpecifications',
  DescribeSnapshots: 'SnapshotIds OwnerIds Filters MaxResults NextToken',
  GetConsoleOutput: 'InstanceId',
  CreateLaunchTemplate: 'LaunchTemplateName LaunchTemplateData TagSpecifications',
  CreateLaunchTemplateVersion:
    'LaunchTemplateId LaunchTemplateName LaunchTemplateData SourceVersion VersionDescription',
  DescribeLaunchTemplates: 'LaunchTemplateIds Filters MaxResults NextToken',
  DescribeLaunchTemplateVersions: 'LaunchTemplateId LaunchTemplateName Versions',
  RunInstances: 'MaxCount MinCount ImageId InstanceType SecurityGroupIds SubnetId LaunchTemplate TagSpecifications',
  DescribeAvailabilityZones: 'ZoneNames Filters',
};

/** What counts as existing, by CloudFormation's names. What comes and goes with its VPC, and terminated instances, do not. */
function resources(account: Account): SandboxResource[] {
  const regions = new Set([...account.regionsOf('ec2.vpcs'), ...account.regionsOf('ec2.launchTemplates')]);
  return [...regions].flatMap(region => {
    const place = { account, region };
    const list = <K extends keyof Ec2Rows>(
      kind: K,
      type: string,
      detail: (row: Ec2Rows[K]) => object | undefined = () => ({}),
    ) =>
      rows(place, kind)
        .entries()
        .flatMap(([id, row]) => {
          const more = detail(row);
          return more ? [{ type: `AWS::EC2::${type}`, id, region, ...more }] : [];
        });
    const rules = (groupId: string) => rows(place, 'rules').filter(row => row.GroupId === groupId).length;
    return [
      ...list('vpcs', 'VPC'),
      ...list('subnets', 'Subnet'),
      ...list('routeTables', 'RouteTable', row =>
        row.Associations.some(item => item.Main) ? undefined : { routes: row.Routes.length },
      ),
      ...list('internetGateways', 'InternetGateway'),
      ...list('networkAcls', 'NetworkAcl', row => (row.IsDefault ? undefined : {})),
      ...list('dhcpOptions', 'DHCPOptions', row => (row.isDefault ? undefined : {})),
      ...list('natGateways', 'NatGateway'),
      ...list('egressOnlyGateways', 'EgressOnlyInternetGateway'),
      ...list('peerings', 'VPCPeeringConnection'),
      ...list('addresses', 'EIP'),
      ...list('securityGroups', 'SecurityGroup', row =>
        row.GroupName === 'default' ? undefined : { rules: rules(row.GroupId) },
      ),
      ...list('endpoints', 'VPCEndpoint', row => ({ service: row.ServiceName })),
      ...list('interfaces', 'NetworkInterface'),
      ...list('launchTemplates', 'LaunchTemplate'),
      ...list('volumes', 'Volume'),
      ...list('snapshots', 'Snapshot'),
      ...list('instances', 'Instance', row => (row.State.Name === 'terminated' ? undefined : {})),
    ];
  });
}

const operations: Service['operations'] = {
  ...regionOperations,
  ...vpcOperations,
  ...subnetOperations,
  ...routeTableOperations,
  ...internetGatewayOperations,
  ...networkAclOperations,
  ...dhcpOptionsOperations,
  ...gatewayOperations,
  ...vpcBlockOperations,
  ...securityGroupOperations,
  ...securityGroupRuleOperations,
  ...endpointServiceOperations,
  ...vpcEndpointOperations,
  ...networkInterfaceOperations,
  ...launchTemplateOperations,
  ...instanceTypeOperations,
  ...instanceOperations,
  ...tagOperations,
  ...volumeOperations,
  ...consoleOperations,
};

export const ec2: Service = {
  name: 'ec2',
  operations: simulatedOperations('ec2', operations, members),
  jobs: { ...endpointJobs, ...gatewayJobs, ...instanceJobs },
  resources,
};
