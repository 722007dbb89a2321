import type { ProviderContext, ResourceProvider } from '../../cloudformation/resourceProvider.ts';
import { AwsError } from '../../kernel/awsError.ts';
import { equal } from '../../cloudformation/propertyChanges.ts';
import { asBoolean, pick, policyText, type CfnBoolean, type CfnTag } from '../property.ts';
import { retag, tagAsService, tagSpecification } from './tags.ts';

interface EndpointProperties {
  readonly VpcId?: string;
  readonly ServiceName?: string;
  readonly VpcEndpointType?: string;
  readonly SubnetIds?: readonly string[];
  readonly SecurityGroupIds?: readonly string[];
  readonly RouteTableIds?: readonly string[];
  readonly PrivateDnsEnabled?: CfnBoolean;
  readonly PolicyDocument?: unknown;
  readonly Tags?: readonly CfnTag[];
}

interface EndpointView {
  readonly State: string;
  readonly CreationTimestamp?: Date | string;
  readonly NetworkInterfaceIds?: readonly string[];
  readonly DnsEntries?: readonly { readonly DnsName?: string; readonly HostedZoneId?: string }[];
}

function look(id: string, context: ProviderContext): EndpointView | undefined {
  try {
    return context.call<{ VpcEndpoints: EndpointView[] }>('ec2', 'DescribeVpcEndpoints', { VpcEndpointIds: [id] })
      .VpcEndpoints[0];
  } catch (error) {
    if (error instanceof AwsError && error.code === 'InvalidVpcEndpointId.NotFound') return undefined;
    throw error;
  }
}

export const vpcEndpoint: ResourceProvider = {
  properties: [
    'PolicyDocument',
    'PrivateDnsEnabled',
    'RouteTableIds',
    'SecurityGroupIds',
    'ServiceName',
    'SubnetIds',
    'Tags',
    'VpcEndpointType',
    'VpcId',
  ],
  required: ['VpcId'],
  createOnly: ['ServiceName', 'VpcEndpointType', 'VpcId'],
  unsupported: ['DnsOptions', 'IpAddressType', 'ResourceConfigurationArn', 'ServiceNetworkArn', 'ServiceRegion'],
  create(properties: EndpointProperties, context) {
    const { PolicyDocument, PrivateDnsEnabled, Tags } = properties;
    const isInterface = properties.VpcEndpointType === 'Interface';
    const { VpcEndpointId } = context.call<{ VpcEndpoint: { VpcEndpointId: string } }>('ec2', 'CreateVpcEndpoint', {
      ...pick(properties, 'VpcId', 'ServiceName', 'VpcEndpointType', 'SubnetIds', 'SecurityGroupIds', 'RouteTableIds'),
      // EC2's own default is true, CloudFormation's is false.
      ...(isInterface || PrivateDnsEnabled !== undefined
        ? { PrivateDnsEnabled: asBoolean(PrivateDnsEnabled, false) }
        : {}),
      ...(PolicyDocument === undefined ? {} : { PolicyDocument: policyText(PolicyDocument) }),
      ClientToken: context.token,
      ...tagSpecification('vpc-endpoint', Tags, context),
    }).VpcEndpoint;
    tagAsService(VpcEndpointId, context);
    return VpcEndpointId;
  },
  progress(id, _properties, context) {
    const endpoint = look(id, context);
    if (!endpoint) return { failed: `The Vpc Endpoint Id '${id}' does not exist` };
    return endpoint.State === 'pending' ? 'in-progress' : 'done';
  },
  update(VpcEndpointId, next: EndpointProperties, previous: EndpointProperties, context) {
    const exchange = (what: 'Subnet' | 'SecurityGroup' | 'RouteTable') => {
      const [after, before] = [next, previous].map(side => side[`${what}Ids`] ?? []) as [string[], string[]];
      const added = after.filter(id => !before.includes(id));
      const gone = before.filter(id => !after.includes(id));
      return {
        ...(added.length > 0 && { [`Add${what}Ids`]: added }),
        ...(gone.length > 0 && { [`Remove${what}Ids`]: gone }),
      };
    };
    const policy = next.PolicyDocument;
    const input = {
      ...exchange('Subnet'),
      ...exchange('SecurityGroup'),
      ...exchange('RouteTable'),
      ...(equal(policy, previous.PolicyDocument)
        ? {}
        : policy === undefined
          ? { ResetPolicy: true }
          : { PolicyDocument: policyText(policy) }),
      ...(equal(next.PrivateDnsEnabled, previous.PrivateDnsEnabled)
        ? {}
        : { PrivateDnsEnabled: asBoolean(next.PrivateDnsEnabled, false) }),
    };
    if (Object.keys(input).length > 0) context.call('ec2', 'ModifyVpcEndpoint', { VpcEndpointId, ...input });
    retag(VpcEndpointId, next.Tags, previous.Tags, context);
  },
  read(id, _expected, context) {
    type View = EndpointView & {
      Groups?: { GroupId?: string }[];
      SubnetIds?: string[];
      RouteTableIds?: string[];
      PolicyDocument?: string;
      PrivateDnsEnabled?: boolean;
      Tags?: CfnTag[];
    };
    const found = look(id, context) as View | undefined;
    if (!found) throw new AwsError('InvalidVpcEndpointId.NotFound', id);
    return {
      SubnetIds: found.SubnetIds,
      RouteTableIds: found.RouteTableIds,
      SecurityGroupIds: found.Groups?.map(({ GroupId }) => GroupId),
      PrivateDnsEnabled: found.PrivateDnsEnabled,
      PolicyDocument: found.PolicyDocument && (JSON.parse(found.PolicyDocument) as object),
      Tags: found.Tags,
    };
  },
  delete(id, _properties, context) {
    context.call('ec2', 'DeleteVpcEndpoints', { VpcEndpointIds: [id] });
  },
  deleteProgress: (id, _properties, context) => (look(id, context) ? 'in-progress' : 'done'),
  attributes(id, _properties, context) {
    const { CreationTimestamp, NetworkInterfaceIds = [], DnsEntries = [] } = look(id, context) ?? {};
    return {
      Id: id,
      CreationTimestamp: CreationTimestamp && new Date(CreationTimestamp).toISOString(),
      NetworkInterfaceIds,
      DnsEntries: DnsEntries.map(({ DnsName, HostedZoneId }) => `${HostedZoneId}:${DnsName}`),
    };
  },
};
