import type * as Ec2Sdk from '@aws-sdk/client-ec2';
import type { AwsSession } from '../../aws/awsSession.ts';
import { signalOption } from '../../aws/identity.ts';
import { cents, hoursPerMonth, price } from '../../plan/prices.ts';
import { clusterTag } from '../../spec/ownTags.ts';
import { bastionTag } from '../../tunnel/bastion/bastionNames.ts';
import type { SeenInterface, Where } from '../clusterLeavings.ts';
import { clusterOfTags, tagMap, type Tags } from '../controllerTags.ts';
import { instanceCost, livingStates } from '../instanceCost.ts';
import type { Leftover } from '../leftover.ts';
import { pages } from '../../aws/pages.ts';
import { foreignWhy, leaving } from './leaving.ts';

type Row = { readonly Tags?: Ec2Sdk.Tag[] | undefined };
type Finder = (session: AwsSession, where: Where, signal?: AbortSignal) => Promise<Leftover[]>;
interface Asking {
  readonly sdk: typeof Ec2Sdk;
  readonly client: { readonly client: Ec2Sdk.EC2Client };
  readonly Filters: Ec2Sdk.Filter[];
  readonly options: { readonly abortSignal?: AbortSignal };
}

/** What of one kind in a VPC of ours carries no tag of the cluster. */
function foreignOf<Seen extends Row>(
  kind: Leftover['kind'],
  list: (asking: Asking) => Promise<Seen[]>,
  tell: (row: Seen, region: string) => Pick<Leftover, 'id'> & Partial<Leftover>,
): Finder {
  return async (session, { cluster, vpcId, ownVpc }, signal) => {
    if (vpcId === undefined || !ownVpc) return [];
    const sdk = await import('@aws-sdk/client-ec2');
    const client = { client: await session.client('ec2') };
    const Filters = [{ Name: 'vpc-id', Values: [vpcId] }];
    const all = await list({ sdk, client, Filters, options: signalOption(signal) });
    return all
      .filter(({ Tags }) => !isOfCluster(tagMap(Tags), cluster, vpcId))
      .map(row => {
        const { id, ...more } = tell(row, session.region);
        return leaving(kind, id, session.region, { madeBy: 'foreign', vpcId, fate: 'stays', why: foreignWhy, ...more });
      });
  };
}

/** All that keeps AWS from deleting a VPC, whether it has a network interface or not: each kind by its own look. */
export const foreignLooks: Readonly<Record<string, Finder>> = {
  'others’ instances': foreignOf(
    'instance',
    ({ sdk, client, Filters, options }) =>
      pages(sdk.paginateDescribeInstances(client, { Filters: [...Filters, livingStates] }, options), page =>
        page.Reservations?.flatMap(({ Instances = [] }) => Instances),
      ),
    ({ InstanceId = '', InstanceType = '', State, Tags }) => {
      const { Name: name, 'aws:autoscaling:groupName': group } = tagMap(Tags);
      const { monthlyUsd, how } = instanceCost(InstanceType, State?.Name);
      const of = group === undefined ? '' : `, of Auto Scaling group ${group}`;
      return { id: InstanceId, monthlyUsd, how: `${how}${of}`, ...(name ? { name } : {}) };
    },
  ),
  'others’ endpoints': foreignOf(
    'endpoint',
    ({ sdk, client, Filters, options }) =>
      pages(sdk.paginateDescribeVpcEndpoints(client, { Filters }, options), page =>
        page.VpcEndpoints?.filter(({ State }) => !/^delet/i.test(State ?? '')),
      ),
    ({ VpcEndpointId: id = '', VpcEndpointType, ServiceName: name = '', SubnetIds = [], Tags }, region) => {
      const zones = VpcEndpointType === 'Interface' ? SubnetIds.length : 0;
      return {
        id,
        name,
        monthlyUsd: cents(price.interfaceEndpointHour * zones * hoursPerMonth),
        how: zones > 0 ? `${VpcEndpointType}, ${zones} zones` : `${VpcEndpointType}, costs nothing`,
        why: `${whyForeign(Tags)}; by hand: aws ec2 delete-vpc-endpoints --vpc-endpoint-ids ${id} --region ${region}`,
      };
    },
  ),
  'others’ security groups': foreignOf(
    'security group',
    ({ sdk, client, Filters, options }) =>
      pages(sdk.paginateDescribeSecurityGroups(client, { Filters }, options), page =>
        page.SecurityGroups?.filter(({ GroupName }) => GroupName !== 'default'),
      ),
    ({ GroupId: id = '', GroupName: name = '', Tags }, region) => ({
      id,
      name,
      why: `${whyForeign(Tags)}; by hand: aws ec2 delete-security-group --group-id ${id} --region ${region}`,
    }),
  ),
  'others’ subnets': foreignOf(
    'subnet',
    ({ sdk, client, Filters, options }) =>
      pages(sdk.paginateDescribeSubnets(client, { Filters }, options), ({ Subnets }) => Subnets),
    ({ SubnetId: id = '' }) => ({ id }),
  ),
  'others’ route tables': foreignOf(
    'route table',
    ({ sdk, client, Filters, options }) =>
      pages(sdk.paginateDescribeRouteTables(client, { Filters }, options), page =>
        page.RouteTables?.filter(({ Associations = [] }) => !Associations.some(({ Main }) => Main)),
      ),
    ({ RouteTableId: id = '' }) => ({ id }),
  ),
  'others’ network ACLs': foreignOf(
    'network ACL',
    ({ sdk, client, Filters, options }) =>
      pages(sdk.paginateDescribeNetworkAcls(client, { Filters }, options), page =>
        page.NetworkAcls?.filter(({ IsDefault }) => !IsDefault),
      ),
    ({ NetworkAclId: id = '' }) => ({ id }),
  ),
  'others’ internet gateways': foreignOf(
    'internet gateway',
    ({ sdk, client, Filters, options }) => {
      const attached = Filters.map(({ Values = [] }) => ({ Name: 'attachment.vpc-id', Values }));
      const paged = sdk.paginateDescribeInternetGateways(client, { Filters: attached }, options);
      return pages(paged, ({ InternetGateways }) => InternetGateways);
    },
    ({ InternetGatewayId: id = '' }) => ({ id }),
  ),
};

const whyForeign = (tags: Ec2Sdk.Tag[] | undefined): string =>
  tagMap(tags)['GuardDutyManaged'] === 'true'
    ? 'GuardDuty’s Runtime Monitoring made it by itself, and leaves it behind'
    : foreignWhy;

/** Bastions go before the VPC does, by their own tag. */
const isOfCluster = (tags: Tags, cluster: string, vpcId: string): boolean =>
  tags[clusterTag] === cluster || clusterOfTags(tags) === cluster || tags[bastionTag] === vpcId;

/** Interfaces of services that hold the VPC; those of instances, endpoints and load balancers are told by what holds them. */
export function foreignInterfaces(interfaces: readonly SeenInterface[], { vpcId }: Where, region: string): Leftover[] {
  return interfaces
    .filter(({ owner }) => owner.kind === 'foreign')
    .map(({ id, owner }) =>
      leaving('network interface', id, region, {
        madeBy: 'foreign',
        how: `of ${owner.of}`,
        ...(vpcId === undefined ? {} : { vpcId }),
        fate: 'stays',
        why: foreignWhy,
      }),
    );
}
