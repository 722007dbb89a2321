import type { AccountFacts, VersionFacts, ZoneFacts } from '../plan/plan.ts';
import type { AwsSession } from './awsSession.ts';
import { toPrivateEksError } from './errors.ts';
import { callerIdentity, principalArn, signalOption } from './identity.ts';

/** Zones in which EKS makes no control-plane interfaces, by the user guide's "Subnet requirements". */
const refusedZones: ReadonlySet<string> = new Set(['use1-az3', 'usw1-az2', 'cac1-az3']);

/** What a plan depends on. `administrators` named in the spec make the caller's own principal unnecessary. */
export async function readAccountFacts(
  session: AwsSession,
  options: { readonly administratorsNamed?: boolean; readonly signal?: AbortSignal } = {},
): Promise<AccountFacts> {
  const { administratorsNamed = false, signal } = options;
  const caller = await callerIdentity(session, signal);
  const [callerPrincipalArn, zones, versions] = await Promise.all([
    administratorsNamed ? caller.arn : principalArn(session, caller, signal),
    readZones(session, signal),
    readVersions(session, signal),
  ]);
  const { accountId, partition } = caller;
  return { accountId, partition, region: session.region, callerPrincipalArn, zones, versions };
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
      .filter(({ id }) => !refusedZones.has(id))
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
