import type * as Ec2 from '@aws-sdk/client-ec2';
import type { AwsSession } from '../aws/awsSession.ts';
import { isAwsError, toPrivateEksError } from '../aws/errors.ts';
import { signalOption } from '../aws/identity.ts';
import { pages } from '../aws/pages.ts';
import { PrivateEksError } from '../errors.ts';
import type { ClusterSpec } from '../spec/clusterSpec.ts';
import { nodeGroups } from '../spec/nodeGroups.ts';
import { endpointServiceName } from './endpointServices.ts';
import { readHostedZones, readZoneRecords } from './hostedZoneLooks.ts';
import { interfaceLimitsOf } from '../spec/interfaceLimits.ts';
import { networkFactsFrom, type NetworkAnswers } from './networkAnswers.ts';
import type { NetworkFacts } from './networkFacts.ts';

interface Looks {
  readonly ec2: Ec2.EC2Client;
  readonly sdk: typeof Ec2;
  readonly option: { readonly abortSignal?: AbortSignal };
  readonly vpcId: string;
  readonly spec: ClusterSpec;
}

/**
 * The existing VPC that a spec names, by a dozen calls, all pages of each. A look that is refused becomes an `unknown`; whatever else goes
 * wrong is thrown.
 * @throws PrivateEksError `vpc-not-found`, and those of `toPrivateEksError`
 */
export async function gatherNetworkFacts(
  session: AwsSession,
  spec: ClusterSpec,
  accountId: string,
  signal?: AbortSignal,
): Promise<NetworkFacts | undefined> {
  const vpcId = spec.network.vpc?.id;
  if (vpcId === undefined) return undefined;
  const [sdk, ec2] = await Promise.all([import('@aws-sdk/client-ec2'), session.client('ec2')]);
  const looks: Looks = { ec2, sdk, option: signalOption(signal), vpcId, spec };
  const unknown: { look: string; why: string }[] = [];
  const look = async <Answer>(action: string, work: () => Promise<Answer>): Promise<Answer | undefined> => {
    try {
      return await work();
    } catch (error) {
      if (isAwsError(error, 'InvalidVpcID.NotFound', 'InvalidVpcID.Malformed'))
        throw vpcNotFound(vpcId, session.region);
      const told = toPrivateEksError(error);
      if (told.code !== 'access-denied') throw told;
      if (!unknown.some(item => item.look === action)) unknown.push({ look: action, why: told.message });
      return undefined;
    }
  };
  // First of all and alone: every other answer would only be empty for a VPC that is not here.
  const vpc = await look('ec2:DescribeVpcs', () => readVpc(looks, session.region));
  const [
    attributes,
    dhcpOptions,
    subnets,
    routeTables,
    networkAcls,
    endpoints,
    prefixLists,
    interfaces,
    hostedZones,
    instanceTypes,
  ] = await Promise.all([
    look('ec2:DescribeVpcAttribute', () => readDns(looks)),
    look('ec2:DescribeDhcpOptions', () => readDhcp(looks, vpc?.DhcpOptionsId)),
    look('ec2:DescribeSubnets', () => readSubnets(looks)),
    look('ec2:DescribeRouteTables', () => readRouteTables(looks)),
    look('ec2:DescribeNetworkAcls', () => readAcls(looks)),
    look('ec2:DescribeVpcEndpoints', () => readEndpoints(looks)),
    look('ec2:DescribePrefixLists', () => readS3Blocks(looks)),
    look('ec2:DescribeNetworkInterfaces', () => readClusterInterfaces(looks)),
    look('route53:ListHostedZonesByVPC', () => readHostedZones(session, vpcId, looks.option)),
    look('ec2:DescribeInstanceTypes', () => readUnknownTypes(looks)),
  ]);
  const zoneRecords = await look('route53:ListResourceRecordSets', () =>
    readZoneRecords(session, spec, accountId, hostedZones ?? [], looks.option),
  );
  const groupIds = [
    ...(endpoints ?? []).flatMap(({ Groups = [] }) => Groups.flatMap(({ GroupId }) => GroupId ?? [])),
    ...spec.network.apiAccess.securityGroups,
  ];
  const securityGroups = await look('ec2:DescribeSecurityGroups', () => readGroups(looks, groupIds));
  const all = {
    vpc,
    ...attributes,
    dhcpOptions,
    subnets,
    routeTables,
    networkAcls,
    endpoints,
    prefixLists,
    interfaces,
    instanceTypes,
  };
  const answers = { ...all, hostedZones, zoneRecords, securityGroups };
  const known = Object.fromEntries(
    Object.entries(answers).filter(([, value]) => value !== undefined),
  ) as NetworkAnswers;
  return networkFactsFrom(vpcId, accountId, known, unknown);
}

function vpcNotFound(vpcId: string, region: string): PrivateEksError {
  return new PrivateEksError(
    'vpc-not-found',
    `network.vpc.id is ${vpcId}, which does not exist in ${region}, or not in this account.`,
    {
      fix: `Check the account and the region, or see which there are: \`aws ec2 describe-vpcs --region ${region}\``,
      actions: [
        { id: 'open-spec', title: 'Open Spec' },
        { id: 'choose-account', title: 'Choose Account' },
      ],
    },
  );
}

