import { signalOption } from '../aws/identity.ts';
import { ec2PageSize, pages } from '../aws/pages.ts';
import type { Plan } from '../plan/plan.ts';
import { look, type Look, type Looker } from './look.ts';
import { plannedTypes } from './placeLooks.ts';
import { vcpuClassOf, type QuotaName } from './quotas.ts';

/** What is in use, and what is allowed. */
export interface QuotaFacts {
  /** Quota code → applied value; a quota that AWS does not list is absent. */
  readonly applied: Look<ReadonlyMap<string, number>>;
  readonly clusters: Look<number>;
  readonly vpcs: Look<number>;
  readonly gatewayEndpoints: Look<number>;
  readonly securityGroups: Look<number>;
  readonly interfaces: Look<number>;
  /** Quota code of a class of instances → vCPUs that run. */
  readonly vcpus: Look<ReadonlyMap<string, number>>;
  /** vCPUs of each planned type. */
  readonly vcpusOf: Look<ReadonlyMap<string, number>>;
}

export async function lookAtQuotas(plan: Plan, looker: Looker): Promise<QuotaFacts> {
  const services = plannedTypes(plan).length > 0 ? (['ec2', 'eks', 'vpc'] as const) : (['eks', 'vpc'] as const);
  const [applied, clusters, vpcs, gatewayEndpoints, securityGroups, interfaces, used] = await Promise.all([
    look(() => appliedQuotas(services, looker)),
    look(() => clusterCount(looker)),
    look(() => vpcCount(looker)),
    look(() => gatewayCount(looker)),
    look(() => groupCount(looker)),
    look(() => interfaceCount(looker)),
    vcpusInUse(plannedTypes(plan), looker),
  ]);
  return { applied, clusters, vpcs, gatewayEndpoints, securityGroups, interfaces, ...used };
}

/** Of vCPUs alone, for these types. */
export async function lookAtVcpus(
  types: readonly string[],
  looker: Looker,
): Promise<Pick<QuotaFacts, 'applied' | 'vcpus' | 'vcpusOf'>> {
  const [applied, used] = await Promise.all([look(() => appliedQuotas(['ec2'], looker)), vcpusInUse(types, looker)]);
  return { applied, ...used };
}

async function vcpusInUse(types: readonly string[], looker: Looker): Promise<Pick<QuotaFacts, 'vcpus' | 'vcpusOf'>> {
  const running = await look(() => runningInstances(looker));
  const known = 'seen' in running ? running.seen.map(({ type }) => type) : [];
  const vcpusOf = await look(() => vcpuCounts([...new Set([...types, ...known])], looker));
  const vcpus: QuotaFacts['vcpus'] =
    'refused' in running ? running : 'refused' in vcpusOf ? vcpusOf : { seen: byClass(running.seen, vcpusOf.seen) };
  return { vcpus, vcpusOf };
}

async function appliedQuotas(
  services: readonly QuotaName['service'][],
  { session, signal }: Looker,
): Promise<Map<string, number>> {
  const sdk = await import('@aws-sdk/client-service-quotas');
  const client = await session.client('serviceQuotas');
  const values = new Map<string, number>();
  for (const ServiceCode of services) {
    for await (const page of sdk.paginateListServiceQuotas({ client }, { ServiceCode }, signalOption(signal)))
      for (const { QuotaCode, Value } of page.Quotas ?? [])
        if (QuotaCode !== undefined && Value !== undefined) values.set(QuotaCode, Value);
  }
  return values;
}

async function clusterCount({ session, signal }: Looker): Promise<number> {
  const { paginateListClusters } = await import('@aws-sdk/client-eks');
  const client = await session.client('eks');
  let count = 0;
  for await (const { clusters = [] } of paginateListClusters({ client }, {}, signalOption(signal)))
    count += clusters.length;
  return count;
}

async function vpcCount({ session, signal }: Looker): Promise<number> {
  const { paginateDescribeVpcs } = await import('@aws-sdk/client-ec2');
  const client = await session.client('ec2');
  let count = 0;
  for await (const { Vpcs = [] } of paginateDescribeVpcs({ client }, {}, signalOption(signal))) count += Vpcs.length;
  return count;
}

async function gatewayCount({ session, signal }: Looker): Promise<number> {
  const { paginateDescribeVpcEndpoints } = await import('@aws-sdk/client-ec2');
  const client = await session.client('ec2');
  const input = { Filters: [{ Name: 'vpc-endpoint-type', Values: ['Gateway'] }] };
  let count = 0;
  for await (const { VpcEndpoints = [] } of paginateDescribeVpcEndpoints({ client }, input, signalOption(signal)))
    count += VpcEndpoints.length;
  return count;
}

async function groupCount({ session, signal }: Looker): Promise<number> {
  const { paginateDescribeSecurityGroups } = await import('@aws-sdk/client-ec2');
  const client = await session.client('ec2');
  let count = 0;
  for await (const { SecurityGroups = [] } of paginateDescribeSecurityGroups(
    { client, pageSize: ec2PageSize },
    {},
    signalOption(signal),
  ))
    count += SecurityGroups.length;
  return count;
}

async function interfaceCount({ session, signal }: Looker): Promise<number> {
  const { paginateDescribeNetworkInterfaces } = await import('@aws-sdk/client-ec2');
  const client = await session.client('ec2');
  let count = 0;
  for await (const { NetworkInterfaces = [] } of paginateDescribeNetworkInterfaces(
    { client, pageSize: ec2PageSize },
    {},
    signalOption(signal),
  ))
    count += NetworkInterfaces.length;
  return count;
}

interface Running {
  readonly type: string;
  readonly spot: boolean;
}

async function runningInstances({ session, signal }: Looker): Promise<Running[]> {
  const { paginateDescribeInstances } = await import('@aws-sdk/client-ec2');
  const client = await session.client('ec2');
  const input = { Filters: [{ Name: 'instance-state-name', Values: ['pending', 'running'] }] };
  const found: Running[] = [];
  for await (const { Reservations = [] } of paginateDescribeInstances(
    { client, pageSize: ec2PageSize },
    input,
    signalOption(signal),
  ))
    for (const { InstanceType = '', InstanceLifecycle } of Reservations.flatMap(({ Instances = [] }) => Instances))
      found.push({ type: InstanceType, spot: InstanceLifecycle === 'spot' });
  return found;
}

async function vcpuCounts(types: readonly string[], { session, signal }: Looker): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  if (types.length === 0) return counts;
  const { paginateDescribeInstanceTypes } = await import('@aws-sdk/client-ec2');
  const client = await session.client('ec2');
  // By names, of which it takes a hundred, one that is not offered here fails the whole call; by a filter it is only absent.
  for (let start = 0; start < types.length; start += 100) {
    const Filters = [{ Name: 'instance-type', Values: types.slice(start, start + 100) }];
    const paged = paginateDescribeInstanceTypes({ client }, { Filters }, signalOption(signal));
    for (const { InstanceType = '', VCpuInfo } of await pages(paged, page => page.InstanceTypes))
      counts.set(InstanceType, VCpuInfo?.DefaultVCpus ?? 0);
  }
  return counts;
}

function byClass(running: readonly Running[], vcpusOf: ReadonlyMap<string, number>): Map<string, number> {
  const sums = new Map<string, number>();
  for (const { type, spot } of running) {
    const group = vcpuClassOf(type);
    const code = spot ? group?.spot.code : group?.onDemand.code;
    if (code !== undefined) sums.set(code, (sums.get(code) ?? 0) + (vcpusOf.get(type) ?? 0));
  }
  return sums;
}
