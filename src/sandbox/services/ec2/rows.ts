import type * as Sdk from '@aws-sdk/client-ec2';
import type { CallContext } from '../../kernel/account.ts';
import type { Table } from '../../kernel/table.ts';

/** The SDK's shape with some members certain. */
type Sure<T, K extends keyof T> = Omit<T, K> & { [P in K]-?: NonNullable<T[P]> };

/** Rows are what a describe call answers, and besides what no answer shows (the wire leaves unknown members out). */
export type VpcRow = Sure<Sdk.Vpc, 'VpcId' | 'CidrBlock' | 'CidrBlockAssociationSet'> & {
  dnsSupport: boolean;
  dnsHostnames: boolean;
  defaultNetworkAcl: string;
};
export type SubnetRow = Sure<
  Sdk.Subnet,
  'SubnetId' | 'VpcId' | 'CidrBlock' | 'AvailabilityZone' | 'AvailabilityZoneId'
> & {
  networkAclAssociation: string;
};
export type RouteTableRow = Sure<Sdk.RouteTable, 'RouteTableId' | 'VpcId' | 'Routes' | 'Associations'>;
export type InternetGatewayRow = Sure<Sdk.InternetGateway, 'InternetGatewayId' | 'Attachments'>;
export type SecurityGroupRow = Sure<Sdk.SecurityGroup, 'GroupId' | 'GroupName' | 'VpcId'>;
export type RuleRow = Sure<
  Sdk.SecurityGroupRule,
  'SecurityGroupRuleId' | 'GroupId' | 'IsEgress' | 'IpProtocol' | 'FromPort' | 'ToPort'
>;
export type NetworkAclRow = Sure<Sdk.NetworkAcl, 'NetworkAclId' | 'VpcId' | 'Entries' | 'Associations' | 'IsDefault'>;
export type DhcpOptionsRow = Sure<Sdk.DhcpOptions, 'DhcpOptionsId' | 'DhcpConfigurations'> & { isDefault: boolean };
export type NatGatewayRow = Sure<Sdk.NatGateway, 'NatGatewayId' | 'VpcId' | 'SubnetId' | 'State'>;
export type PeeringRow = Sure<
  Sdk.VpcPeeringConnection,
  'VpcPeeringConnectionId' | 'Status' | 'RequesterVpcInfo' | 'AccepterVpcInfo'
>;
/** The model's enumeration has capitals; EC2 answers in small letters. */
export type EndpointRow = Sure<
  Omit<Sdk.VpcEndpoint, 'State'>,
  | 'VpcEndpointId'
  | 'VpcId'
  | 'ServiceName'
  | 'SubnetIds'
  | 'RouteTableIds'
  | 'Groups'
  | 'NetworkInterfaceIds'
  | 'DnsEntries'
> & {
  VpcEndpointType: 'Interface' | 'Gateway';
  PrivateDnsEnabled: boolean;
  State: 'pending' | 'available' | 'deleting';
};
export type InterfaceRow = Sure<
  Sdk.NetworkInterface,
  'NetworkInterfaceId' | 'VpcId' | 'SubnetId' | 'Groups' | 'PrivateIpAddress'
> & {
  /** EC2 names the tags of an interface differently. */
  TagSet: Sdk.Tag[];
};
export type LaunchTemplateRow = Sure<
  Sdk.LaunchTemplate,
  'LaunchTemplateId' | 'LaunchTemplateName' | 'LatestVersionNumber' | 'DefaultVersionNumber'
> & {
  /** The first is version 1. */
  readonly versions: {
    readonly data: Sdk.ResponseLaunchTemplateData;
    readonly at: Date;
    readonly description?: string;
  }[];
};
export type InstanceRow = Sure<
  Sdk.Instance,
  'InstanceId' | 'InstanceType' | 'State' | 'SubnetId' | 'VpcId' | 'PrivateIpAddress'
> & {
  reservationId: string;
  interfaceId: string;
};

export interface Ec2Rows {
  vpcs: VpcRow;
  subnets: SubnetRow;
  routeTables: RouteTableRow;
  internetGateways: InternetGatewayRow;
  securityGroups: SecurityGroupRow;
  rules: RuleRow;
  networkAcls: NetworkAclRow;
  dhcpOptions: DhcpOptionsRow;
  natGateways: NatGatewayRow;
  egressOnlyGateways: Sure<Sdk.EgressOnlyInternetGateway, 'EgressOnlyInternetGatewayId' | 'Attachments'>;
  peerings: PeeringRow;
  addresses: Sure<Sdk.Address, 'AllocationId' | 'PublicIp'>;
  endpoints: EndpointRow;
  interfaces: InterfaceRow;
  launchTemplates: LaunchTemplateRow;
  instances: InstanceRow;
  volumes: Sure<Sdk.Volume, 'VolumeId'>;
  snapshots: Sure<Sdk.Snapshot, 'SnapshotId'>;
}

export type Place = Pick<CallContext, 'account' | 'region'>;

export function rows<K extends keyof Ec2Rows>({ account, region }: Place, kind: K): Table<Ec2Rows[K]> {
  return account.regional<Ec2Rows[K]>(region, `ec2.${kind}`);
}
