import type * as Sdk from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Account, CallContext, JobHandler, SandboxResource, Service } from '../kernel/account.ts';
import { AwsError } from '../kernel/awsError.ts';
import type { Table } from '../kernel/table.ts';
import { find } from './ec2/describe.ts';
import { makeInterface } from './ec2/networkInterface.ts';
import { rows } from './ec2/rows.ts';
import { simulatedOperations } from './simulatedOperations.ts';

/** A load balancer's interfaces stay for a while after it: that is what a VPC's deletion trips over. */
const interfacesGoAfter = 60;
const requester = 'amazon-elb';

interface Balancer {
  readonly shown: Sdk.LoadBalancer & { LoadBalancerArn: string };
  readonly tags: Sdk.Tag[];
  readonly interfaces: readonly string[];
}
interface Targets {
  readonly shown: Sdk.TargetGroup & { TargetGroupArn: string };
  readonly tags: Sdk.Tag[];
}
/** A classic one: nothing makes it here but a test. */
export interface ClassicBalancer {
  readonly tags: Sdk.Tag[];
  readonly interfaces: readonly string[];
}
type Place = Pick<CallContext, 'account' | 'region'>;
const balancers = ({ account, region }: Place): Table<Balancer> => account.regional(region, 'elb.balancers');
const targets = ({ account, region }: Place): Table<Targets> => account.regional(region, 'elb.targetGroups');

const classics = ({ account, region }: Place): Table<ClassicBalancer> => account.regional(region, 'elb.classic');

/** Tags of a load balancer, a classic one by its name, or a target group. */
export const balancingTags = (id: string, place: Place): readonly Sdk.Tag[] =>
  (balancers(place).get(id) ?? targets(place).get(id) ?? classics(place).get(classicName(id)))?.tags ?? [];

/** The codec hands on the classic API's names so. */
const classicName = (id: string): string | undefined => /^classic\/(.*)$/.exec(id)?.[1];

const missing = (kind: 'LoadBalancer' | 'TargetGroup', arn: string) =>
  kind === 'LoadBalancer'
    ? new AwsError('LoadBalancerNotFound', `Load balancer '${arn}' not found`)
    : new AwsError('TargetGroupNotFound', `Target groups '${arn}' not found`);

function listed<Row, Shown>(
  table: Table<Row & object>,
  wanted: readonly string[] | undefined,
  kind: 'LoadBalancer' | 'TargetGroup',
  show: (row: Row) => Shown,
  input: { Marker?: string | undefined; PageSize?: number | undefined },
) {
  for (const arn of wanted ?? []) if (!table.get(arn)) throw missing(kind, arn);
  const all = table.entries().filter(([arn]) => !wanted?.length || wanted.includes(arn));
  const start = Number(input.Marker ?? 0);
  const end = start + (input.PageSize ?? 400);
  const next = end < all.length ? { NextMarker: String(end) } : {};
  return { found: all.slice(start, end).map(([, row]) => structuredClone(show(row))), next };
}

