import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { decodeText } from '../decodeText.ts';
import { PrivateEksError } from '../errors.ts';
import type { AccountFacts } from '../plan/plan.ts';
import type { ClusterSpec } from '../spec/clusterSpec.ts';
import { networkFactsFrom, type NetworkAnswers } from './networkAnswers.ts';
import { zonesRefusedByEks } from '../spec/regions.ts';

/** Member of a saved answer → the command that gives it. */
const parts = {
  Vpcs: 'ec2 describe-vpcs',
  EnableDnsSupport: 'ec2 describe-vpc-attribute --attribute enableDnsSupport',
  EnableDnsHostnames: 'ec2 describe-vpc-attribute --attribute enableDnsHostnames',
  DhcpOptions: 'ec2 describe-dhcp-options',
  Subnets: 'ec2 describe-subnets',
  RouteTables: 'ec2 describe-route-tables',
  NetworkAcls: 'ec2 describe-network-acls',
  VpcEndpoints: 'ec2 describe-vpc-endpoints',
  SecurityGroups: 'ec2 describe-security-groups',
  PrefixLists: 'ec2 describe-prefix-lists',
  HostedZoneSummaries: 'route53 list-hosted-zones-by-vpc',
} as const;

/**
 * An account as far as saved answers of the AWS command line tell of it: every `*.json` of a folder, one answer a file, by whatever name.
 * What is not there is unknown. Enough to judge a network; not to make anything, since nobody knows who will.
 * @throws PrivateEksError `saved-answers-unreadable`, `vpc-not-found`
 */
export async function readSavedAccount(folder: string, spec: ClusterSpec): Promise<AccountFacts> {
  const vpcId = spec.network.vpc?.id;
  if (vpcId === undefined)
    throw new PrivateEksError('saved-answers-unreadable', 'The spec names no existing VPC (network.vpc) to look for.');
  const read = await readAnswers(folder);
  const inVpc = (row: unknown) => (row as { VpcId?: string }).VpcId === vpcId;
  const list = (member: keyof typeof parts) => (Array.isArray(read[member]) ? (read[member] as unknown[]) : undefined);
  const vpcs = list('Vpcs');
  const vpc = vpcs?.find(inVpc) as NetworkAnswers['vpc'];
  if (vpcs && !vpc)
    throw new PrivateEksError(
      'vpc-not-found',
      `network.vpc.id is ${vpcId}, which is not in the saved answers in ${folder}.`,
    );
  const flag = (member: 'EnableDnsSupport' | 'EnableDnsHostnames') =>
    (read[member] as { Value?: boolean } | undefined)?.Value;
  const answers = {
    vpc,
    dnsSupport: flag('EnableDnsSupport'),
    dnsHostnames: flag('EnableDnsHostnames'),
    dhcpOptions: list('DhcpOptions'),
    subnets: list('Subnets')?.filter(
      row => inVpc(row) || spec.network.vpc?.subnets.includes((row as { SubnetId?: string }).SubnetId ?? ''),
    ),
    routeTables: list('RouteTables')?.filter(inVpc),
    networkAcls: list('NetworkAcls')?.filter(inVpc),
    endpoints: list('VpcEndpoints')?.filter(inVpc),
    securityGroups: list('SecurityGroups'),
    prefixLists: list('PrefixLists'),
    hostedZones: list('HostedZoneSummaries'),
    zoneRecords: recordsByZone(read),
    instanceTypes: read['InstanceTypes'],
  };
  const known = Object.fromEntries(
    Object.entries(answers).filter(([, value]) => value !== undefined),
  ) as NetworkAnswers;
  const missing = Object.entries(parts).filter(([member]) => read[member] === undefined);
  const unknown = missing.map(([, command]) => ({ look: lookOf(command), why: `no saved answer of aws ${command}` }));
  const accountId = vpc?.OwnerId ?? 'unknown';
  const network = networkFactsFrom(vpcId, accountId, known, unknown);
  const zones = [
    ...new Map(network.subnets.map(({ zoneName, zoneId }) => [zoneName, { name: zoneName, id: zoneId }])).values(),
  ];
  return {
    accountId,
    partition: 'aws',
    region: spec.region,
    callerPrincipalArn: spec.access.administrators[0] ?? 'unknown',
    zones: zones.filter(({ id }) => !zonesRefusedByEks.includes(id)),
    versions: [],
    network,
  };
}

/** Answers of `route53 list-resource-record-sets` do not say of which zone they are; the names of their records do. */
function recordsByZone(read: Readonly<Record<string, unknown>>): Record<string, unknown[]> | undefined {
  const { HostedZoneSummaries: zones, ResourceRecordSets: records } = read;
  if (!Array.isArray(zones) || !Array.isArray(records)) return undefined;
  const summaries = zones as { HostedZoneId?: string; Name?: string }[];
  const names = summaries.map(({ Name = '' }) => Name).sort((one, other) => other.length - one.length);
  const homeOf = (record: string) => names.find(zone => record === zone || record.endsWith(`.${zone}`));
  const entries = summaries.map(({ HostedZoneId = '', Name = '' }) => [
    HostedZoneId,
    (records as { Name?: string }[]).filter(record => homeOf(record.Name ?? '') === Name),
  ]);
  // Each zone has an SOA record of its own: one without any record here was not asked for.
  return Object.fromEntries(entries.filter(([, found]) => (found?.length ?? 0) > 0)) as Record<string, unknown[]>;
}

/** `ec2 describe-vpcs` → `ec2:DescribeVpcs` */
function lookOf(command: string): string {
  const [service = '', operation = ''] = command.split(' ');
  if (service === 'route53') return 'route53:ListHostedZonesByVPC';
  return `${service}:${operation.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase())}`;
}

async function readAnswers(folder: string): Promise<Record<string, unknown>> {
  const names = await readdir(folder).catch((error: unknown) => {
    throw unreadable(folder, error);
  });
  const answers: Record<string, unknown> = {};
  for (const name of names.filter(file => file.endsWith('.json')).sort()) {
    const file = path.join(folder, name);
    let answer: unknown;
    try {
      answer = JSON.parse(decodeText(await readFile(file)));
    } catch (error) {
      throw unreadable(file, error);
    }
    if (typeof answer !== 'object' || answer === null) throw unreadable(file, new Error('it is no answer of AWS'));
    for (const [member, value] of Object.entries(answer as Record<string, unknown>)) {
      const before = answers[member];
      answers[member] =
        Array.isArray(before) && Array.isArray(value) ? [...(before as unknown[]), ...(value as unknown[])] : value;
    }
  }
  if (!Object.keys(parts).some(member => member in answers))
    throw unreadable(folder, new Error('no JSON file in it is an answer of `aws ec2 describe-…`'));
  return answers;
}

function unreadable(where: string, error: unknown): PrivateEksError {
  const why = error instanceof Error ? error.message : String(error);
  return new PrivateEksError('saved-answers-unreadable', `${where} cannot be read: ${why}.`, { cause: error });
}
