import { gatherNetworkFacts } from '../network/gatherNetworkFacts.ts';
import { zonesRefusedByEks } from '../spec/regions.ts';
import type { AccountFacts, VersionFacts, ZoneFacts } from '../plan/plan.ts';
import type { AwsSession } from './awsSession.ts';
import { toPrivateEksError } from './errors.ts';
import type { ClusterSpec } from '../spec/clusterSpec.ts';
import { callerIdentity, principalArn, signalOption } from './identity.ts';
import { readProxyService } from './proxyService.ts';

/**
 * What a plan depends on. `administratorsNamed` makes the caller's own principal unnecessary; with `spec` its existing VPC is looked at.
 * @throws PrivateEksError `vpc-not-found`, `administrator-unknown`, and those of `toPrivateEksError`
 */
export async function readAccountFacts(
  session: AwsSession,
  options: {
    readonly administratorsNamed?: boolean;
    readonly spec?: ClusterSpec;
    readonly signal?: AbortSignal;
  } = {},
): Promise<AccountFacts> {
  const { spec, administratorsNamed = (spec?.access.administrators.length ?? 0) > 0, signal } = options;
  const caller = await callerIdentity(session, signal);
  const [callerPrincipalArn, zones, versions, endpointZones, network, proxyService] = await Promise.all([
    administratorsNamed ? caller.arn : principalArn(session, caller, signal),
    readZones(session, signal),
    readVersions(session, signal),
    readEndpointZones(session, signal),
    spec && gatherNetworkFacts(session, spec, caller.accountId, signal),
    spec && readProxyService(session, spec, signal),
  ]);
  const { accountId, partition } = caller;
  return {
    accountId,
    partition,
    region: session.region,
    callerPrincipalArn,
    zones,
    versions,
    ...(endpointZones ? { endpointZones } : {}),
    ...(network ? { network } : {}),
    ...(proxyService ? { proxyService } : {}),
  };
}

async function readZones(session: AwsSession, signal?: AbortSignal): Promise<ZoneFacts[]> {
  try {
    const { DescribeAvailabilityZonesCommand } = await import('@aws-sdk/client-ec2');
    const ec2 = await session.client('ec2');
    const Filters = [
      { Name: 'zone-type', Values: ['availability-zone'] },
      { Name: 'state', Values: ['available'] },
    ];
    const { AvailabilityZones = [] } = await ec2.send(
      new DescribeAvailabilityZonesCommand({ Filters }),
      signalOption(signal),
    );
    return AvailabilityZones.map(({ ZoneName: name = '', ZoneId: id = '' }) => ({ name, id }))
      .filter(({ id }) => !zonesRefusedByEks.includes(id))
      .sort((a, b) => a.name.localeCompare(b.name));
  } catch (error) {
    throw toPrivateEksError(error);
  }
}

async function readVersions(session: AwsSession, signal?: AbortSignal): Promise<VersionFacts[]> {
  try {
    const { paginateDescribeClusterVersions } = await import('@aws-sdk/client-eks');
    const client = await session.client('eks');
    const versions: VersionFacts[] = [];
    for await (const page of paginateDescribeClusterVersions({ client }, {}, signalOption(signal)))
      for (const found of page.clusterVersions ?? []) {
        if (!found.clusterVersion) continue;
        const status = found.versionStatus ?? found.status?.toUpperCase().replaceAll('-', '_');
        const until = found.endOfStandardSupportDate?.toISOString().slice(0, 10);
        versions.push({
          version: found.clusterVersion,
          support:
            status === 'STANDARD_SUPPORT' ? 'standard' : status === 'EXTENDED_SUPPORT' ? 'extended' : 'unsupported',
          isDefault: found.defaultVersion ?? false,
          ...(until === undefined ? {} : { standardUntil: until }),
        });
      }
    return versions.sort((a, b) => b.version.localeCompare(a.version, 'en', { numeric: true }));
  } catch (error) {
    throw toPrivateEksError(error);
  }
}

/** Where AWS offers each endpoint service; undefined for whoever may not ask. */
async function readEndpointZones(
  session: AwsSession,
  signal?: AbortSignal,
): Promise<Record<string, readonly string[]> | undefined> {
  try {
    const { DescribeVpcEndpointServicesCommand } = await import('@aws-sdk/client-ec2');
    const ec2 = await session.client('ec2');
    const zones: Record<string, readonly string[]> = {};
    let NextToken: string | undefined;
    do {
      const input = { Filters: [{ Name: 'owner', Values: ['amazon'] }], ...(NextToken ? { NextToken } : {}) };
      const answer = await ec2.send(new DescribeVpcEndpointServicesCommand(input), signalOption(signal));
      for (const { ServiceName, AvailabilityZones = [] } of answer.ServiceDetails ?? [])
        if (ServiceName) zones[ServiceName] = [...new Set([...(zones[ServiceName] ?? []), ...AvailabilityZones])];
      ({ NextToken } = answer);
    } while (NextToken);
    return zones;
  } catch (error) {
    const told = toPrivateEksError(error);
    if (told.code === 'access-denied') return undefined;
    throw told;
  }
}