const operations = {
  /** As a controller in the cluster makes it. */
  CreateLoadBalancer(input: Sdk.CreateLoadBalancerInput, context: CallContext): Sdk.CreateLoadBalancerOutput {
    const { account, region } = context;
    const { Name = '', Type = 'application', Subnets = [], SecurityGroups = [], Scheme = 'internet-facing' } = input;
    if (balancers(context).find(({ shown }) => shown.LoadBalancerName === Name))
      throw new AwsError('DuplicateLoadBalancerName', `A load balancer with name '${Name}' already exists`);
    const subnets = Subnets.map(id => find(context, 'subnets', id));
    if (subnets.length === 0) throw new AwsError('ValidationError', 'At least one subnet must be specified');
    const path = `${Type === 'network' ? 'net' : 'app'}/${Name}/${account.hex(16)}`;
    const LoadBalancerArn = account.arn('elasticloadbalancing', region, `loadbalancer/${path}`);
    const interfaces = subnets.map(
      subnet =>
        makeInterface(context, subnet, { Description: `ELB ${path}`, Groups: SecurityGroups }, requester)
          .NetworkInterfaceId,
    );
    const shown = {
      LoadBalancerArn,
      LoadBalancerName: Name,
      DNSName: `${Scheme === 'internal' ? 'internal-' : ''}${Name}-${account.hex(10)}.${region}.elb.amazonaws.com`,
      CreatedTime: new Date(account.now()),
      Scheme,
      Type,
      State: { Code: 'active' as const },
      VpcId: subnets[0]?.VpcId ?? '',
      SecurityGroups,
      AvailabilityZones: subnets.map(({ SubnetId, AvailabilityZone }) => ({ SubnetId, ZoneName: AvailabilityZone })),
      IpAddressType: 'ipv4' as const,
    };
    balancers(context).set(LoadBalancerArn, { shown, tags: structuredClone(input.Tags ?? []), interfaces });
    return { LoadBalancers: [structuredClone(shown)] };
  },

  DescribeLoadBalancers(input: Sdk.DescribeLoadBalancersInput, context: CallContext): Sdk.DescribeLoadBalancersOutput {
    const show = ({ shown }: Balancer) => shown;
    const { found, next } = listed(balancers(context), input.LoadBalancerArns, 'LoadBalancer', show, input);
    return { LoadBalancers: found, ...next };
  },

  /** One that is gone already is no error. */
  DeleteLoadBalancer({ LoadBalancerArn = '' }: Sdk.DeleteLoadBalancerInput, context: CallContext): object {
    const { account, region } = context;
    const classic = classicName(LoadBalancerArn);
    if (classic === undefined && !LoadBalancerArn.startsWith('arn:'))
      throw new AwsError('ValidationError', `'${LoadBalancerArn}' is not a valid load balancer ARN`);
    const balancer = classic === undefined ? balancers(context).get(LoadBalancerArn) : classics(context).get(classic);
    if (!balancer) return {};
    balancers(context).delete(LoadBalancerArn);
    classics(context).delete(classic ?? '');
    account.schedule(interfacesGoAfter, 'elb.interfacesGone', { region, interfaces: balancer.interfaces });
    return {};
  },

  CreateTargetGroup(input: Sdk.CreateTargetGroupInput, context: CallContext): Sdk.CreateTargetGroupOutput {
    const { account, region } = context;
    const { Name = '', Protocol, Port, VpcId, TargetType = 'instance' } = input;
    find(context, 'vpcs', VpcId);
    const resource = `targetgroup/${Name}/${account.hex(16)}`;
    const TargetGroupArn = account.arn('elasticloadbalancing', region, resource);
    const shown = { TargetGroupArn, TargetGroupName: Name, Protocol, Port, VpcId, TargetType, LoadBalancerArns: [] };
    targets(context).set(TargetGroupArn, { shown, tags: structuredClone(input.Tags ?? []) });
    return { TargetGroups: [structuredClone(shown)] };
  },

  DescribeTargetGroups(input: Sdk.DescribeTargetGroupsInput, context: CallContext): Sdk.DescribeTargetGroupsOutput {
    const show = ({ shown }: Targets) => shown;
    const { found, next } = listed(targets(context), input.TargetGroupArns, 'TargetGroup', show, input);
    return { TargetGroups: found, ...next };
  },

  DeleteTargetGroup({ TargetGroupArn = '' }: Sdk.DeleteTargetGroupInput, context: CallContext): object {
    targets(context).delete(TargetGroupArn);
    return {};
  },

  DescribeTags({ ResourceArns = [] }: Sdk.DescribeTagsInput, context: CallContext): Sdk.DescribeTagsOutput {
    if (ResourceArns.length > 20)
      throw new AwsError('ValidationError', 'The maximum number of resources that can be described is 20');
    const TagDescriptions = ResourceArns.map(ResourceArn => {
      const row = balancers(context).get(ResourceArn) ?? targets(context).get(ResourceArn);
      if (!row) throw missing(/:targetgroup\//.test(ResourceArn) ? 'TargetGroup' : 'LoadBalancer', ResourceArn);
      return { ResourceArn, Tags: structuredClone(row.tags) };
    });
    return { TagDescriptions };
  },
};

const interfacesGone: JobHandler<{ region: string; interfaces: readonly string[] }> = (payload, account) => {
  for (const id of payload.interfaces) rows({ account, region: payload.region }, 'interfaces').delete(id);
};

const resources = (account: Account): SandboxResource[] =>
  [...new Set(['elb.balancers', 'elb.targetGroups', 'elb.classic'].flatMap(name => account.regionsOf(name)))].flatMap(
    region => [
      ...balancers({ account, region })
        .entries()
        .map(([id]) => ({ type: 'AWS::ElasticLoadBalancingV2::LoadBalancer', id, region })),
      ...classics({ account, region })
        .entries()
        .map(([id]) => ({ type: 'AWS::ElasticLoadBalancing::LoadBalancer', id, region })),
      ...targets({ account, region })
        .entries()
        .map(([id]) => ({ type: 'AWS::ElasticLoadBalancingV2::TargetGroup', id, region })),
    ],
  );

export const elasticLoadBalancing: Service = {
  name: 'elasticloadbalancing',
  operations: simulatedOperations('elasticloadbalancing', operations, {
    CreateLoadBalancer: 'Name Type Subnets SecurityGroups Scheme Tags',
    CreateTargetGroup: 'Name Protocol Port VpcId TargetType Tags',
    DescribeLoadBalancers: 'LoadBalancerArns Marker PageSize',
    DescribeTargetGroups: 'TargetGroupArns Marker PageSize',
  }),
  jobs: { 'elb.interfacesGone': interfacesGone },
  resources,
};