const inVpc = ({ vpcId }: Looks) => ({ Filters: [{ Name: 'vpc-id', Values: [vpcId] }] });

async function readVpc({ ec2, sdk, option, vpcId }: Looks, region: string) {
  const { Vpcs = [] } = await ec2.send(new sdk.DescribeVpcsCommand({ VpcIds: [vpcId] }), option);
  const [vpc] = Vpcs;
  if (!vpc) throw vpcNotFound(vpcId, region);
  return vpc;
}

async function readDns({
  ec2,
  sdk,
  option,
  vpcId,
}: Looks): Promise<Pick<NetworkAnswers, 'dnsSupport' | 'dnsHostnames'>> {
  const ask = (Attribute: 'enableDnsSupport' | 'enableDnsHostnames') =>
    ec2.send(new sdk.DescribeVpcAttributeCommand({ VpcId: vpcId, Attribute }), option);
  const [support, hostnames] = await Promise.all([ask('enableDnsSupport'), ask('enableDnsHostnames')]);
  return {
    dnsSupport: support.EnableDnsSupport?.Value ?? false,
    dnsHostnames: hostnames.EnableDnsHostnames?.Value ?? false,
  };
}

async function readDhcp({ ec2, sdk, option }: Looks, id: string | undefined) {
  if (id === undefined || id === 'default') return [];
  const { DhcpOptions = [] } = await ec2.send(new sdk.DescribeDhcpOptionsCommand({ DhcpOptionsIds: [id] }), option);
  return DhcpOptions;
}

/** Those of the VPC, and the spec's that lie elsewhere: a filter finds nothing where an id would be refused. */
async function readSubnets(looks: Looks) {
  const { ec2: client, sdk, option, spec } = looks;
  const filters = [{ Name: 'subnet-id', Values: [...(spec.network.vpc?.subnets ?? [])] }];
  const read = async (Filters: typeof filters) =>
    pages(sdk.paginateDescribeSubnets({ client }, { Filters }, option), ({ Subnets }) => Subnets);
  const [own, named] = await Promise.all([read(inVpc(looks).Filters), read(filters)]);
  return [...own, ...named.filter(({ SubnetId }) => !own.some(subnet => subnet.SubnetId === SubnetId))];
}

const readRouteTables = (looks: Looks) =>
  pages(
    looks.sdk.paginateDescribeRouteTables({ client: looks.ec2 }, inVpc(looks), looks.option),
    ({ RouteTables }) => RouteTables,
  );

const readAcls = (looks: Looks) =>
  pages(
    looks.sdk.paginateDescribeNetworkAcls({ client: looks.ec2 }, inVpc(looks), looks.option),
    ({ NetworkAcls }) => NetworkAcls,
  );

const readEndpoints = (looks: Looks) =>
  pages(
    looks.sdk.paginateDescribeVpcEndpoints({ client: looks.ec2 }, inVpc(looks), looks.option),
    ({ VpcEndpoints }) => VpcEndpoints,
  );

function readS3Blocks({ sdk, ec2: client, option, spec }: Looks) {
  const Filters = [{ Name: 'prefix-list-name', Values: [endpointServiceName('s3', spec.region)] }];
  return pages(sdk.paginateDescribePrefixLists({ client }, { Filters }, option), ({ PrefixLists }) => PrefixLists);
}

/** EKS describes each control plane's interfaces by its cluster's name. */
function readClusterInterfaces(looks: Looks) {
  const { sdk, ec2: client, option } = looks;
  const Filters = [...inVpc(looks).Filters, { Name: 'description', Values: ['Amazon EKS *'] }];
  return pages(
    sdk.paginateDescribeNetworkInterfaces({ client }, { Filters }, option),
    ({ NetworkInterfaces }) => NetworkInterfaces,
  );
}

/** Those alone that are in no table: for most specs none, and no call. By filter, since an unknown name would be refused. */
function readUnknownTypes({ sdk, ec2: client, option, spec }: Looks) {
  const names = new Set(nodeGroups(spec).flatMap(({ instanceTypes }) => instanceTypes));
  const Values = [...names].filter(type => !interfaceLimitsOf(type));
  if (Values.length === 0) return Promise.resolve(undefined);
  const Filters = [{ Name: 'instance-type', Values }];
  return pages(
    sdk.paginateDescribeInstanceTypes({ client }, { Filters }, option),
    ({ InstanceTypes }) => InstanceTypes,
  );
}

async function readGroups({ sdk, ec2: client, option }: Looks, ids: readonly string[]) {
  const unique = [...new Set(ids)];
  const found = [];
  // A filter takes 200 values.
  for (let start = 0; start < unique.length; start += 200) {
    const Filters = [{ Name: 'group-id', Values: unique.slice(start, start + 200) }];
    found.push(
      ...(await pages(
        sdk.paginateDescribeSecurityGroups({ client }, { Filters }, option),
        ({ SecurityGroups }) => SecurityGroups,
      )),
    );
  }
  return found;
}
