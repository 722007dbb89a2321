import type {
  HostedZoneSummary,
  ListResourceRecordSetsCommandInput,
  ListResourceRecordSetsCommandOutput,
  ResourceRecordSet,
} from '@aws-sdk/client-route-53';
import type { AwsSession } from '../aws/awsSession.ts';
import { endpointNeeds } from '../plan/endpointNeeds.ts';
import type { ClusterSpec } from '../spec/clusterSpec.ts';
import { serviceHosts, zoneAgainstHost } from './endpointServices.ts';

interface CallOption {
  readonly abortSignal?: AbortSignal;
}

/** The private zones associated with a VPC, whoever owns them. */
export async function readHostedZones(session: AwsSession, VPCId: string, option: CallOption) {
  const { ListHostedZonesByVPCCommand } = await import('@aws-sdk/client-route-53');
  const client = await session.client('route53');
  const found = [];
  let NextToken: string | undefined;
  do {
    const input = { VPCId, VPCRegion: session.region as never, ...(NextToken === undefined ? {} : { NextToken }) };
    const answer = await client.send(new ListHostedZonesByVPCCommand(input), option);
    found.push(...(answer.HostedZoneSummaries ?? []));
    ({ NextToken } = answer);
  } while (NextToken !== undefined);
  return found;
}

/** Of this account's zones that answer for names of AWS's; another account's are closed to everybody but it. */
export async function readZoneRecords(
  session: AwsSession,
  spec: ClusterSpec,
  accountId: string,
  zones: readonly HostedZoneSummary[],
  option: CallOption,
): Promise<Record<string, ResourceRecordSet[]> | undefined> {
  const hosts = endpointNeeds(spec).flatMap(({ service }) => serviceHosts(service, spec.region));
  const own = zones.filter(
    ({ Name = '', Owner }) =>
      Owner?.OwningService === undefined &&
      (Owner?.OwningAccount ?? accountId) === accountId &&
      hosts.some(host => zoneAgainstHost(Name, host) !== undefined),
  );
  if (own.length === 0) return undefined;
  const read = async ({ HostedZoneId = '' }: HostedZoneSummary) =>
    [HostedZoneId, await recordsOf(session, HostedZoneId, option)] as const;
  return Object.fromEntries(await Promise.all(own.map(read)));
}

async function recordsOf(session: AwsSession, HostedZoneId: string, option: CallOption) {
  const { ListResourceRecordSetsCommand } = await import('@aws-sdk/client-route-53');
  const client = await session.client('route53');
  const found: ResourceRecordSet[] = [];
  let next: Partial<ListResourceRecordSetsCommandInput> | undefined = {};
  while (next) {
    const answer: ListResourceRecordSetsCommandOutput = await client.send(
      new ListResourceRecordSetsCommand({ HostedZoneId, ...next }),
      option,
    );
    found.push(...(answer.ResourceRecordSets ?? []));
    const { NextRecordName: StartRecordName, NextRecordType: StartRecordType } = answer;
    const identifier = answer.NextRecordIdentifier && { StartRecordIdentifier: answer.NextRecordIdentifier };
    next = answer.IsTruncated ? { StartRecordName, StartRecordType, ...identifier } : undefined;
  }
  return found;
}
